#include "provision/engine/postgresql/database.h"

#include "provision/base/error.h"
#include "provision/base/hash.h"
#include "provision/base/text.h"
#include "provision/engine/postgresql/conninfo.h"
#include "provision/engine/postgresql/lexer.h"
#include "provision/engine/postgresql/remedy.h"

namespace provision::postgresql {
namespace {

// What a revision may have set goes back to what this session began with (the settings that went
// along with the connection request); it costs no round trip of its own.
constexpr std::string_view kReset = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL;";

// Outside a transaction the settings of a revision hold for all of its statements, and for the
// record of them, too, whose SQL names everything with its schema. Only the role does not: it may
// be one that must not write our tables.
constexpr std::string_view kResetRole = "RESET SESSION AUTHORIZATION; RESET ROLE;";

/// Locks belong to one database, so that the same key serves all of them.
std::int64_t lock_key() {
  static const auto key =
      static_cast<std::int64_t>(std::stoull(sha256("provision:v1:run").substr(0, 16), nullptr, 16));
  return key;
}

/// The rows of pg_locks that are our lock.
std::string lock_condition() {
  const auto key = static_cast<std::uint64_t>(lock_key());
  return fmt::format(
      "l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted AND l.classid = {} AND "
      "l.objid = {} AND l.database = (SELECT oid FROM pg_catalog.pg_database "
      "WHERE datname = pg_catalog.current_database())",
      key >> 32U, key & 0xffffffffU);
}

Error ended_its_transaction() {
  return refused("the revision ended its transaction before its end",
                 "what ran before that is committed; look for COMMIT and ROLLBACK in procedures "
                 "that it calls");
}

bool is_lost(const Error& error) { return error.code() == "08006"; }

}  // namespace

PostgresqlDatabase::PostgresqlDatabase(DatabaseSpec spec, ConnectOptions options)
    : spec_(std::move(spec)), options_(std::move(options)), connection_(spec_, options_) {}

PostgresqlDatabase::~PostgresqlDatabase() = default;

const Dialect& dialect() {
  static const Dialect dialect{
      .state_prefix = "provision.",
      .timestamp_type = "timestamptz",
      .now = "pg_catalog.clock_timestamp()",
      .serial_key = "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
      .defer_constraints = "SET CONSTRAINTS ALL DEFERRED",
      .client = "psql -v ON_ERROR_STOP=1",
      .script_head = {},
      // Going back to the savepoint leaves the checks of later statements as they were.
      .check_constraints =
          "SAVEPOINT provision_check; SET CONSTRAINTS ALL IMMEDIATE; "
          "ROLLBACK TO provision_check; RELEASE provision_check",
      .timestamp_text =
          "pg_catalog.to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
      .bytes_literal = "'\\x{}'",
      .bytes_type = "bytea",
      .session_mark = "SELECT pg_catalog.pg_advisory_lock_shared({})",
  };
  return dialect;
}

const Dialect& PostgresqlDatabase::dialect() const { return postgresql::dialect(); }

/// `sql` after what takes back the settings of a revision, if there may be any.
std::string PostgresqlDatabase::cleanly(std::string_view sql) {
  std::string all;
  if (std::exchange(is_dirty_, false)) {
    if (!keeps_settings_) {
      all = kReset;
    } else if (!role_.empty()) {
      all = kResetRole;
    }
  }
  return all += sql;
}

Row PostgresqlDatabase::identity() {
  return connection_.query("SELECT session_user, pg_catalog.current_setting('role')").rows.at(0);
}

void PostgresqlDatabase::take_role_again() {
  if (keeps_settings_ && !is_dirty_ && !role_.empty()) connection_.execute(role_);
}

void PostgresqlDatabase::remember_role(const Statement& statement) {
  if (!keeps_settings_) return;
  const Row now = identity();
  if (now == own_identity_) {
    role_.clear();
    return;
  }
  const std::vector<std::string> words = leading_words(statement.text, 2);
  if (words == std::vector<std::string>{"SET", "LOCAL"}) {
    // It ends with its transaction, in which only the record of it follows.
    connection_.execute(kResetRole);
    is_dirty_ = false;
    return;
  }
  role_.clear();
  if (now[0] != own_identity_[0]) role_ = "SET SESSION AUTHORIZATION " + sql_literal(*now[0]) + ";";
  role_ += "SET ROLE " + sql_literal(now[1].value_or("none"));
}

void PostgresqlDatabase::execute(std::string_view sql) { connection_.execute(cleanly(sql)); }

Rows PostgresqlDatabase::query(std::string_view sql) {
  try {
    return connection_.query(cleanly(sql));
  } catch (const Error& error) {
    // Who only looks waits for locks once, not at each table that a migration holds.
    if (options_.access == Access::read && error.code() == "55P03") {
      connection_.try_execute("SET lock_timeout = '20ms'");
    }
    throw;
  }
}

ServerFacts PostgresqlDatabase::facts(bool with_size) {
  const SessionFacts& known = connection_.facts();
  const std::string& host = spec_.location.host;
  const std::string port = spec_.location.port.empty() ? "5432" : spec_.location.port;
  ServerFacts facts;
  facts.product = known.product;
  facts.address = host.empty() || host.front() == '/'
                      ? (host.empty() ? "socket" : host + " (socket)")
                      : fmt::format("{}:{}", host, port);
  facts.database = spec_.location.database;
  facts.user = known.user;
  facts.object_id = known.database_oid;
  if (with_size) {
    facts.size = std::stoll(
        connection_.value("SELECT pg_catalog.pg_database_size(pg_catalog.current_database())"));
  }
  return facts;
}

void PostgresqlDatabase::begin() {
  execute("BEGIN");
  in_transaction_ = true;
  transaction_id_.clear();
  written_.begin();
}

void PostgresqlDatabase::commit() {
  if (transaction_id_.empty()) {
    transaction_id_ =
        connection_.value("SELECT pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text");
  }
  commit_after("");
}

/// Runs `sql` and commits, if that went well.
void PostgresqlDatabase::commit_after(std::string_view sql) {
  try {
    execute(std::string(sql).append("COMMIT"));
  } catch (const Error& error) {
    // Nothing was written without an id, so that nothing can be in doubt.
    if (!is_lost(error) || transaction_id_.empty()) throw;
    in_transaction_ = false;
    learn_outcome(spec_, options_, connection_.facts(), transaction_id_);
    go_on();
  }
  in_transaction_ = false;
}

void PostgresqlDatabase::rollback() noexcept {
  if (!in_transaction_) return;
  in_transaction_ = false;
  connection_.try_execute("ROLLBACK");
  // What was taken back within the transaction is as it was.
  is_dirty_ = true;
}

void PostgresqlDatabase::begin_revision(bool transactional) {
  in_revision_ = true;
  transaction_id_.clear();
  if (!transactional) {
    if (is_dirty_) execute("");
    role_.clear();
    own_identity_ = identity();
    keeps_settings_ = true;
    return;
  }
  // The id that the transaction begins with tells at its end whether it is still the same one.
  transaction_id_ =
      connection_.value(cleanly("BEGIN; SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text"));
  in_transaction_ = true;
  written_.begin();
}

void PostgresqlDatabase::run_revision_statement(const Statement& statement) {
  take_role_again();
  is_dirty_ = true;
  try {
    if (statement.copy_data) {
      connection_.copy_lines(statement.text, *statement.copy_data);
    } else {
      connection_.execute(statement.text);
    }
    remember_role(statement);
  } catch (const Error& error) {
    const int line = error.place().file.empty() ? error.place().line : 0;
    throw with_remedy(error, connection_.facts().version)
        .with_line(statement.line + std::max(line, 1) - 1);
  }
}

void PostgresqlDatabase::check_revision() {
  // Asking pg_locks would cost more than all the rest of a small revision. The lock was taken
  // twice, so that giving one back tells whether it is held and yet does not let go of it.
  const std::string lock = locked_ ? fmt::format(
                                         "CASE WHEN pg_catalog.pg_advisory_unlock({0}) "
                                         "THEN pg_catalog.pg_try_advisory_lock({0}) ELSE false END",
                                         lock_key())
                                   : std::string("true");
  const Rows rows = query(
      fmt::format("SELECT pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text, {}", lock));
  const Row& row = rows.rows.at(0);
  if (in_transaction_ && !transaction_id_.empty() && row[0] != transaction_id_) {
    throw ended_its_transaction();
  }
  if (row[1] != "t") {
    throw refused("the revision released the lock that keeps two runs apart",
                  "leave out pg_advisory_unlock_all() and DISCARD ALL");
  }
}

void PostgresqlDatabase::commit_revision() {
  if (locked_ || transaction_id_.empty()) return Database::commit_revision();
  // No number, and so the statement fails and no COMMIT follows, unless the ids are the same.
  constexpr std::string_view kEnded = "provision: not the same transaction";
  const std::string check = fmt::format(
      "SELECT CASE pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text WHEN '{}' "
      "THEN '1' ELSE '{}' END::pg_catalog.int4;",
      transaction_id_, kEnded);
  try {
    commit_after(check);
  } catch (const Error& error) {
    if (error.message().find(kEnded) != std::string::npos) throw ended_its_transaction();
    throw;
  }
}

void PostgresqlDatabase::end_revision() noexcept {
  if (!in_revision_) return;
  in_revision_ = false;
  rollback();
  if (std::exchange(keeps_settings_, false)) is_dirty_ = true;
}

Database::Evidence PostgresqlDatabase::inspect_interrupted(const Statement& statement) {
  return postgresql::inspect_interrupted(connection_, statement);
}

std::optional<LockHolder> PostgresqlDatabase::try_lock() {
  if (locked_) return std::nullopt;
  const std::string got =
      connection_.value(fmt::format("SELECT CASE WHEN pg_catalog.pg_try_advisory_lock({0}) "
                                    "THEN pg_catalog.pg_try_advisory_lock({0}) ELSE false END",
                                    lock_key()));
  if (got == "t") {
    locked_ = true;
    return std::nullopt;
  }
  const Rows holders = connection_.query(fmt::format(
      "SELECT a.application_name, a.pid, a.usename, a.state, "
      "pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') "
      "FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid) WHERE {}",
      lock_condition()));
  if (holders.rows.empty()) return LockHolder{"a session that has just ended"};
  const Row& row = holders.rows[0];
  return LockHolder{fmt::format(
      "{} since {} (server process {}, {})", row[0].value_or("").empty() ? "a session" : *row[0],
      row[4].value_or("?"), row[1].value_or("?"), row[3].value_or("state hidden"))};
}

bool PostgresqlDatabase::table_exists(std::string_view schema, std::string_view table) {
  const std::string name = sql_name(schema, table);
  return connection_.value(fmt::format("SELECT pg_catalog.to_regclass({}) IS NOT NULL",
                                       sql_literal(name))) == "t";
}

std::optional<TableShape> PostgresqlDatabase::describe_table(std::string_view schema,
                                                             std::string_view table) {
  return postgresql::describe_table(connection_, schema, table);
}

std::int64_t PostgresqlDatabase::remove_unlisted(const SeedTable& seed, const TableShape& shape) {
  return postgresql::remove_unlisted(connection_, seed, shape);
}

SeedCount PostgresqlDatabase::apply_seed(const SeedTable& seed, const TableShape& shape) {
  return postgresql::apply_seed(connection_, seed, shape);
}

std::vector<RowRules> PostgresqlDatabase::row_rules(
    const std::optional<std::set<std::string>>& tables, RuleDetail detail) {
  if (is_dirty_) execute("");
  return postgresql::row_rules(connection_, tables, detail);
}

Database::Written PostgresqlDatabase::written() {
  return written_.ask(connection_, cleanly(""), in_transaction_);
}

void PostgresqlDatabase::forget_temporary() { execute("DISCARD TEMPORARY"); }

}  // namespace provision::postgresql
