#include "provision/engine/postgresql/sessions.h"

#include <chrono>
#include <thread>

#include "provision/base/error.h"
#include "provision/base/text.h"

namespace provision::postgresql {
namespace {

using Clock = std::chrono::steady_clock;

// The server itself would wait in steps of 100 ms, and for 5 s.
constexpr std::chrono::microseconds kPause{500};
constexpr std::chrono::milliseconds kForLeaving{100};
constexpr std::chrono::seconds kForEnding{10};

/// The sessions of clients but ours: with `database`, or with any if it is empty.
std::string others(const std::string& database) {
  const std::string of = database.empty()
                             ? "backend_type = 'client backend'"
                             : fmt::format("datname = {} AND backend_type <> 'autovacuum worker'",
                                           sql_literal(database));
  return fmt::format(
      "FROM pg_catalog.pg_stat_activity WHERE {} AND pid <> pg_catalog.pg_backend_pid()", of);
}

/// True once nobody is left; `within` bounds the wait.
bool becomes_empty(Connection& server, const std::string& database,
                   std::chrono::milliseconds within) {
  const std::string question = fmt::format("SELECT NOT EXISTS (SELECT {})", others(database));
  for (const auto start = Clock::now(); server.value(question) != "t";) {
    if (Clock::now() - start > within) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

Error in_the_way(Connection& server, const std::string& database, const std::string& what) {
  const Rows rows = server.query(fmt::format(
      "SELECT coalesce(nullif(application_name, ''), backend_type), usename, pid, "
      "pg_catalog.to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') {} "
      "ORDER BY backend_start LIMIT 5",
      others(database)));
  std::vector<std::string> names;
  for (const Row& row : rows.rows) {
    names.push_back(fmt::format("{} ({}, server process {}) since {}", row[0].value_or("?"),
                                row[1].value_or("?"), row[2].value_or("?"), row[3].value_or("?")));
  }
  return unavailable(fmt::format("{} is in use: {}", what, joined(names, ", ")),
                     "end what uses it, or give --force")
      .with_code("55006");
}

}  // namespace

void clear_sessions(Connection& server, const std::string& database, bool force) {
  const auto busy = [&] {
    return in_the_way(server, database, fmt::format("database '{}'", database));
  };
  if (becomes_empty(server, database, force ? std::chrono::milliseconds{0} : kForLeaving)) return;
  if (!force) throw busy();
  server.query(fmt::format("SELECT pg_catalog.pg_terminate_backend(pid) {}", others(database)));
  if (!becomes_empty(server, database, kForEnding)) throw busy();
}

void require_no_sessions(Connection& server) {
  if (!becomes_empty(server, {}, kForLeaving)) throw in_the_way(server, {}, "the server");
}

}  // namespace provision::postgresql
