// What may be one object under two names.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "provision/model/drift/meaning.h"

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
  std::string place;  ///< the schema and the table; of what moved to another schema, its name
  std::string follows;
  std::string shape;

  friend auto operator<=>(const Likeness&, const Likeness&) = default;
};

struct Sides {
  std::vector<const ObjectId*> missing;
  std::vector<const ObjectId*> extra;
};

using Alike = std::map<Likeness, Sides>;

void add(Alike& alike, const ObjectDifference& difference, std::string place, std::string shape) {
  Sides& sides = alike[{difference.id().kind, std::move(place), difference.follows.value_or(""),
                        std::move(shape)}];
  (difference.type == Type::missing ? sides.missing : sides.extra).push_back(&difference.id());
}

/// Puts those that are the only ones alike on their sides into `renames`.
void add_pairs(const Alike& alike, std::vector<LikelyRename>& renames) {
  for (const auto& [unused, sides] : alike) {
    if (sides.missing.size() != 1 || sides.extra.size() != 1) continue;
    renames.push_back({*sides.missing.front(), *sides.extra.front()});
  }
}

/// Takes out what is on its side of two pairs.
void drop_ambiguous(std::vector<LikelyRename>& renames) {
  std::map<ObjectId, int> expected;
  std::map<ObjectId, int> actual;
  for (const LikelyRename& rename : renames) {
    ++expected[rename.expected];
    ++actual[rename.actual];
  }
  std::erase_if(renames, [&](const LikelyRename& rename) {
    return expected[rename.expected] > 1 || actual[rename.actual] > 1;
  });
}

/// "'a', 'b'" in parts, without the quotes.
std::vector<std::string> labels_of(std::string_view values) {
  std::vector<std::string> labels;
  bool is_inside = false;
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] == '\'' && is_inside && i + 1 < values.size() && values[i + 1] == '\'') {
      labels.back() += values[++i];
    } else if (values[i] == '\'') {
      is_inside = !is_inside;
      if (is_inside) labels.emplace_back();
    } else if (is_inside) {
      labels.back() += values[i];
    }
  }
  return labels;
}

bool has(const std::vector<std::string>& labels, const std::string& label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

/// A value of an enum that another one has taken the place of.
void add_labels(const ObjectDifference& difference, std::vector<LikelyRename>& renames) {
  const auto expected = labels_of(difference.expected.field("values"));
  const auto actual = labels_of(difference.actual.field("values"));
  if (expected.size() != actual.size()) return;
  const auto id_of = [&difference](const std::string& label) {
    return ObjectId{enum_type, difference.id().schema, difference.id().name, label};
  };
  std::vector<LikelyRename> found;
  for (size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] == actual[i]) continue;
    // Others stand in another order: nothing tells which one is which.
    if (has(actual, expected[i]) || has(expected, actual[i])) return;
    found.push_back({id_of(expected[i]), id_of(actual[i])});
  }
  std::move(found.begin(), found.end(), std::back_inserter(renames));
}

}  // namespace

std::vector<LikelyRename> likely_renames(const std::vector<ObjectDifference>& differences) {
  Alike renamed;
  Alike moved;
  std::vector<LikelyRename> renames;
  for (const ObjectDifference& one : differences) {
    const ObjectId& id = one.id();
    if (one.type == Type::changed) {
      if (id.kind == enum_type) add_labels(one, renames);
      continue;
    }
    if ((kinds(id.kind) & kNeverRenamed) != 0) continue;
    const std::string shape = shape_of(one);
    if (shape.empty()) continue;
    add(renamed, one, id.schema + "\n" + id.table, shape);
    if (id.table.empty()) add(moved, one, id.name, shape);
  }
  add_pairs(renamed, renames);
  add_pairs(moved, renames);
  drop_ambiguous(renames);
  std::sort(renames.begin(), renames.end(),
            [](const LikelyRename& a, const LikelyRename& b) { return a.expected < b.expected; });
  return renames;
}

}  // namespace provision
