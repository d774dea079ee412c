// As much of a schema as its definitions need to be read.
#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/ops/drift/equivalence.h"

namespace provision {
namespace {

bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0 || c == '_' || c == '$';
}

/// "total" of "total(integer)".
std::string plain_name(const std::string& name) { return name.substr(0, name.find('(')); }

std::string qualified(const ObjectId& id) { return sql_name(id.schema, plain_name(id.name)); }

/// Nothing for a language whose code is loaded from a file.
std::string function_statement(const SchemaObject& object) {
  const std::string_view body = object.field("definition");
  const bool is_parsed = object.field("language") == "sql" &&
                         (body.starts_with("RETURN") || body.starts_with("BEGIN ATOMIC"));
  if (object.field("language") != "sql" && object.field("language") != "plpgsql") return {};
  const std::string_view volatility = object.field("volatility");
  return fmt::format("CREATE FUNCTION {}({}) RETURNS {} LANGUAGE {} {} {}", qualified(object.id),
                     object.field("arguments"), object.field("returns"), object.field("language"),
                     volatility, is_parsed ? std::string(body) : "AS " + sql_literal(body));
}

}  // namespace

Skeleton::Skeleton(Database& database, const SchemaSnapshot& snapshot) : database_(database) {
  for (const SchemaObject& object : snapshot.objects) {
    if (object.id.kind == ObjectKind::column) {
      columns_.emplace(std::pair(object.id.schema, object.id.table), &object);
    } else if (object.id.kind == ObjectKind::extension) {
      make_schema(std::string(object.field("in schema")));
      try_execute(fmt::format("CREATE EXTENSION IF NOT EXISTS {} SCHEMA {}",
                              sql_identifier(object.id.name),
                              sql_identifier(std::string(object.field("in schema")))));
    } else if (object.id.table.empty() && !object.id.name.empty()) {
      by_name_.emplace(plain_name(object.id.name), &object);
    }
  }
}

void Skeleton::try_execute(const std::string& sql) {
  try {
    database_.execute(sql);
  } catch (const Error& error) {
    // It is there already, or needs what is not here: then what needs it stays as it is written.
    if (error.kind() != ErrorKind::refused) throw;
  }
}

void Skeleton::make_schema(const std::string& name) {
  if (name.empty() || !schemas_.insert(name).second) return;
  try_execute("CREATE SCHEMA IF NOT EXISTS " + sql_identifier(name));
}

void Skeleton::make_for(const SchemaObject& object) {
  make_named_in(object.id.table);
  for (const Field& field : object.fields) make_named_in(field.value);
}

void Skeleton::make_named_in(std::string_view text) {
  const auto make_all = [this](std::string_view name) {
    const auto [begin, end] = by_name_.equal_range(name);
    for (auto found = begin; found != end; ++found) make(*found->second);
  };
  make_all(text);
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      const size_t end = text.find('"', at + 1);
      if (end == std::string_view::npos) return;
      make_all(text.substr(at + 1, end - at - 1));
      at = end + 1;
      continue;
    }
    size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    if (end > at) make_all(text.substr(at, end - at));
    at = std::max(end, at + 1);
  }
}

void Skeleton::make(const SchemaObject& object) {
  if (!made_.insert(&object).second) return;
  const auto [begin, end] = columns_.equal_range({object.id.schema, object.id.name});
  for (auto column = begin; column != end; ++column) {
    make_named_in(column->second->field("type"));
  }
  for (const Field& field : object.fields) make_named_in(field.value);
  const std::string sql = statement(object);
  if (sql.empty()) return;
  make_schema(object.id.schema);
  try_execute(sql);
}

std::string Skeleton::columns_of(const SchemaObject& object) const {
  std::vector<const SchemaObject*> columns;
  const auto [begin, end] = columns_.equal_range({object.id.schema, object.id.name});
  for (auto column = begin; column != end; ++column) columns.push_back(column->second);
  const std::string order = "\n" + std::string(object.field("column order")) + "\n";
  std::stable_sort(columns.begin(), columns.end(), [&](const auto* a, const auto* b) {
    return order.find("\n" + a->id.name + "\n") < order.find("\n" + b->id.name + "\n");
  });
  std::string text;
  for (const SchemaObject* column : columns) {
    const std::string_view collation = column->field("collation");
    text += fmt::format("{}{} {}{}{}", text.empty() ? "" : ", ", sql_identifier(column->id.name),
                        column->field("type"), collation.empty() ? "" : " COLLATE ", collation);
  }
  return text;
}

std::string Skeleton::statement(const SchemaObject& object) const {
  const std::string name = qualified(object.id);
  switch (object.id.kind) {
    case ObjectKind::table:
    case ObjectKind::foreign_table:
      return fmt::format("CREATE TABLE {} ({})", name, columns_of(object));
    case ObjectKind::composite_type:
      return fmt::format("CREATE TYPE {} AS ({})", name, columns_of(object));
    case ObjectKind::view:
    case ObjectKind::materialized_view:
      return fmt::format("CREATE VIEW {} AS {}", name, object.field("definition"));
    case ObjectKind::enum_type:
      return fmt::format("CREATE TYPE {} AS ENUM ({})", name, object.field("values"));
    case ObjectKind::domain:
      return fmt::format("CREATE DOMAIN {} AS {}", name, object.field("type"));
    case ObjectKind::range_type:
      return fmt::format("CREATE TYPE {} AS RANGE (SUBTYPE = {})", name, object.field("subtype"));
    case ObjectKind::sequence:
      return fmt::format("CREATE SEQUENCE {}", name);
    case ObjectKind::function:
      return function_statement(object);
    default:
      return {};
  }
}

}  // namespace provision
