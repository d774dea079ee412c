// What became of a COMMIT whose answer was lost.
#include <chrono>
#include <thread>
#include <utility>

#include "provision/base/error.h"
#include "provision/base/interrupt.h"
#include "provision/base/text.h"
#include "provision/engine/postgresql/conninfo.h"
#include "provision/engine/postgresql/database.h"

namespace provision::postgresql {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{10};
constexpr std::chrono::seconds kBeforeEnding{2};
constexpr std::chrono::milliseconds kPause{50};

/// Asks until the transaction is no longer in progress; the old session is ended if it lives on.
std::string status_of(Connection& connection, const SessionFacts& lost, const std::string& id) {
  const auto start = Clock::now();
  bool ended = false;
  while (true) {
    const std::string status =
        connection.value(fmt::format("SELECT pg_catalog.pg_xact_status({})", sql_literal(id)));
    const auto waited = Clock::now() - start;
    if (status != "in progress" || waited > kPatience) return status;
    if (!ended && waited > kBeforeEnding) {
      connection.execute(
          fmt::format("SELECT pg_catalog.pg_terminate_backend(pid) FROM "
                      "pg_catalog.pg_stat_activity WHERE pid = {} AND "
                      "backend_xid IS NOT NULL",
                      lost.backend_pid));
      ended = true;
    }
    std::this_thread::sleep_for(kPause);
  }
}

/// The first answer of the server within our patience: it may be restarting.
std::string ask(const DatabaseSpec& spec, const ConnectOptions& options, const SessionFacts& lost,
                const std::string& id) {
  const auto start = Clock::now();
  while (true) {
    try {
      Connection connection(spec, options);
      // Another server, or this one restored, would speak of another transaction of that number.
      if (connection.facts().database_oid != lost.database_oid) return "unknown";
      return status_of(connection, lost, id);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unavailable || Clock::now() - start > kPatience) return {};
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

void learn_outcome(const DatabaseSpec& spec, const ConnectOptions& options,
                   const SessionFacts& lost, const std::string& id) {
  const std::string status = ask(spec, options, lost, id);
  if (status == "committed") return;
  const std::string target = shown_target(spec.location);
  if (status == "aborted") {
    throw unavailable(fmt::format("the connection to {} was lost; nothing was committed, which the "
                                  "server has confirmed",
                                  target),
                      "run it again")
        .with_code("08006");
  }
  throw Error(ErrorKind::unknown,
              fmt::format("the connection to {} was lost during COMMIT, and whether transaction {} "
                          "is committed could not be learnt",
                          target, id),
              fmt::format("ask the server when it is back: SELECT pg_xact_status('{}')", id))
      .with_code("08007");
}

void PostgresqlDatabase::go_on() {
  // The settings of a revision that runs outside a transaction are gone: the next run begins with
  // them, this one ends at its next statement.
  if (keeps_settings_) return;
  connection_.reconnect(spec_, options_);
  is_dirty_ = false;
  if (!std::exchange(locked_, false)) return;
  const auto start = Clock::now();
  while (const auto holder = try_lock()) {
    // The session that is gone for us may not be for the server yet.
    if (Clock::now() - start > kPatience) {
      throw unavailable(
          fmt::format("the connection to {} was lost after a COMMIT that is confirmed, and now the "
                      "lock is held by {}",
                      shown_target(spec_.location), holder->description),
          "run it again: it goes on from here");
    }
    stop_if_interrupted();
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace provision::postgresql
