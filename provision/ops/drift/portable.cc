// What two engines have in common, in the same words.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "provision/base/text.h"
#include "provision/engine/row_rules.h"
#include "provision/ops/drift/normalise.h"

namespace provision {
namespace {

/// What a column of the type holds, where one engine has many types for it and another few.
std::string family_of(std::string_view declared) {
  switch (value_type(declared).kind) {
    case ValueKind::boolean:
    case ValueKind::integer:
      return "whole number";
    case ValueKind::number:
      return "number";
    case ValueKind::bytes:
      return "bytes";
    case ValueKind::text:
    case ValueKind::uuid:
    case ValueKind::date:
    case ValueKind::time:
    case ValueKind::timestamp:
    case ValueKind::interval:
    case ValueKind::json:
    case ValueKind::xml:
    case ValueKind::enumeration:
      return "text";
    default:
      return "";
  }
}

/// What stands between the first parentheses of `text`, without quotes; empty for expressions.
std::string names_in(std::string_view text) {
  const size_t begin = text.find('(');
  const size_t end = text.find(')', begin);
  if (begin == std::string_view::npos || end == std::string_view::npos) return {};
  std::string names(text.substr(begin + 1, end - begin - 1));
  std::erase(names, '"');
  return names.find('(') == std::string::npos ? lower(names) : std::string();
}

std::string columns_of(const SchemaObject& object) {
  const std::string_view said = object.field("columns");
  std::string columns = said.empty() ? names_in(object.field("definition")) : lower(said);
  std::erase(columns, '"');
  return columns;
}

/// "orders (id)", from a definition or from a field.
std::string target_of(const SchemaObject& object) {
  std::string target(object.field("references"));
  const std::string_view definition = object.field("definition");
  constexpr std::string_view kWord = " REFERENCES ";
  if (const size_t at = definition.find(kWord); at != std::string_view::npos) {
    target = definition.substr(at + kWord.size());
    target.resize(target.find(')') == std::string::npos ? target.size() : target.find(')') + 1);
  }
  std::erase(target, '"');
  std::erase(target, ' ');
  if (const size_t dot = target.find('.'); dot != std::string::npos) target.erase(0, dot + 1);
  return lower(target);
}

std::vector<Field> portable_fields(const SchemaObject& object) {
  switch (object.id.kind) {
    case ObjectKind::column: {
      std::vector<Field> fields;
      if (!object.field("generated").empty()) fields.push_back({"generated", ""});
      const std::string family = family_of(object.field("type"));
      if (!family.empty()) fields.push_back({"type", family});
      return fields;
    }
    case ObjectKind::primary_key:
    case ObjectKind::unique:
    case ObjectKind::index:
      return {{"columns", columns_of(object)}};
    case ObjectKind::foreign_key:
      return {{"columns", columns_of(object)}, {"references", target_of(object)}};
    default:
      return {};
  }
}

bool is_portable(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::table:
    case ObjectKind::view:
    case ObjectKind::column:
    case ObjectKind::primary_key:
    case ObjectKind::unique:
    case ObjectKind::foreign_key:
    case ObjectKind::index:
      return true;
    default:
      return false;
  }
}

bool has_name_of_its_own(ObjectKind kind) {
  return kind != ObjectKind::primary_key && kind != ObjectKind::unique &&
         kind != ObjectKind::foreign_key;
}

}  // namespace

SchemaSnapshot portable(const SchemaSnapshot& snapshot) {
  SchemaSnapshot result{.engine = snapshot.engine, .version = snapshot.version};
  std::set<std::pair<std::string, std::string>> tables;
  for (const SchemaObject& object : snapshot.objects) {
    if (object.id.kind == ObjectKind::table) tables.emplace(object.id.schema, object.id.name);
  }
  for (const SchemaObject& object : snapshot.objects) {
    if (!is_portable(object.id.kind)) continue;
    // Not every engine says what columns a view has.
    const bool is_part = !object.id.table.empty();
    if (is_part && !tables.contains({object.id.schema, object.id.table})) continue;
    SchemaObject kept{.id = object.id, .fields = portable_fields(object)};
    if (kept.id.schema == "public") kept.id.schema.clear();
    kept.id.table = lower(kept.id.table);
    kept.id.name = lower(kept.id.name);
    if (!has_name_of_its_own(object.id.kind)) {
      kept.generated_name = true;
      kept.id.name = fmt::format("({})", columns_of(object));
    }
    result.objects.push_back(std::move(kept));
  }
  std::sort(result.objects.begin(), result.objects.end(),
            [](const SchemaObject& a, const SchemaObject& b) { return a.id < b.id; });
  return result;
}

}  // namespace provision
