#include "provision/ops/drift/normalise.h"

#include <algorithm>
#include <map>
#include <set>

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

int forget_partitions(std::vector<ObjectDifference>& differences, bool both_live) {
  std::set<std::string> one_sided;
  for (const ObjectDifference& one : differences) {
    if (one.type == Type::changed) continue;
    one_sided.insert(one.id().schema + "." + one.id().name);
  }
  const auto found = std::erase_if(differences, [&](const ObjectDifference& one) {
    if (one.type == Type::changed || (one.type == Type::missing && !both_live)) return false;
    const SchemaObject& object = one.type == Type::extra ? one.actual : one.expected;
    return !object.field("partition bound").empty() &&
           !one_sided.contains(std::string(object.field("inherits")));
  });
  return static_cast<int>(found);
}

}  // namespace provision
