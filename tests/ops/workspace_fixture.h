// A project of one database on every engine, with revisions that a test writes.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "provision/ops/lifecycle.h"
#include "provision/ops/migrate.h"
#include "provision/ops/seed.h"
#include "provision/ops/state.h"
#include "tests/engine/engine_fixture.h"

namespace provision {

class WorkspaceTest : public EngineTest {
 protected:
  WorkspaceTest() : spec_(new_spec()) {
    spec_.migrations = project_.path() / "migrations";
    spec_.seeds_folder = project_.path() / "seeds";
    make_folder(spec_.migrations);
    make_folder(spec_.seeds_folder);
  }

  /// Writes revision `id`, which follows `parent`; `more` are further header lines.
  void write_revision(const std::string& id, const std::string& parent, const std::string& up,
                      const std::string& down, const std::string& more = "") {
    const std::string text = fmt::format(
        "-- revision: {0}\n-- parents: {1}\n-- message: revision {0}\n{4}\n"
        "-- provision:up\n{2}\n-- provision:down\n{3}\n",
        id, parent, up, down, more);
    write_file(spec_.migrations / (id + "_x.sql"), text);
  }
  void write_seed(const std::string& set, const std::string& text) {
    write_file(spec_.seeds_folder / (set + ".yaml"), text);
  }

  Workspace workspace(const std::string& command = "test") {
    Environment environment;
    environment.name = spec_.environment;
    environment.kind = spec_.kind;
    environment.project = project_.path();
    return {.command = command,
            .environment = environment,
            .databases = {spec_},
            .engines = all_engines(),
            .progress = silent_,
            .lock_timeout = std::chrono::seconds(10),
            .confirm = [this](const std::string&, const std::string& expected) {
              return typed_ == expected;
            }};
  }

  std::vector<std::string> applied_ids() {
    const auto database = connect(spec_, Access::read);
    std::vector<std::string> ids;
    for (const AppliedRevision& revision : State(*database).applied()) ids.push_back(revision.id);
    return ids;
  }
  std::string value(const std::string& sql) {
    const auto database = connect(spec_, Access::read);
    return only_value(*database, sql);
  }
  bool has_table(const std::string& table) {
    return connect(spec_, Access::read)->table_exists("", table);
  }
  void run(const std::string& sql) { connect(spec_)->execute(sql); }

  TemporaryFolder project_;
  DatabaseSpec spec_;
  std::string typed_;  ///< what a person types when asked

 private:
  Silent silent_;
};

}  // namespace provision
