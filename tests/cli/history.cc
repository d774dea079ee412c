#include "tests/cli/history.h"

#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

namespace provision::cli_tests {
namespace {

std::string id_of(int number) {
  std::string digits = std::to_string(number);
  return std::string(4 - digits.size(), '0') + digits;
}

}  // namespace

const std::vector<Target>& targets() {
  static const std::vector<Target> kTargets = {
      {"dev",
       "SELECT 'table ' || substr(name, 3) FROM sqlite_schema WHERE type = 'table' AND name GLOB "
       "'t_0*'",
       "_provision_"},
      {"test", "SELECT 'table ' || substr(tablename, 3) FROM pg_tables WHERE tablename ~ '^t_0'",
       "provision."}};
  return kTargets;
}

std::ostream& operator<<(std::ostream& stream, const Target& target) {
  return stream << target.environment;
}

bool is_outside_transaction(const std::string& id) { return std::atoi(id.c_str()) % 7 == 0; }

std::vector<std::string> history_ids(int count) {
  std::vector<std::string> ids;
  for (int number = 1; number <= count; ++number) ids.push_back(id_of(number));
  return ids;
}

void write_history(const SessionFolder& folder, int count) {
  folder.write("environments/dev.yaml",
               "kind: dev\ndatabase: {engine: sqlite, path: var/dev.db, migrations: migrations}\n");
  folder.write("environments/test.yaml",
               "kind: test\n"
               "database: {engine: postgresql, server: managed, migrations: migrations}\n");
  std::string parent = "base";
  for (const std::string& id : history_ids(count)) {
    folder.write("migrations/" + id + "_make.sql",
                 "-- revision: " + id + "\n-- parents: " + parent + "\n-- message: make t_" + id +
                     (is_outside_transaction(id) ? "\n-- transaction: off" : "") +
                     "\n\n-- provision:up\nCREATE TABLE t_" + id + " (x integer);\nINSERT INTO t_" +
                     id + " VALUES (1);\nCREATE INDEX i_" + id + " ON t_" + id +
                     " (x);\n\n-- provision:down\nDROP TABLE t_" + id + ";\n");
    parent = id;
  }
}

State state_of(const SessionFolder& folder, const Target& target) {
  const std::string client_settings =
      target.prefix.ends_with('.') ? "\\set QUIET on\n\\t\n\\a\n" : ".headers off\n.mode list\n";
  folder.write("state.sql", client_settings + target.tables +
                                ";\nSELECT 'applied ' || revision FROM " + target.prefix +
                                "applied;\nSELECT 'done ' || revision FROM " + target.prefix +
                                "history WHERE outcome = 'done' AND direction = 'upgrade';\n");
  const Answer answer =
      shell("provision shell -e " + target.environment + " < state.sql", folder.path());
  if (answer.exit_code != 0 || !answer.errors.empty()) throw std::runtime_error(answer.text());
  State state;
  std::istringstream words(answer.output);
  for (std::string what, id; words >> what >> id;) {
    (what == "table" ? state.tables : what == "applied" ? state.applied : state.done).insert(id);
  }
  return state;
}

}  // namespace provision::cli_tests
