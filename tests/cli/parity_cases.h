// What Alembic and Flask-Migrate do, and what is typed here for it: parity/*.yaml, a session each.
//
// project: alembic             (an example in tests/examples; each tool has a copy of its own)
// databases: [library.db]      (whose version rows are compared after each step)
// version_table: {a.db: rows}  (where a database does not keep them in alembic_version)
// files: {path: text}          (written into the copies first)
// steps:
// - theirs: alembic heads      (what both are given, with the same meaning)
//   ours: provision heads
//   listed: '^(\w+)'           (what they list is compared: how theirs writes a revision)
//   script: true               (both print SQL: it is run, and what it leaves is compared)
//   own: false                 (not on our own layout; by default the same history is there, too)
//   newer: failure             (Debian's tool has no such command yet: what it would answer)
//   differs: why               (what they answer is meant to be another thing: nothing is compared)
// - shell: rm -f a_file        (a line that is run in the copies of the Python project)
#pragma once

#include <filesystem>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace provision::cli_tests {

struct ParityStep {
  std::string theirs;
  std::string ours;
  std::string shell;
  std::string listed;
  std::string newer;
  std::string differs;
  bool is_script = false;
  bool is_on_own = true;
  int line = 0;
};

struct ParitySession {
  std::string name;
  std::string project;
  std::vector<std::string> databases;
  std::map<std::string, std::string> version_tables;
  std::map<std::string, std::string> files;
  std::vector<ParityStep> steps;
};

inline void PrintTo(const ParitySession& session, std::ostream* out) { *out << session.name; }

/// All sessions, by name.
std::vector<ParitySession> parity_sessions();

/// The options of each command: "upgrade" -> "--sql", "--tag". What stands before the command, as
/// `alembic -n x heads`, belongs to "alembic".
using OptionsByCommand = std::map<std::string, std::set<std::string>>;

/// Adds what the command line `words` uses.
void add_options(OptionsByCommand& options, const std::vector<std::string>& words);

}  // namespace provision::cli_tests
