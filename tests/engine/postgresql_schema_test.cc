// What the schema reader sees: cases of a schema, a change to it and what that must be told as.
#include <gmock/gmock.h>

#include "provision/base/text.h"
#include "provision/model/schema_difference.h"
#include "tests/engine/engine_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// "# title", the SQL of a schema, "--- change", SQL, "--- expect", a line for each difference.
struct Case {
  std::string title;
  std::string schema;
  std::string change;
  std::vector<std::string> expected;
};

std::vector<Case> cases_of(const std::string& name) {
  std::vector<Case> cases;
  int part = 0;
  const std::string text =
      read_text(std::filesystem::path(PROVISION_SOURCE_DIR) / "tests/engine/cases" / name);
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with("# ")) {
      cases.push_back({.title = std::string(line.substr(2))});
      part = 0;
    } else if (line.starts_with("--- ")) {
      ++part;
    } else if (cases.empty() || line.empty()) {
      continue;
    } else if (part == 2) {
      cases.back().expected.emplace_back(line);
    } else {
      (part == 0 ? cases.back().schema : cases.back().change).append(line) += '\n';
    }
  }
  return cases;
}

std::string on_one_line(std::string value) {
  for (size_t at = 0; (at = value.find('\n', at)) != std::string::npos;)
    value.replace(at, 1, "\\n");
  return value;
}

std::string shown(const std::optional<std::string>& value) {
  if (!value) return "-";
  return value->empty() ? "yes" : on_one_line(*value);
}

std::vector<std::string> lines_of(const std::vector<ObjectDifference>& differences) {
  std::vector<std::string> lines;
  for (const ObjectDifference& one : differences) {
    const std::string object = std::string(name_of(one.type)) + " " + to_string(one.id());
    if (one.type != ObjectDifference::Type::changed) lines.push_back(object);
    for (const FieldDifference& field : one.fields) {
      lines.push_back(object + ", " + field.name + ": " + shown(field.expected) + " => " +
                      shown(field.actual));
    }
  }
  return lines;
}

/// Every object with all its fields.
std::vector<std::string> lines_of(const SchemaSnapshot& snapshot) {
  std::vector<std::string> lines;
  for (const SchemaObject& object : snapshot.objects) {
    std::string line = to_string(object.id) + (object.generated_name ? " (made up)" : "");
    for (const Field& field : object.fields) line += "; " + field.name + " = " + field.value;
    lines.push_back(line);
  }
  return lines;
}

class PostgresqlSchemaTest : public EngineTest {
 protected:
  void SetUp() override { database = connect(new_database()); }

  SchemaSnapshot snapshot() { return database->schema_reader({})->snapshot(); }

  void expect_case(const Case& one) {
    SCOPED_TRACE(one.title);
    Transaction transaction(*database);
    database->execute(one.schema);
    const auto reader = database->schema_reader({});
    const SchemaSnapshot before = reader->snapshot();
    database->execute(one.change);

    const std::vector<std::string> seen = lines_of(difference(reader->changes()));

    const SchemaSnapshot after = snapshot();
    EXPECT_EQ(seen, one.expected);
    EXPECT_EQ(lines_of(difference(before, after)), seen);
  }

  std::unique_ptr<Database> database;
};

TEST_P(PostgresqlSchemaTest, EveryChangeIsSeenAsWhatItIs) {
  const std::vector<Case> cases = cases_of("postgresql_schema.txt");
  ASSERT_GT(cases.size(), 100U);

  for (const Case& one : cases) expect_case(one);
}

INSTANTIATE_TEST_SUITE_P(Engines, PostgresqlSchemaTest, testing::Values("postgresql"));

}  // namespace
}  // namespace provision
