#include "provision/ops/apply.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/hash.h"
#include "provision/base/interrupt.h"
#include "provision/base/text.h"

namespace provision {
namespace {

const std::string& file_of(const Revision& revision, const Script& script) {
  return script.file.empty() ? revision.place.file : script.file;
}

void run_statement(const Application& application, const Revision& revision, const Script& script,
                   const Statement& statement) {
  stop_if_interrupted();
  application.progress.detail(statement.text);
  try {
    application.database.run_revision_statement(statement);
  } catch (const Error& error) {
    throw in_file(error, revision, script, statement.line);
  }
}

/// How many revisions must be applied afterwards, where the record needs more than its primary key:
/// a row must go, the text may reach for provision's own tables, or the table is another tool's.
std::optional<size_t> expected(const Application& application, Direction direction,
                               const Script& script) {
  if (direction == Direction::up && !application.ledger.is_foreign() &&
      lower(script.text).find("provision") == std::string::npos) {
    return std::nullopt;
  }
  return application.expected;
}

void apply_in_transaction(const Application& application, const Revision& revision,
                          Direction direction, const Script& script,
                          const std::vector<Statement>& statements) {
  const Stopwatch watch;
  const RevisionWork work(application.database, true);
  for (const Statement& statement : statements) {
    run_statement(application, revision, script, statement);
  }
  try {
    application.ledger.record(revision, direction, watch.milliseconds(),
                              expected(application, direction, script));
    application.database.check_revision();
    application.database.commit();
  } catch (const Error& error) {
    throw error.within("at its end").at({revision.place.file, 0});
  }
}

/// How many statements ran before; throws if they are not the ones that the file has now.
size_t already_ran(const Revision& revision, const std::vector<Statement>& statements,
                   const InterruptedRevision& interrupted) {
  for (size_t i = 0; i < interrupted.ran.size(); ++i) {
    if (i >= statements.size() || sha256(statements[i].text) != interrupted.ran[i]) {
      throw usage_error(
          revision.place, fmt::format("statement {} was edited after it had run", i + 1),
          "the revision was interrupted after it; only what comes later may be edited");
    }
  }
  return interrupted.ran.size();
}

/// True if the statement that was in doubt has been done and must not run again.
bool was_done(const Application& application, const Revision& revision, const Script& script,
              const Statement& statement) {
  if (application.resume != Resume::ask) return application.resume == Resume::done;
  switch (application.database.inspect_interrupted(statement)) {
    case Database::Evidence::done:
      return true;
    case Database::Evidence::not_done:
      return false;
    case Database::Evidence::unclear:
      break;
  }
  throw Error(
      ErrorKind::unknown,
      "this statement was running when the revision was interrupted, and nothing in the database "
      "tells whether it finished",
      "look yourself, then say `--resume done` (it finished) or `--resume again`")
      .at({file_of(revision, script), script.line + statement.line - 1});
}

void run_alone(const Application& application, const Revision& revision, Direction direction,
               const Script& script, const Statement& statement, size_t index) {
  Database& database = application.database;
  if (statement.needs_autocommit) {
    application.ledger.record_started(revision, direction, index);
    run_statement(application, revision, script, statement);
    application.ledger.record_ran(revision, direction, index, statement.text);
    return;
  }
  Transaction transaction(database);
  run_statement(application, revision, script, statement);
  application.ledger.record_ran(revision, direction, index, statement.text);
  try {
    database.check_revision();
    transaction.commit();
  } catch (const Error& error) {
    throw in_file(error, revision, script, statement.line);
  }
}

void apply_statement_by_statement(const Application& application, const Revision& revision,
                                  Direction direction, const Script& script,
                                  const std::vector<Statement>& statements,
                                  const std::optional<InterruptedRevision>& interrupted) {
  const Stopwatch watch;
  const RevisionWork work(application.database, false);
  size_t next = interrupted ? already_ran(revision, statements, *interrupted) : 0;
  // What the session was told before is forgotten with it.
  for (size_t i = 0; i < next; ++i) {
    if (statements[i].sets_session) run_statement(application, revision, script, statements[i]);
  }
  if (interrupted && interrupted->in_doubt && next < statements.size() &&
      was_done(application, revision, script, statements[next])) {
    application.ledger.record_ran(revision, direction, next, statements[next].text);
    ++next;
  }
  for (; next < statements.size(); ++next) {
    try {
      run_alone(application, revision, direction, script, statements[next], next);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::refused) throw;
      throw error.with_hint(
          fmt::format("the revision runs outside a transaction: what ran before, {} of its {}, "
                      "stays; mend this "
                      "one and `provision {}` goes on here",
                      next, counted(static_cast<std::int64_t>(statements.size()), "statement"),
                      word_of(direction)));
    }
  }
  Transaction transaction(application.database);
  application.ledger.record(revision, direction, watch.milliseconds(),
                            expected(application, direction, script));
  transaction.commit();
}

void rehearse(const Application& application, const Revision& revision, Direction direction,
              const Script& script, const std::vector<Statement>& statements) {
  if (!revision.transactional || !script.transactional) {
    throw usage_error(
        revision.place, "it runs outside a transaction and cannot be rehearsed",
        "`--dry-run` can go as far as the revision before it; `--sql` shows the rest");
  }
  for (const Statement& statement : statements) {
    run_statement(application, revision, script, statement);
  }
  application.ledger.record(revision, direction, std::nullopt,
                            expected(application, direction, script));
  application.database.check_revision();
  if (const std::string& check = application.database.dialect().check_constraints; !check.empty()) {
    application.database.execute(check);
  }
}

}  // namespace

Error in_file(const Error& error, const Revision& revision, const Script& script, int fallback) {
  const int line = error.place().line > 0 ? error.place().line : fallback;
  return error.at({file_of(revision, script), line == 0 ? 0 : script.line + line - 1});
}

const Script& script_of(const Revision& revision, Direction direction, std::string_view engine) {
  const std::string& id = revision.id;
  if (revision.skipped) {
    throw usage_error(revision.place,
                      fmt::format("revision '{}' cannot be run: {}", id, *revision.skipped));
  }
  if (const Script* script = revision.script(direction, engine)) return *script;
  if (direction == Direction::up) {
    throw usage_error(revision.place,
                      fmt::format("revision '{}' has no up section for {}", id, engine));
  }
  throw usage_error(
      revision.place,
      revision.irreversible
          ? fmt::format("revision '{}' is irreversible: {}", id, *revision.irreversible)
          : fmt::format("revision '{}' has no down section for {}", id, engine),
      "nothing was changed; restore a backup instead, or write what undoes it");
}

std::vector<Statement> statements_of(Engine& engine, const Revision& revision,
                                     Direction direction) {
  const Script& script = script_of(revision, direction, engine.name());
  try {
    return engine.split(script.text);
  } catch (const Error& error) {
    throw in_file(error, revision, script, 1);
  }
}

std::chrono::duration<double, std::milli> apply(
    const Application& application, const Revision& revision, Direction direction,
    const std::optional<InterruptedRevision>& interrupted) {
  const Stopwatch watch;
  const std::vector<Statement> statements = statements_of(application.engine, revision, direction);
  const Script& script = script_of(revision, direction, application.engine.name());
  if (application.dry_run) {
    rehearse(application, revision, direction, script, statements);
  } else if (revision.transactional && script.transactional) {
    apply_in_transaction(application, revision, direction, script, statements);
  } else {
    apply_statement_by_statement(application, revision, direction, script, statements, interrupted);
  }
  return watch.elapsed();
}

}  // namespace provision
