#include "provision/engine/postgresql/seed_values.h"

#include <algorithm>
#include <array>

#include "provision/base/text.h"

namespace provision::postgresql {
namespace {

/// A type to cast a literal to: a cast to a limited length would cut silently what is too long.
std::string cast_type(const std::string& type) {
  if (type.rfind("character varying(", 0) == 0) return "text";
  if (type.rfind("character(", 0) == 0) return "bpchar";
  return type;
}

/// A literal on one line, so that a line of the statement is a row of the seed.
std::string one_line_literal(const std::string& text) {
  if (text.find_first_of("\n\r\\") == std::string::npos) return sql_literal(text);
  std::string literal = "E'";
  for (const char c : text) {
    if (c == '\n') {
      literal += "\\n";
    } else if (c == '\r') {
      literal += "\\r";
    } else {
      if (c == '\\' || c == '\'') literal += c;
      literal += c;
    }
  }
  return literal + "'";
}

}  // namespace

bool has_plain_equality(std::string_view type) {
  constexpr std::array<std::string_view, 20> kTypes = {
      "smallint", "integer",  "bigint",   "numeric",   "real", "double precision",
      "boolean",  "text",     "date",     "timestamp", "time", "uuid",
      "bytea",    "jsonb",    "interval", "inet",      "cidr", "oid",
      "money",    "character"};
  if (type.size() > 2 && type.substr(type.size() - 2) == "[]") type.remove_suffix(2);
  const std::string_view base = type.substr(0, type.find('('));
  return std::any_of(kTypes.begin(), kTypes.end(), [&](std::string_view known) {
    return base == known || (base.substr(0, known.size()) == known && base[known.size()] == ' ');
  });
}

std::string seed_values(const SeedTable& seed, const std::vector<TableColumn>& columns) {
  std::string text;
  for (const SeedRow& row : seed.rows) {
    text += text.empty() ? "\n(" : ",\n(";
    for (size_t i = 0; i < row.values.size(); ++i) {
      if (i > 0) text += ", ";
      text += row.values[i] ? one_line_literal(*row.values[i]) : "NULL";
      // The others take the type of the first one.
      if (&row == seed.rows.data()) text += "::" + cast_type(columns[i].type);
    }
    text += ')';
  }
  return text;
}

}  // namespace provision::postgresql
