#include "provision/ops/script_runner.h"

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/interrupt.h"
#include "provision/base/text.h"
#include "provision/ops/apply.h"

namespace provision {

namespace {

/// Takes BEGIN and COMMIT away where they stand around the whole script, as the transaction does
/// that it gets from us.
void drop_wrapper(std::vector<Statement>& statements) {
  if (statements.size() < 2 || statements.front().control != Control::begin ||
      statements.back().control != Control::commit) {
    return;
  }
  const auto controls = std::count_if(statements.begin(), statements.end(),
                                      [](const auto& one) { return one.control != Control::none; });
  if (controls != 2) return;
  statements.pop_back();
  statements.erase(statements.begin());
}

}  // namespace

ScriptRunner::ScriptRunner(Engine& engine, Origin origin,
                           const std::optional<PythonProject>& python, Progress& progress)
    : engine_(engine), origin_(origin), progress_(progress) {
  if (!python) return;
  python_ = std::make_unique<PythonWorker>(*python, progress);
  python_->set_deadline(python->step_timeout);
}

void ScriptRunner::prepare(const DatabaseSpec& spec, Database& database) {
  if (!python_) return;
  python_->use({python_target(engine_, spec, database, python_->project().bind)});
  python_->probe();
}

void ScriptRunner::release() {
  if (python_) python_->release();
}

const ScriptRunner::Split& ScriptRunner::split(const Revision& revision, const Script& script) {
  const auto known = split_.find(&script);
  if (known != split_.end()) return known->second;
  Split split;
  try {
    split.statements = engine_.split(script.text, origin_);
  } catch (const Error& error) {
    throw in_file(error, revision, script, 1);
  }
  drop_wrapper(split.statements);
  const auto any = [&](auto predicate) {
    return std::any_of(split.statements.begin(), split.statements.end(), predicate);
  };
  split.is_atomic = revision.transactional && script.transactional &&
                    !any([](const Statement& one) { return one.control != Control::none; }) &&
                    !(script.autocommit_if_needed &&
                      any([](const Statement& one) { return one.needs_autocommit; }));
  split.may_leave_temporary = lower(script.text).find("temp") != std::string::npos;
  return split_.emplace(&script, std::move(split)).first->second;
}

bool ScriptRunner::is_atomic(const Revision& revision, const Script& script) {
  return revision.language == ScriptLanguage::sql && split(revision, script).is_atomic;
}

double ScriptRunner::run_python(const DatabaseSpec& spec, Database& database,
                                const Revision& revision, const Script& script) {
  const bool is_up = std::any_of(revision.up.begin(), revision.up.end(),
                                 [&](const Script& one) { return &one == &script; });
  if (!python_->uses(spec)) {
    python_->use({python_target(engine_, spec, database, python_->project().bind)});
  }
  double took = 0;
  heads_ = python_->run({&revision}, is_up ? Direction::up : Direction::down,
                        [&](const PythonStep& step) { took = step.milliseconds; });
  return took;
}

void ScriptRunner::run_one(Database& database, const Revision& revision, const Script& script,
                           const Statement& statement) {
  stop_if_interrupted();
  progress_.detail(statement.text);
  try {
    database.run_revision_statement(statement);
  } catch (const Error& error) {
    throw in_file(error, revision, script, statement.line);
  }
}

void ScriptRunner::run_in_own_transaction(Database& database, const Revision& revision,
                                          const Script& script, const Statement& statement) {
  Transaction transaction(database);
  run_one(database, revision, script, statement);
  try {
    transaction.commit();
  } catch (const Error& error) {
    throw in_file(error, revision, script, statement.line);
  }
}

void ScriptRunner::run_loose(Database& database, const Revision& revision, const Script& script) {
  const RevisionWork work(database, false);
  bool is_open = false;
  for (const Statement& statement : split(revision, script).statements) {
    if (statement.control == Control::begin && !is_open) database.begin();
    if (statement.control == Control::commit && is_open) database.commit();
    if (statement.control == Control::rollback && is_open) database.rollback();
    if (statement.control != Control::none) {
      is_open = statement.control == Control::begin;
    } else if (is_open || statement.needs_autocommit) {
      run_one(database, revision, script, statement);
    } else {
      run_in_own_transaction(database, revision, script, statement);
    }
  }
}

double ScriptRunner::run_atomic(Database& database, const Revision& revision, const Script& script,
                                const std::function<void()>& at_end) {
  const Stopwatch watch;
  const RevisionWork work(database, true);
  for (const Statement& statement : split(revision, script).statements) {
    run_one(database, revision, script, statement);
  }
  double took = watch.elapsed().count();
  at_end();
  try {
    const Stopwatch commit;
    database.commit_revision();
    took += commit.elapsed().count();
  } catch (const Error& error) {
    throw in_file(error.within("at its end"), revision, script, 0);
  }
  return took;
}

double ScriptRunner::run(const DatabaseSpec& spec, Database& database, const Revision& revision,
                         const Script& script, const std::function<void()>& at_end) {
  heads_.reset();
  if (revision.language == ScriptLanguage::python) {
    const double took = run_python(spec, database, revision, script);
    at_end();
    return took;
  }
  const Split& all = split(revision, script);
  double took = 0;
  if (all.is_atomic) {
    took = run_atomic(database, revision, script, at_end);
  } else {
    const Stopwatch watch;
    run_loose(database, revision, script);
    took = watch.elapsed().count();
    at_end();
  }
  // The next step finds a session of its own.
  if (all.may_leave_temporary) database.forget_temporary();
  return took;
}

}  // namespace provision
