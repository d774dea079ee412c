// The cases of sqlite_schema.txt, and databases to try them in.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/engine/sqlite/schema_reader.h"
#include "provision/model/schema_difference.h"

namespace provision::sqlite::tests {

struct Case {
  std::string name;
  std::string from;
  std::string to;
  std::string expected;
};

inline std::vector<Case> cases() {
  std::vector<Case> found;
  std::string* part = nullptr;
  const std::string text = read_text(PROVISION_SOURCE_DIR "/tests/engine/cases/sqlite_schema.txt");
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with("=== ")) {
      found.push_back({.name = std::string(line.substr(4)), .from = {}, .to = {}, .expected = {}});
      part = &found.back().from;
    } else if (line == "--- to") {
      part = &found.back().to;
    } else if (line == "--- expect") {
      part = &found.back().expected;
    } else if (part != nullptr) {
      *part += std::string(line) + "\n";
    }
  }
  return found;
}

inline SQLite::Database database_of(const std::string& sql) {
  SQLite::Database database(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  execute(database, sql);
  return database;
}

inline SchemaSnapshot snapshot_of(SQLite::Database& database) {
  return SqliteSchemaReader(database, {}).snapshot();
}

inline std::string as_line(const Difference& difference) {
  std::string line = difference.type + " " + difference.object;
  if (!difference.attribute.empty()) line += " " + difference.attribute;
  if (!difference.expected.empty() || !difference.actual.empty()) {
    line += fmt::format(": {} -> {}", difference.expected, difference.actual);
  }
  if (difference.difference_class != "structure") line += " (" + difference.difference_class + ")";
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line + "\n";
}

}  // namespace provision::sqlite::tests
