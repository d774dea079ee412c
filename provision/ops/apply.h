// Applying one revision to a real database, up or down, together with the record of it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "provision/engine/engine.h"
#include "provision/model/revision.h"
#include "provision/ops/ledger.h"

namespace provision {

/// What to do with a statement that was begun outside a transaction and whose end nobody saw, where
/// the catalog does not tell: as a person has decided.
enum class Resume { ask, again, done };

/// begin_revision and, come what may, end_revision.
class RevisionWork {
 public:
  RevisionWork(Database& database, bool transactional) : database_(database) {
    database_.begin_revision(transactional);
  }
  ~RevisionWork() { database_.end_revision(); }
  RevisionWork(const RevisionWork&) = delete;
  RevisionWork& operator=(const RevisionWork&) = delete;

 private:
  Database& database_;
};

struct Application {
  Engine& engine;
  Database& database;
  Ledger& ledger;
  Progress& progress;
  Resume resume = Resume::ask;
  bool dry_run = false;  ///< the caller's work is open, and is rolled back later
  size_t expected = 0;   ///< how many revisions are applied when this one is
};

/// The text of `revision` in `direction` for an engine. Throws usage Error at the revision's file
/// when there is none: an irreversible or unwritten downgrade.
const Script& script_of(const Revision& revision, Direction direction, std::string_view engine);

/// Its statements. Throws as `script_of` does, and for text that a revision may not have.
std::vector<Statement> statements_of(Engine& engine, const Revision& revision, Direction direction);

/// `error`, whose line (if it has none: `fallback`; 0 is none) is one of `script`, at its line of
/// the revision's file.
Error in_file(const Error& error, const Revision& revision, const Script& script, int fallback);

/// Runs `revision` and records it: in one transaction, or, `transaction: off`, statement by
/// statement with a row before and after each, going on where an `interrupted` run stopped. Returns
/// how long it took. On Error a transactional revision has left nothing behind.
std::chrono::duration<double, std::milli> apply(
    const Application& application, const Revision& revision, Direction direction,
    const std::optional<InterruptedRevision>& interrupted);

}  // namespace provision
