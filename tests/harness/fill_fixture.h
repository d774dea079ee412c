// A database whose tables are to be filled.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "harness/fill.h"
#include "provision/base/text.h"
#include "tests/engine/engine_fixture.h"

namespace harness {

inline std::string told(const FillReport& report) {
  std::string text;
  for (const UnfilledTable& table : report.unfilled) {
    text += table.table + " has " + std::to_string(table.rows) + ": " + table.reason + "\n";
  }
  return text;
}

class FillTest : public provision::EngineTest {
 protected:
  void SetUp() override {
    spec = new_database();
    database = connect(spec);
  }

  FillReport fill(std::int64_t rows = 5) {
    provision::Transaction transaction(*database);
    Filler filler(*database, {.rows = rows});
    FillReport report = filler.fill();
    transaction.commit();
    return report;
  }

  /// Makes `schema` and expects that each of its tables gets `rows` rows.
  void expect_filled(const std::string& schema, std::int64_t rows = 5) {
    database->execute(schema);
    const FillReport report = fill(rows);
    EXPECT_EQ(told(report), "") << schema;
    for (const provision::RowRules& rules :
         database->row_rules(std::nullopt, provision::RuleDetail::all)) {
      EXPECT_EQ(count(rules.name), std::to_string(rows)) << rules.name << " of " << schema;
    }
  }
  void expect_unfilled(const std::string& schema, const std::string& table,
                       const std::string& why) {
    database->execute(schema);
    const FillReport report = fill();
    ASSERT_EQ(report.unfilled.size(), 1U) << told(report);
    EXPECT_EQ(report.unfilled[0].table, id(table));
    EXPECT_NE(report.unfilled[0].reason.find(why), std::string::npos) << told(report);
  }

  std::string count(const std::string& table) {
    return only_value(*database, "SELECT count(*) FROM " + provision::sql_identifier(table));
  }
  std::string id(const std::string& table) const {
    return is_postgresql() ? "public." + table : table;
  }
  bool is_postgresql() const { return GetParam() == "postgresql"; }

  provision::DatabaseSpec spec;
  std::unique_ptr<provision::Database> database;
};

}  // namespace harness
