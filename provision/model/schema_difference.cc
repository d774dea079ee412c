#include "provision/model/schema_difference.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "provision/model/difference_parts.h"

namespace provision {
namespace {

using Type = ObjectDifference::Type;

/// The names of `order` that are among `common`, as they follow each other.
std::string restricted(std::string_view order, const std::set<std::string>& common) {
  std::string kept;
  std::istringstream names{std::string(order)};
  for (std::string name; std::getline(names, name, '\n');) {
    if (common.contains(name)) kept += (kept.empty() ? "" : ", ") + name;
  }
  return kept;
}

std::set<std::string> lines(std::string_view text) {
  std::set<std::string> names;
  std::istringstream stream{std::string(text)};
  for (std::string name; std::getline(stream, name, '\n');) names.insert(name);
  return names;
}

/// How the columns that both sides have follow each other on each side.
void compare_order(FieldDifference& field) {
  const std::set<std::string> left = lines(field.expected.value_or(""));
  const std::set<std::string> right = lines(field.actual.value_or(""));
  std::set<std::string> common;
  std::set_intersection(left.begin(), left.end(), right.begin(), right.end(),
                        std::inserter(common, common.end()));
  field.expected = restricted(field.expected.value_or(""), common);
  field.actual = restricted(field.actual.value_or(""), common);
}

bool is_unread(const SchemaObject& object) {
  return std::any_of(object.fields.begin(), object.fields.end(),
                     [](const Field& field) { return field.name == kNotRead; });
}

std::vector<FieldDifference> compared(const SchemaObject& expected, const SchemaObject& actual) {
  std::vector<FieldDifference> differences;
  const auto add = [&](const std::string& name, std::optional<std::string> left,
                       std::optional<std::string> right) {
    FieldDifference field{name, std::move(left), std::move(right),
                          class_of(expected.id.kind, name)};
    if (field.name == "column order") compare_order(field);
    if (field.expected != field.actual) differences.push_back(std::move(field));
  };
  const bool knows_left = !is_unread(expected);
  const bool knows_right = !is_unread(actual);
  auto left = expected.fields.begin();
  auto right = actual.fields.begin();
  while (left != expected.fields.end() || right != actual.fields.end()) {
    if (right == actual.fields.end() ||
        (left != expected.fields.end() && left->name < right->name)) {
      if (knows_right && left->name != kNotRead) add(left->name, left->value, std::nullopt);
      ++left;
    } else if (left == expected.fields.end() || right->name < left->name) {
      if (knows_left && right->name != kNotRead) add(right->name, std::nullopt, right->value);
      ++right;
    } else {
      add(left->name, left->value, right->value);
      ++left;
      ++right;
    }
  }
  return differences;
}

/// What two objects with made-up names must have in common to be the same one.
struct Nameless {
  ObjectKind kind;
  std::string schema;
  std::string table;

  explicit Nameless(const ObjectId& id) : kind(id.kind), schema(id.schema), table(id.table) {}
  friend auto operator<=>(const Nameless&, const Nameless&) = default;
};

bool has_made_up_name(const std::optional<SchemaObject>& object) {
  return object && object->generated_name;
}

/// Takes the pairs out of `changes` that differ in nothing but a made-up name, and joins what is
/// left of one table's nameless parts of a kind, where there is just one of them on each side.
void match_made_up_names(SchemaChanges& changes) {
  struct Sides {
    std::vector<std::optional<SchemaObject>*> before;
    std::vector<std::optional<SchemaObject>*> after;
  };
  std::map<Nameless, Sides> groups;
  for (ObjectChange& change : changes) {
    if (change.before == change.after) continue;
    if (has_made_up_name(change.before)) {
      groups[Nameless(change.before->id)].before.push_back(&change.before);
    }
    if (has_made_up_name(change.after)) {
      groups[Nameless(change.after->id)].after.push_back(&change.after);
    }
  }
  // Apart from the others until the end: the groups point into those.
  SchemaChanges joined;
  for (auto& [unused, sides] : groups) {
    for (std::optional<SchemaObject>* left : sides.before) {
      const auto same = std::find_if(sides.after.begin(), sides.after.end(),
                                     [&](const std::optional<SchemaObject>* right) {
                                       return *right && (*right)->fields == (*left)->fields;
                                     });
      if (same == sides.after.end()) continue;
      left->reset();
      (*same)->reset();
    }
    std::erase_if(sides.before, [](const auto* side) { return !side->has_value(); });
    std::erase_if(sides.after, [](const auto* side) { return !side->has_value(); });
    if (sides.before.size() != 1 || sides.after.size() != 1) continue;
    if ((*sides.before.front())->id == (*sides.after.front())->id) continue;
    SchemaObject left = std::move(**sides.before.front());
    SchemaObject right = std::move(**sides.after.front());
    sides.before.front()->reset();
    sides.after.front()->reset();
    joined.push_back({std::move(left), std::move(right)});
  }
  changes.insert(changes.end(), std::make_move_iterator(joined.begin()),
                 std::make_move_iterator(joined.end()));
}

std::optional<ObjectDifference> of(ObjectChange change, const Equivalence& equivalent) {
  if (!change.before && !change.after) return std::nullopt;
  if (!change.before) return ObjectDifference{Type::extra, {}, std::move(*change.after)};
  if (!change.after) return ObjectDifference{Type::missing, std::move(*change.before), {}};
  std::vector<FieldDifference> fields = compared(*change.before, *change.after);
  if (fields.empty()) return std::nullopt;
  const bool concerns_structure = std::any_of(fields.begin(), fields.end(), [](const auto& field) {
    return field.difference_class == DifferenceClass::structure;
  });
  if (equivalent && concerns_structure && equivalent(*change.before, *change.after)) {
    std::erase_if(fields, [](const auto& field) {
      return field.difference_class == DifferenceClass::structure;
    });
    if (fields.empty()) return std::nullopt;
  }
  return ObjectDifference{Type::changed, std::move(*change.before), std::move(*change.after),
                          std::move(fields)};
}

std::string shown(std::string_view attribute, const std::optional<std::string>& value) {
  if (!value) return "";
  return value->empty() ? std::string(attribute) : *value;
}

/// What a missing or extra object is, in a line or several.
std::string summary(const SchemaObject& object) {
  const std::string_view definition = object.field("definition");
  return definition.empty() ? std::string(object.field("type")) : std::string(definition);
}

}  // namespace

std::string_view name_of(Type type) {
  switch (type) {
    case Type::missing:
      return "missing";
    case Type::extra:
      return "extra";
    case Type::changed:
      break;
  }
  return "changed";
}

std::vector<ObjectDifference> difference(const SchemaSnapshot& expected,
                                         const SchemaSnapshot& actual,
                                         const Equivalence& equivalent) {
  SchemaChanges changes;
  auto left = expected.objects.begin();
  auto right = actual.objects.begin();
  while (left != expected.objects.end() || right != actual.objects.end()) {
    if (right == actual.objects.end() || (left != expected.objects.end() && left->id < right->id)) {
      changes.push_back({*left++, std::nullopt});
    } else if (left == expected.objects.end() || right->id < left->id) {
      changes.push_back({std::nullopt, *right++});
    } else {
      if (*left != *right) changes.push_back({*left, *right});
      ++left;
      ++right;
    }
  }
  std::vector<ObjectDifference> differences = difference(changes, equivalent);
  note_wholes(differences, expected, actual);
  return differences;
}

std::vector<ObjectDifference> difference(const SchemaChanges& changes,
                                         const Equivalence& equivalent) {
  SchemaChanges left = changes;
  match_made_up_names(left);
  std::vector<ObjectDifference> differences;
  for (ObjectChange& change : left) {
    if (auto found = of(std::move(change), equivalent)) differences.push_back(std::move(*found));
  }
  std::sort(differences.begin(), differences.end(),
            [](const ObjectDifference& a, const ObjectDifference& b) { return a.id() < b.id(); });
  note_order(differences, changes);
  fold_parts(differences);
  return differences;
}

bool DifferencePolicy::counts(const ObjectDifference& object) const {
  if (object.type != Type::changed) return fail_on.contains(class_of(object.id().kind, ""));
  return std::any_of(object.fields.begin(), object.fields.end(),
                     [this](const FieldDifference& field) { return counts(field); });
}

std::vector<Difference> described(const std::vector<ObjectDifference>& differences,
                                  const DifferencePolicy& policy) {
  std::vector<Difference> rows;
  for (const ObjectDifference& one : differences) {
    Difference row{.type = std::string(name_of(one.type)),
                   .object = to_string(one.id()),
                   .difference_class = std::string(name_of(class_of(one.id().kind, ""))),
                   .counts = policy.counts(one)};
    if (one.type == Type::missing) row.expected = summary(one.expected);
    if (one.type == Type::extra) row.actual = summary(one.actual);
    if (one.type != Type::changed) {
      rows.push_back(std::move(row));
      continue;
    }
    for (const FieldDifference& field : one.fields) {
      row.attribute = field.name;
      row.expected = shown(field.name, field.expected);
      row.actual = shown(field.name, field.actual);
      row.difference_class = name_of(field.difference_class);
      row.counts = policy.counts(field);
      rows.push_back(row);
    }
  }
  return rows;
}

}  // namespace provision
