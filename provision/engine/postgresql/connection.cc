#include "provision/engine/postgresql/connection.h"

#include <poll.h>

#include <algorithm>
#include <thread>

#include "provision/base/error.h"
#include "provision/base/interrupt.h"
#include "provision/base/text.h"
#include "provision/engine/postgresql/conninfo.h"
#include "provision/engine/postgresql/failure.h"
#include "provision/engine/postgresql/pqxx_compat.h"

namespace provision::postgresql {

struct Connection::Session {
  explicit Session(const std::string& text) : connection(text), work(connection) {
    compat::stay_disconnected_when_lost(connection);
  }

  pqxx::connection connection;
  pqxx::nontransaction work;
  OnInterrupt on_interrupt{[this] {
    try {
      connection.cancel_query();
    } catch (const std::exception&) {
      // Nothing to cancel, or nobody to tell: the statement's own end will show.
    }
  }};
};

namespace {

Row row_of(const pqxx::row& row) {
  Row values;
  values.reserve(static_cast<size_t>(row.size()));
  for (const auto& field : row) {
    if (field.is_null()) {
      values.emplace_back();
    } else {
      values.emplace_back(std::in_place, field.c_str(), field.size());
    }
  }
  return values;
}

Rows rows_of(const pqxx::result& result) {
  Rows rows;
  for (decltype(result.columns()) column = 0; column < result.columns(); ++column) {
    rows.columns.emplace_back(result.column_name(column));
  }
  rows.rows.reserve(static_cast<size_t>(result.size()));
  for (const auto& row : result) rows.rows.push_back(row_of(row));
  return rows;
}

void show(const pqxx::result& result, const RowReader& reader) {
  std::vector<std::string> columns;
  for (decltype(result.columns()) column = 0; column < result.columns(); ++column) {
    columns.emplace_back(result.column_name(column));
  }
  RowView view(columns.size());
  for (const auto& row : result) {
    size_t at = 0;
    for (const auto& field : row) {
      view[at++] = field.is_null() ? std::nullopt
                                   : std::optional(std::string_view(field.c_str(), field.size()));
    }
    reader(columns, view);
  }
}

std::string checked(std::string_view sql) {
  // libpq would silently drop what follows it.
  if (sql.find('\0') != std::string_view::npos) throw usage_error("the SQL has a NUL byte in it");
  return std::string(sql);
}

Error pooler_error(const std::string& target) {
  return refused(fmt::format("a connection pooler answers for {}", target),
                 "locks do not hold through it: give the address of the server itself");
}

constexpr std::string_view kNoSessionLeft = "53300";

/// For a server that has all the sessions it takes: others end theirs.
class Patience {
 public:
  /// Waits a while, and longer each time; false once that was long enough.
  bool pause() {
    constexpr std::chrono::milliseconds kLongestPause{200};
    constexpr std::chrono::seconds kEnough{30};
    if (watch_.elapsed() > kEnough) return false;
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(pause_ * 2, kLongestPause);
    return true;
  }

 private:
  Stopwatch watch_;
  std::chrono::milliseconds pause_{10};
};

bool speaks_of(const std::exception& error, std::string_view word) {
  return std::string_view(error.what()).find(word) != std::string_view::npos;
}

}  // namespace

Connection::Connection(const DatabaseSpec& spec, const ConnectOptions& options,
                       const std::string& wanted) {
  Location shown = spec.location;
  if (!wanted.empty()) shown.database = wanted;
  target_ = shown_target(shown);
  open(spec, options);
  learn(options);
}

Connection::~Connection() = default;

void Connection::reconnect(const DatabaseSpec& spec, const ConnectOptions& options) {
  session_.reset();
  open(spec, options);
  lost_ = false;
  learn(options);
}

bool Connection::is_quiet() const {
  pollfd socket{session_->connection.sock(), POLLIN, 0};
  return is_usable() && ::poll(&socket, 1, 0) == 0;
}

void Connection::open(const DatabaseSpec& spec, const ConnectOptions& options) {
  StartupSettings startup;
  Patience patience;
  while (true) {
    stop_if_interrupted();
    const std::string text = conninfo(spec, options, startup);
    try {
      session_ = std::make_unique<Session>(text);
      break;
    } catch (const pqxx::failure& failure) {
      const bool pooler = speaks_of(failure, "unsupported startup parameter");
      if (pooler && options.access == Access::write) throw pooler_error(target_);
      if (startup.connection_check && speaks_of(failure, "client_connection_check_interval")) {
        startup.connection_check = false;
      } else if (startup.any && pooler) {
        startup.any = false;
      } else if (const Error error = connection_error(failure.what(), target_);
                 error.code() != kNoSessionLeft || !patience.pause()) {
        throw error;
      }
    }
  }
  if (startup.any) return;
  startup.connection_check = false;
  std::string settings;
  for (const auto& [name, value] : session_settings(options, startup)) {
    settings += fmt::format("SET {} = {};", name, sql_literal(value));
  }
  execute(settings);
}

void Connection::learn(const ConnectOptions& options) {
  // What the server's own zone is, is part of what is read; then it is as in all sessions.
  const std::string zone = options.access == Access::read
                               ? "SELECT pg_catalog.set_config('provision.time_zone', "
                                 "pg_catalog.current_setting('TimeZone'), false), "
                                 "pg_catalog.set_config('TimeZone', 'UTC', false); "
                               : "";
  const Row row =
      query(zone +
            "SELECT pg_catalog.pg_backend_pid(), pg_catalog.pg_is_in_recovery(), "
            "pg_catalog.current_setting('server_version_num'), "
            "pg_catalog.current_setting('server_version'), d.oid, current_user, "
            "pg_catalog.current_setting('fsync') "
            "FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()")
          .rows.at(0);
  facts_.backend_pid = std::stoi(*row[0]);
  facts_.version = std::stoi(*row[2]);
  facts_.product = "PostgreSQL " + row[3]->substr(0, row[3]->find(' '));
  facts_.database_oid = *row[4];
  facts_.user = *row[5];
  facts_.is_standby = row[1] == "t";
  facts_.is_synced = row[6] == "on";
  if (options.access == Access::write) must_take_changes();
}

void Connection::allow_changes() {
  must_take_changes();
  ConnectOptions options;
  options.access = Access::write;
  std::string settings = "SET default_transaction_read_only = off";
  for (const auto& [name, value] : session_settings(options, {.connection_check = false})) {
    settings += fmt::format("; SET {} = {}", name, sql_literal(value));
  }
  execute(settings);
}

void Connection::must_take_changes() {
  if (session_->connection.backendpid() != facts_.backend_pid) throw pooler_error(target_);
  if (facts_.is_standby) {
    throw refused(fmt::format("the server of {} is a standby, it takes no changes", target_),
                  "give the address of the primary");
  }
}

void Connection::throw_lost() {
  lost_ = true;
  throw unavailable(fmt::format("the connection to {} was lost", target_),
                    "the server ended it, or the network did; what was open is rolled back")
      .with_code("08006");
}

template <typename Work>
auto Connection::guarded(Work work) {
  if (lost_) throw_lost();
  try {
    return work(session_->work);
  } catch (const pqxx::broken_connection&) {
    throw_lost();
  } catch (const pqxx::sql_error& error) {
    if (!session_->connection.is_open()) throw_lost();
    if (error.sqlstate() == "57014") stop_if_interrupted();
    // libpqxx 6 throws it without its code.
    const bool is_denied = dynamic_cast<const pqxx::insufficient_privilege*>(&error) != nullptr;
    throw statement_error(is_denied ? "42501" : error.sqlstate(), error.what());
  } catch (const pqxx::failure& error) {
    if (!session_->connection.is_open()) throw_lost();
    throw internal_error(parsed_message(error.what()).text);
  }
}

void Connection::execute(std::string_view sql) {
  stop_if_interrupted();
  guarded([&](pqxx::nontransaction& work) { work.exec(checked(sql)); });
}

Rows Connection::query(std::string_view sql) {
  stop_if_interrupted();
  return guarded([&](pqxx::nontransaction& work) { return rows_of(work.exec(checked(sql))); });
}

void Connection::read(std::string_view sql, const RowReader& reader) {
  stop_if_interrupted();
  show(guarded([&](pqxx::nontransaction& work) { return work.exec(checked(sql)); }), reader);
}

void Connection::read(const std::vector<std::string>& queries, const RowsReader& reader) {
  stop_if_interrupted();
  guarded([&](pqxx::nontransaction& work) {
    pqxx::pipeline pipeline(work);
    pipeline.retain(static_cast<int>(queries.size()) + 1);
    std::vector<pqxx::pipeline::query_id> ids;
    for (const std::string& query : queries) ids.push_back(pipeline.insert(checked(query)));
    for (size_t i = 0; i < ids.size(); ++i) {
      show(pipeline.retrieve(ids[i]), [&](const std::vector<std::string>& columns,
                                          const RowView& row) { reader(i, columns, row); });
    }
  });
}

std::string Connection::value(std::string_view sql) {
  const Rows rows = query(sql);
  if (rows.rows.size() != 1 || rows.columns.empty()) {
    throw internal_error(fmt::format("{} rows instead of one", rows.rows.size()));
  }
  return rows.rows[0][0].value_or("");
}

std::int64_t Connection::change(std::string_view sql) {
  stop_if_interrupted();
  return guarded([&](pqxx::nontransaction& work) {
    return static_cast<std::int64_t>(work.exec(checked(sql)).affected_rows());
  });
}

void Connection::copy(const std::string& table, const std::vector<std::string>& columns,
                      const SeedTable& seed) {
  stop_if_interrupted();
  guarded([&](pqxx::nontransaction& work) { compat::copy_rows(work, table, columns, seed); });
}

void Connection::copy_lines(const std::string& statement, const std::string& data) {
  stop_if_interrupted();
  bool begun = false;
  try {
    guarded([&](pqxx::nontransaction& work) {
      compat::copy_lines(work, checked(statement), data, [&] { begun = true; });
    });
  } catch (const Error& error) {
    if (!begun || error.place().line == 0) throw;
    const auto above = std::count(statement.begin(), statement.end(), '\n') + 1;
    throw error.with_line(static_cast<int>(above) + error.place().line);
  }
}

void Connection::try_execute(std::string_view sql) noexcept {
  try {
    guarded([&](pqxx::nontransaction& work) { work.exec(checked(sql)); });
  } catch (const std::exception&) {
    // The session's end undoes what is open.
  }
}

}  // namespace provision::postgresql
