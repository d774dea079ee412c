#include "provision/engine/postgresql/read_transaction.h"

#include <string>

namespace provision::postgresql {
namespace {

// Whatever changes how the server writes out a definition. No plan is made anew for other values of
// its parameters: planning a catalog query takes longer than running it.
constexpr std::string_view kSettings =
    "SELECT pg_catalog.set_config('search_path', 'pg_catalog', true),"
    " pg_catalog.set_config('extra_float_digits', '1', true),"
    " pg_catalog.set_config('DateStyle', 'ISO, MDY', true),"
    " pg_catalog.set_config('IntervalStyle', 'postgres', true),"
    " pg_catalog.set_config('TimeZone', 'UTC', true),"
    " pg_catalog.set_config('bytea_output', 'hex', true),"
    " pg_catalog.set_config('quote_all_identifiers', 'off', true),"
    " pg_catalog.set_config('jit', 'off', true),"
    " pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', true)";

// Inside a transaction of a migration the units of what it changed are looked up, few among many.
// Plans are made while the catalog is small, and kept: tables are joined as they are written, units
// first, whatever the sizes then were.
constexpr std::string_view kLookUps =
    ", pg_catalog.set_config('join_collapse_limit', '1', true),"
    " CASE WHEN pg_catalog.current_setting('server_version_num')::int >= 140000"
    " THEN pg_catalog.set_config('enable_memoize', 'off', true) END,"
    " pg_catalog.set_config('enable_hashjoin', 'off', true),"
    " pg_catalog.set_config('enable_mergejoin', 'off', true),"
    " pg_catalog.set_config('enable_seqscan', 'off', true),"
    " pg_catalog.set_config('enable_bitmapscan', 'off', true)";

// Outside of one we may be at work beside others, on a server that we owe as little trouble as can
// be: nobody waits behind us for a lock that we wait for.
constexpr std::string_view kGuest =
    ", pg_catalog.set_config('lock_timeout', '1s', true),"
    " pg_catalog.set_config('statement_timeout', '2min', true),"
    " pg_catalog.set_config('idle_in_transaction_session_timeout', '1min', true),"
    " pg_catalog.set_config('max_parallel_workers_per_gather', '0', true)";

std::string beginning(bool is_open) {
  return std::string(is_open ? "SAVEPOINT provision_read;"
                             : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;")
      .append(kSettings)
      .append(is_open ? kLookUps : kGuest);
}

std::string ending(bool is_open) {
  return is_open ? "ROLLBACK TO provision_read; RELEASE provision_read" : "ROLLBACK";
}

}  // namespace

std::string_view settings_query() { return kSettings; }

ReadTransaction::ReadTransaction(Connection& connection, bool is_open, std::string_view first,
                                 const RowReader& reader)
    : connection_(connection), is_open_(is_open) {
  try {
    connection_.read(beginning(is_open_).append(";").append(first), reader);
  } catch (...) {
    connection_.try_execute(ending(is_open_));
    throw;
  }
}

ReadTransaction::~ReadTransaction() {
  if (!ended_) connection_.try_execute(ending(is_open_));
}

void ReadTransaction::expect_everything() {
  if (is_open_) {
    connection_.execute(
        "SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on;"
        "SET LOCAL join_collapse_limit = DEFAULT; SET LOCAL enable_seqscan = on; SET LOCAL "
        "enable_bitmapscan = on");
  }
}

void ReadTransaction::end(std::string_view afterwards) {
  ended_ = true;
  connection_.execute(is_open_ ? ending(true).append(";").append(afterwards) : ending(false));
}

std::vector<std::string> ReadTransaction::last_words(std::string_view afterwards) {
  ended_ = true;
  if (!is_open_) return {"ROLLBACK"};
  return {"ROLLBACK TO provision_read", "RELEASE provision_read", std::string(afterwards)};
}

}  // namespace provision::postgresql
