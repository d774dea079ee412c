#include "provision/ops/drift/normalise.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "provision/base/text.h"

namespace provision {
namespace {

using Type = ObjectDifference::Type;

bool has_owner(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::enum_type:
    case ObjectKind::domain:
    case ObjectKind::composite_type:
    case ObjectKind::range_type:
    case ObjectKind::sequence:
    case ObjectKind::table:
    case ObjectKind::foreign_table:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::function:
    case ObjectKind::procedure:
    case ObjectKind::aggregate:
      return true;
    default:
      return false;
  }
}

/// An object without an owner of its own is the database owner's.
std::string database_owner(const SchemaSnapshot& snapshot) {
  for (const SchemaObject& object : snapshot.objects) {
    if (object.id.kind == ObjectKind::database) return std::string(object.field("server owner"));
  }
  return {};
}

void set_owner(SchemaObject& object, const std::string& owner) {
  std::erase_if(object.fields, [](const Field& field) { return field.name == "owner"; });
  if (owner.empty()) return;
  const auto place =
      std::find_if(object.fields.begin(), object.fields.end(),
                   [](const Field& field) { return field.name > std::string_view("owner"); });
  object.fields.insert(place, {"owner", owner});
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '"'; }

/// `text` without what versions differ in, outside of strings: white space, and the names of tables
/// before those of columns.
std::string bare(std::string_view text) {
  std::string kept;
  size_t word = 0;
  bool is_string = false;
  for (const char c : text) {
    if (c == '\'') is_string = !is_string;
    if (!is_string && (c == ' ' || c == '\n' || c == '\t')) {
      word = kept.size();
    } else if (!is_string && c == '.' && word < kept.size() && is_letter(kept[word])) {
      kept.resize(word);
    } else {
      kept += c;
      if (!is_letter(c) && (c < '0' || c > '9')) word = kept.size();
    }
  }
  return kept;
}

/// Without the privilege that newer servers have and older ones do not.
std::string without_maintain(std::string text) {
  for (const std::string_view word : {", MAINTAIN", "MAINTAIN"}) {
    if (const size_t at = text.find(word); at != std::string::npos) text.erase(at, word.size());
  }
  return text;
}

bool is_same_but_for_version(const FieldDifference& field) {
  if (!field.expected || !field.actual) return false;
  if (field.difference_class == DifferenceClass::privilege) {
    return without_maintain(*field.expected) == without_maintain(*field.actual);
  }
  return bare(*field.expected) == bare(*field.actual);
}

bool is_written_by_server(ObjectKind kind, std::string_view field) {
  return field == "definition" && (kind == ObjectKind::view || kind == ObjectKind::rule ||
                                   kind == ObjectKind::materialized_view);
}

const SchemaObject* find(const SchemaSnapshot& snapshot, const ObjectId& id) {
  const auto found = std::lower_bound(
      snapshot.objects.begin(), snapshot.objects.end(), id,
      [](const SchemaObject& object, const ObjectId& wanted) { return object.id < wanted; });
  return found != snapshot.objects.end() && found->id == id ? &*found : nullptr;
}

/// "schema.table", where the server wrote it with quotes.
std::string without_quotes(std::string_view name) {
  std::string plain;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool is_doubled = name.substr(i).starts_with("\"\"");
    if (is_doubled) ++i;
    if (name[i] != '"' || is_doubled) plain += name[i];
  }
  return plain;
}

/// The table called `name` by the server.
const SchemaObject* table_called(const SchemaSnapshot& snapshot, std::string_view name) {
  const std::string plain = without_quotes(name);
  for (size_t at = plain.find('.'); at != std::string::npos; at = plain.find('.', at + 1)) {
    const ObjectId id{ObjectKind::table, plain.substr(0, at), {}, plain.substr(at + 1)};
    if (const SchemaObject* found = find(snapshot, id)) return found;
  }
  return nullptr;
}

std::string_view parents_of(const SchemaSnapshot& snapshot, const ObjectId& column) {
  const SchemaObject* table = find(snapshot, {ObjectKind::table, column.schema, {}, column.table});
  return table == nullptr ? std::string_view() : table->field("inherits");
}

/// The column called `id` as its table has it from a parent, or the parent's parent.
std::optional<SchemaObject> inherited(const SchemaSnapshot& snapshot, const ObjectId& id) {
  for (const std::string& name : split_list(parents_of(snapshot, id))) {
    const SchemaObject* parent = table_called(snapshot, name);
    if (parent == nullptr) continue;
    const ObjectId above{ObjectKind::column, parent->id.schema, parent->id.name, id.name};
    const SchemaObject* found = find(snapshot, above);
    std::optional<SchemaObject> column =
        found != nullptr ? std::optional(*found) : inherited(snapshot, above);
    if (!column) continue;
    column->id = id;
    std::erase_if(column->fields, [](const Field& field) {
      return class_of(ObjectKind::column, field.name) != DifferenceClass::structure ||
             field.name.starts_with("identity");
    });
    return column;
  }
  return std::nullopt;
}

}  // namespace

void tell_owner(SchemaSnapshot& snapshot) {
  const std::string implied = database_owner(snapshot);
  for (SchemaObject& object : snapshot.objects) {
    const bool is_silent = object.field("owner").empty() && object.id.table.empty();
    if (is_silent && has_owner(object.id.kind)) set_owner(object, implied);
  }
}

std::string usual_owner(const SchemaSnapshot& snapshot) {
  std::map<std::string_view, int> counts;
  for (const SchemaObject& object : snapshot.objects) {
    if (has_owner(object.id.kind)) ++counts[object.field("owner")];
  }
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return std::string(most == counts.end() ? database_owner(snapshot) : most->first);
}

void forget_owner(SchemaSnapshot& snapshot, std::string_view owner) {
  for (SchemaObject& object : snapshot.objects) {
    if (object.field("owner") == owner) set_owner(object, "");
  }
}

void forget_server(SchemaSnapshot& snapshot) {
  for (SchemaObject& object : snapshot.objects) {
    if (object.id.kind != ObjectKind::database) continue;
    std::erase_if(object.fields, [](const Field& field) {
      return field.name.starts_with("server ") || field.name.starts_with("privilege ") ||
             field.name == "comment" || field.name == "connection limit";
    });
  }
}

std::string_view major_of(std::string_view version) { return version.substr(0, version.find('.')); }

void forget_versions(std::vector<ObjectDifference>& differences) {
  std::erase_if(differences, [](const ObjectDifference& one) {
    return one.type != Type::changed && one.id().kind == ObjectKind::not_null;
  });
  for (ObjectDifference& one : differences) {
    std::erase_if(one.fields, is_same_but_for_version);
    for (FieldDifference& field : one.fields) {
      if (is_written_by_server(one.id().kind, field.name)) {
        field.difference_class = DifferenceClass::server;
      }
    }
  }
  std::erase_if(differences, [](const ObjectDifference& one) {
    return one.type == Type::changed && one.fields.empty();
  });
}

void forget_data(std::vector<ObjectDifference>& differences) {
  for (ObjectDifference& one : differences) {
    for (FieldDifference& field : one.fields) {
      if (field.name == "not populated") field.difference_class = DifferenceClass::server;
    }
  }
}

void compare_inherited(std::vector<ObjectDifference>& differences, const SchemaSnapshot& expected,
                       const SchemaSnapshot& actual) {
  for (ObjectDifference& one : differences) {
    if (one.id().kind != ObjectKind::column || one.type == Type::changed) continue;
    const bool is_extra = one.type == Type::extra;
    const auto given = inherited(is_extra ? expected : actual, one.id());
    if (!given) continue;
    ObjectDifference told{Type::changed, is_extra ? *given : one.expected,
                          is_extra ? one.actual : *given};
    told.whole = one.whole;
    auto found = difference({{told.expected, told.actual}});
    if (!found.empty()) {
      told.fields = std::move(found.front().fields);
    } else if (parents_of(expected, one.id()) == parents_of(actual, one.id())) {
      const std::optional<std::string> yes = "";
      told.fields = {{"inherited", is_extra ? yes : std::nullopt, is_extra ? std::nullopt : yes}};
    }
    one = std::move(told);
  }
  std::erase_if(differences, [](const ObjectDifference& one) {
    return one.type == Type::changed && one.fields.empty();
  });
}

int forget_partitions(std::vector<ObjectDifference>& differences, Type type) {
  std::map<std::string, const SchemaObject*> one_sided;
  for (const ObjectDifference& one : differences) {
    if (one.type == Type::changed) continue;
    const SchemaObject& object = one.type == Type::extra ? one.actual : one.expected;
    if (object.id.table.empty()) one_sided[object.id.schema + "." + object.id.name] = &object;
  }
  const auto is_made_at_run_time = [&](const SchemaObject* object) {
    for (;;) {
      const std::string_view bound = object->field("partition bound");
      if (bound.empty()) return false;
      const auto parent = one_sided.find(without_quotes(object->field("inherits")));
      if (parent == one_sided.end()) return bound.starts_with("FOR VALUES FROM ");
      object = parent->second;
    }
  };
  std::set<ObjectId> made;
  for (const auto& [name, object] : one_sided) {
    if (is_made_at_run_time(object)) made.insert(object->id);
  }
  const auto found = std::erase_if(differences, [&](const ObjectDifference& one) {
    return one.type == type && made.contains(one.id());
  });
  return static_cast<int>(found);
}

}  // namespace provision
