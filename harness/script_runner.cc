#include "harness/script_runner.h"

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/interrupt.h"
#include "provision/ops/apply.h"

namespace harness {

using provision::Database;
using provision::Error;
using provision::Revision;
using provision::Script;
using provision::Statement;

namespace {

/// `error`, whose line is one of `script`, at its line of the file.
Error in_file(const Error& error, const Revision& revision, const Script& script, int fallback) {
  const int line = error.place().line > 0 ? error.place().line : fallback;
  const std::string& file = script.file.empty() ? revision.place.file : script.file;
  return error.at({file, line == 0 ? 0 : script.line + line - 1});
}

}  // namespace

const std::vector<Statement>& ScriptRunner::statements(const Revision& revision,
                                                       const Script& script) {
  const auto known = split_.find(&script);
  if (known != split_.end()) return known->second;
  try {
    return split_.emplace(&script, engine_.split(script.text)).first->second;
  } catch (const Error& error) {
    throw in_file(error, revision, script, 1);
  }
}

bool ScriptRunner::is_atomic(const Revision& revision, const Script& script) {
  return revision.transactional && script.transactional;
}

void ScriptRunner::run_one(Database& database, const Revision& revision, const Script& script,
                           const Statement& statement) {
  provision::stop_if_interrupted();
  progress_.detail(statement.text);
  try {
    database.run_revision_statement(statement);
  } catch (const Error& error) {
    throw in_file(error, revision, script, statement.line);
  }
}

void ScriptRunner::run_loose(Database& database, const Revision& revision, const Script& script) {
  const provision::RevisionWork work(database, false);
  for (const Statement& statement : statements(revision, script)) {
    if (statement.needs_autocommit) {
      run_one(database, revision, script, statement);
      continue;
    }
    provision::Transaction transaction(database);
    run_one(database, revision, script, statement);
    try {
      transaction.commit();
    } catch (const Error& error) {
      throw in_file(error, revision, script, statement.line);
    }
  }
}

double ScriptRunner::run(Database& database, const Revision& revision, const Script& script,
                         const std::function<void()>& at_end) {
  const std::vector<Statement>& all = statements(revision, script);
  const provision::Stopwatch watch;
  if (!is_atomic(revision, script)) {
    run_loose(database, revision, script);
    const double took = watch.elapsed().count();
    at_end();
    return took;
  }
  const provision::RevisionWork work(database, true);
  for (const Statement& statement : all) run_one(database, revision, script, statement);
  double took = watch.elapsed().count();
  at_end();
  try {
    const provision::Stopwatch commit;
    database.check_revision();
    database.commit();
    took += commit.elapsed().count();
  } catch (const Error& error) {
    throw in_file(error.within("at its end"), revision, script, 0);
  }
  return took;
}

}  // namespace harness
