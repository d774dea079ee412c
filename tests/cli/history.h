// A made-up history, and what a database says of it.
#pragma once

#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "tests/cli/program.h"

namespace provision::cli_tests {

/// An engine's environment in a project made by `write_history`.
struct Target {
  std::string environment;
  std::string tables;  ///< the query for "table" and the id of each table "t_..."
  std::string prefix;  ///< what the names of the state tables begin with
};

/// One environment for each engine.
const std::vector<Target>& targets();
std::ostream& operator<<(std::ostream& stream, const Target& target);

/// Writes a project of `count` revisions, "0001" and so on, one after the other. Each makes the
/// table "t_" and its id; every seventh runs outside a transaction.
void write_history(const SessionFolder& folder, int count);
bool is_outside_transaction(const std::string& id);
std::vector<std::string> history_ids(int count);

struct State {
  std::multiset<std::string> tables;  ///< ids of the revisions whose table is there
  std::multiset<std::string> applied;
  std::multiset<std::string> done;  ///< upgrades, by the history
};

/// What the database holds, read by the engine's own client.
State state_of(const SessionFolder& folder, const Target& target);

}  // namespace provision::cli_tests
