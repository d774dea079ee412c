// The rules of an environment about what is to be passed over.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/model/drift/drift.h"

namespace provision {
namespace {

using Type = ObjectDifference::Type;

constexpr std::string_view kAny = "*";
constexpr std::string_view kTo = " to ";

/// The words that stand for fields of any object, and what the names of those begin or end with.
enum class Fields : std::uint8_t { none, owner, privilege, comment, order, setting, server };

struct FieldWord {
  std::string_view word;
  Fields fields;
};

constexpr std::array kFieldWords = {
    FieldWord{"owner", Fields::owner},     FieldWord{"privilege", Fields::privilege},
    FieldWord{"comment", Fields::comment}, FieldWord{"order", Fields::order},
    FieldWord{"setting", Fields::setting}, FieldWord{"server", Fields::server},
};

/// What a rule says, read.
struct Pattern {
  std::optional<ObjectKind> kind;  ///< nothing: any, or what `fields` say
  Fields fields = Fields::none;
  std::string name = "*";
  std::string role = "*";  ///< of privileges
};

/// The kinds whose names have blanks come first, the longest of them at the very front.
std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (int i = 0; i <= static_cast<int>(ObjectKind::default_privileges); ++i) {
    names.emplace_back(name_of(static_cast<ObjectKind>(i)));
  }
  std::stable_sort(names.begin(), names.end(),
                   [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  return names;
}

/// What follows the word (or words) `head` in `text`.
std::optional<std::string_view> after(std::string_view text, std::string_view head) {
  if (!text.starts_with(head)) return std::nullopt;
  text.remove_prefix(head.size());
  if (!text.empty() && text.front() != ' ') return std::nullopt;
  return trimmed(text);
}

Pattern field_pattern(Fields fields, std::string_view name) {
  Pattern pattern{.kind = std::nullopt, .fields = fields, .name = std::string(name)};
  const size_t to = fields == Fields::privilege ? name.rfind(kTo) : std::string_view::npos;
  if (to != std::string_view::npos) {
    pattern.role = trimmed(name.substr(to + kTo.size()));
    pattern.name = trimmed(name.substr(0, to));
  }
  return pattern;
}

std::optional<Pattern> pattern_of(std::string_view text) {
  text = trimmed(text);
  for (const std::string& kind : kind_names()) {
    const auto name = after(text, kind);
    if (name && !name->empty()) {
      return Pattern{.kind = object_kind(kind), .name = std::string(*name)};
    }
  }
  for (const FieldWord& row : kFieldWords) {
    const auto name = after(text, row.word);
    if (name && !name->empty()) return field_pattern(row.fields, *name);
  }
  const auto name = after(text, kAny);
  if (name && !name->empty()) return Pattern{.name = std::string(*name)};
  return std::nullopt;
}

/// "shop.users.email", the schema `public` left out or not.
std::string name_of(const ObjectId& id, bool with_public) {
  std::string text;
  for (const std::string* part : {&id.schema, &id.table, &id.name}) {
    if (part->empty() || (part == &id.schema && *part == "public" && !with_public)) continue;
    text.append(text.empty() ? "" : ".").append(*part);
  }
  return text;
}

/// Names of functions may be written with or without what they are called with.
bool names(const Pattern& pattern, const ObjectId& id) {
  const bool is_called = id.kind == ObjectKind::function || id.kind == ObjectKind::procedure ||
                         id.kind == ObjectKind::aggregate;
  for (const bool with_public : {false, true}) {
    const std::string name = name_of(id, with_public);
    if (matches_glob(pattern.name, name)) return true;
    if (is_called && matches_glob(pattern.name, name.substr(0, name.rfind('(')))) return true;
  }
  return false;
}

/// True if `pattern` names what `difference` is a part of.
bool names_whole(const Pattern& pattern, const ObjectDifference& difference) {
  const ObjectId& id = difference.id();
  if (id.table.empty()) return false;
  if (pattern.kind && pattern.kind != difference.whole) return false;
  return names(pattern, {ObjectKind::table, id.schema, {}, id.table});
}

bool hides(const Pattern& pattern, const ObjectDifference& difference) {
  if (pattern.fields != Fields::none) return false;
  const ObjectId& id = difference.id();
  if ((!pattern.kind || pattern.kind == id.kind) && names(pattern, id)) return true;
  return names_whole(pattern, difference);
}

bool is_privilege_to(const std::string& role, std::string_view field) {
  constexpr std::string_view kPrivilege = "privilege to ";
  constexpr std::string_view kOnSequence = " on its sequence";
  if (!field.starts_with(kPrivilege)) return false;
  field.remove_prefix(kPrivilege.size());
  if (field.ends_with(kOnSequence)) field.remove_suffix(kOnSequence.size());
  return matches_glob(role, field);
}

/// True if the rule for settings, or for what the server has, names `field` of `id`: the database
/// has no name, and its fields are called "setting work_mem" and "server encoding".
bool names_field(const Pattern& pattern, std::string_view word, const ObjectId& id,
                 std::string_view field) {
  if (id.kind != ObjectKind::database) return names(pattern, id);
  const auto name = after(field, word);
  return matches_glob(pattern.name, name.value_or(field));
}

bool hides_field(const Pattern& pattern, const ObjectId& id, std::string_view field) {
  const DifferenceClass concerned = class_of(id.kind, field);
  switch (pattern.fields) {
    case Fields::none:
      return false;
    case Fields::owner:
      return field == "owner" && names(pattern, id);
    case Fields::privilege:
      return is_privilege_to(pattern.role, field) && names(pattern, id);
    case Fields::comment:
      return concerned == DifferenceClass::comment && names(pattern, id);
    case Fields::order:
      return concerned == DifferenceClass::order && names(pattern, id);
    case Fields::setting:
      return concerned == DifferenceClass::setting && names_field(pattern, "setting", id, field);
    case Fields::server:
      return concerned == DifferenceClass::server && names_field(pattern, "server", id, field);
  }
  return false;
}

/// Takes out what `pattern` hides of the fields of `difference`, and says how much that was.
int take_fields(const Pattern& pattern, ObjectDifference& difference) {
  return static_cast<int>(std::erase_if(difference.fields, [&](const FieldDifference& field) {
    return hides_field(pattern, difference.id(), field.name);
  }));
}

/// True for an object that is nothing but fields that `pattern` hides: default privileges.
bool hides_all_fields(const Pattern& pattern, const ObjectDifference& difference) {
  const SchemaObject& object =
      difference.type == Type::extra ? difference.actual : difference.expected;
  if (object.id.kind != ObjectKind::default_privileges || object.fields.empty()) return false;
  return std::all_of(object.fields.begin(), object.fields.end(), [&](const Field& field) {
    return hides_field(pattern, object.id, field.name);
  });
}

int take(const Pattern& pattern, std::vector<ObjectDifference>& differences) {
  int count = 0;
  size_t kept = 0;
  for (size_t i = 0; i < differences.size(); ++i) {
    ObjectDifference& one = differences[i];
    const bool is_changed = one.type == Type::changed;
    const bool is_hidden = hides(pattern, one) || (!is_changed && hides_all_fields(pattern, one));
    count += is_hidden ? 1 : take_fields(pattern, one);
    if (is_hidden || (is_changed && one.fields.empty())) continue;
    if (kept != i) differences[kept] = std::move(one);
    ++kept;
  }
  differences.resize(kept);
  return count;
}

}  // namespace

void check_ignore_rule(std::string_view rule, const Place& place) {
  if (pattern_of(rule)) return;
  std::vector<std::string> known = kind_names();
  for (const FieldWord& row : kFieldWords) known.emplace_back(row.word);
  const std::string_view text = trimmed(rule);
  const std::string_view word = text.substr(0, text.rfind(' '));
  const auto meant = nearest(word, known);
  throw usage_error(
      place, fmt::format("'{}' in 'ignore' is not a kind of object and a name", rule),
      meant ? fmt::format("did you mean '{} {}'?", *meant,
                          word.size() < text.size() ? trimmed(text.substr(word.size())) : kAny)
            : "write 'table audit.*', '* audit.*' or 'privilege * to metrics'");
}

std::vector<Ignored> ignore(std::vector<ObjectDifference>& differences, const DriftRules& rules) {
  std::vector<Ignored> result;
  for (const DriftRules::Ignore& rule : rules.ignore) {
    const std::optional<Pattern> pattern = pattern_of(rule.text);
    result.push_back({rule, pattern ? take(*pattern, differences) : 0});
  }
  return result;
}

}  // namespace provision
