// What may be one object under two names.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "provision/model/drift_meaning.h"

namespace provision {
namespace {

using enum ObjectKind;
using Type = ObjectDifference::Type;

// Their name is what they are, or they are nothing but a name.
constexpr Kinds kNeverRenamed =
    kinds(database, schema, extension, language, user_mapping, cast, transform, default_privileges);

bool is_of_a_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// `text` with a sign in place of each of the words `name` and `table`.
std::string nameless(std::string_view text, const std::string& name, const std::string& table) {
  std::string result;
  while (!text.empty()) {
    const auto* const end = std::find_if_not(text.begin(), text.end(), is_of_a_name);
    const std::string_view word = text.substr(0, static_cast<size_t>(end - text.begin()));
    if (word.empty()) {
      result += text.front();
      text.remove_prefix(1);
      continue;
    }
    result += word == name ? std::string_view("\1") : word == table ? std::string_view("\2") : word;
    text.remove_prefix(word.size());
  }
  return result;
}

/// What an object is, but for its name and its table's, and for what a change of its structure
/// leaves alone; empty if there is nothing to know it again by.
std::string shape_of(const SchemaObject& object) {
  std::string shape;
  for (const Field& field : object.fields) {
    if (class_of(object.id.kind, field.name) != DifferenceClass::structure) continue;
    const std::string value = nameless(field.value, object.id.name, object.id.table);
    shape += fmt::format("{}={}:{};", field.name, value.size(), value);
  }
  return shape;
}

/// The same with its parts. Columns are known by their names, the other parts by what they are.
std::string shape_of(const ObjectDifference& difference) {
  const SchemaObject& object =
      difference.type == Type::extra ? difference.actual : difference.expected;
  std::vector<std::string> parts;
  for (const SchemaObject& part : difference.parts) {
    const std::string name = part.id.kind == column ? part.id.name : std::string();
    parts.push_back(
        fmt::format("{} {}:{} {}", name_of(part.id.kind), name.size(), name, shape_of(part)));
  }
  std::sort(parts.begin(), parts.end());
  std::string shape = shape_of(object);
  for (const std::string& part : parts) shape += "\n" + part;
  return shape;
}

/// What two names of one object have in common.
struct Likeness {
  ObjectKind kind;
  std::string schema;  ///< of a part
  std::string table;
  std::string follows;
  std::string shape;

  friend auto operator<=>(const Likeness&, const Likeness&) = default;
};

Likeness likeness_of(const ObjectDifference& difference, std::string shape) {
  const ObjectId& id = difference.id();
  return {id.kind, id.table.empty() ? std::string() : id.schema, id.table,
          difference.follows.value_or(""), std::move(shape)};
}

}  // namespace

std::vector<LikelyRename> likely_renames(const std::vector<ObjectDifference>& differences) {
  struct Sides {
    std::vector<const ObjectId*> missing;
    std::vector<const ObjectId*> extra;
  };
  std::map<Likeness, Sides> alike;
  for (const ObjectDifference& one : differences) {
    if (one.type == Type::changed || (kinds(one.id().kind) & kNeverRenamed) != 0) continue;
    std::string shape = shape_of(one);
    if (shape.empty()) continue;
    Sides& sides = alike[likeness_of(one, std::move(shape))];
    (one.type == Type::missing ? sides.missing : sides.extra).push_back(&one.id());
  }
  std::vector<LikelyRename> renames;
  for (const auto& [unused, sides] : alike) {
    if (sides.missing.size() != 1 || sides.extra.size() != 1) continue;
    renames.push_back({*sides.missing.front(), *sides.extra.front()});
  }
  std::sort(renames.begin(), renames.end(),
            [](const LikelyRename& a, const LikelyRename& b) { return a.expected < b.expected; });
  return renames;
}

}  // namespace provision
