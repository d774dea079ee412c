// Databases of one engine to be compared, and the sources that name them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "provision/ops/drift/drift.h"
#include "tests/ops/workspace_fixture.h"

namespace provision {

class DriftTest : public WorkspaceTest {
 protected:
  /// The environment `name` with the one database `spec`.
  DriftSource environment(const std::string& name, const DatabaseSpec& spec) {
    auto made = std::make_shared<Environment>();
    made->name = name;
    made->kind = spec.kind;
    made->project = project_.path();
    made->databases = {spec};
    made->drift = rules_;
    return {.kind = DriftSource::Kind::database,
            .label = name,
            .environment = made,
            .databases = {spec}};
  }
  /// A new database that `sql` was run in, of no environment.
  DriftSource database(const std::string& label, const std::string& sql) {
    const DatabaseSpec spec = new_database();
    if (!sql.empty()) connect(spec)->execute(sql);
    return {.kind = DriftSource::Kind::database, .label = label, .databases = {spec}};
  }
  DriftSource file(DriftSource::Kind kind, const std::string& name, const std::string& text) {
    write_file(project_.path() / name, text);
    return {.kind = kind, .label = name, .file = project_.path() / name};
  }
  Report compared(const DriftSource& expected, const DriftSource& actual) {
    return drift(expected, actual, options_, all_engines(), progress_).report;
  }

  /// A line a difference: "changed column t.a: type".
  static std::vector<std::string> lines_of_findings(const Report& report) {
    std::vector<std::string> lines;
    for (const Finding& finding : report.findings) {
      if (finding.differences.empty()) lines.push_back(finding.verdict + " " + finding.subject);
      for (const Difference& one : finding.differences) {
        if (!one.counts) continue;
        lines.push_back(fmt::format("{} {}{}{}", one.type, one.object,
                                    one.attribute.empty() ? "" : ": ", one.attribute));
      }
    }
    return lines;
  }
  static const Table* table(const Report& report, const std::string& key) {
    for (const Table& one : report.tables) {
      if (one.key == key) return &one;
    }
    return nullptr;
  }
  static std::string cell(const Table& table, size_t row, size_t column) {
    return std::get<std::string>(table.rows.at(row).at(column).value);
  }

  DriftOptions options_;
  DriftRules rules_;

 private:
  Silent progress_;
};

}  // namespace provision
