// One session with a server: never reconnected behind our back, its failures as our Errors.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/engine/engine.h"

namespace provision::postgresql {

/// What the first question of a session tells.
struct SessionFacts {
  int backend_pid = 0;
  int version = 0;  ///< 150018
  std::string product;
  std::string database_oid;
  std::string user;
  bool is_standby = false;
  bool is_synced = true;  ///< false if the server runs with fsync off
};

/// The names of the columns, and one row.
using RowView = std::vector<std::optional<std::string_view>>;
using RowReader = std::function<void(const std::vector<std::string>&, const RowView&)>;

class Connection {
 public:
  /// Throws unavailable Error when nobody answers, and refused Error for what a session that writes
  /// may not have between or before it: a pooler, a standby. They name `wanted`, the database that
  /// the session is for, or else that of `spec`.
  Connection(const DatabaseSpec& spec, const ConnectOptions& options,
             const std::string& wanted = {});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const SessionFacts& facts() const { return facts_; }
  /// Begins a new session in the place of one that was lost; nothing of it is left. Throws as the
  /// constructor does.
  void reconnect(const DatabaseSpec& spec, const ConnectOptions& options);
  /// Makes a session that may only read one that may write. Throws as the constructor does.
  void allow_changes();
  /// False once the connection broke; then every further use throws unavailable Error.
  bool is_usable() const { return !lost_; }
  /// False, too, once the server said something unasked: that it ends the session.
  bool is_quiet() const;

  /// Runs `sql`, one statement or several. Stops before it if the process was interrupted.
  void execute(std::string_view sql);
  /// The rows of the last statement of `sql`.
  Rows query(std::string_view sql);
  /// Hands each row of the last statement of `sql` to `reader`, without keeping a copy of any:
  /// the values hold until it returns.
  void read(std::string_view sql, const RowReader& reader);
  /// The same for several queries in one message; `reader` is also told which of them the row is
  /// of, and has all rows of one before the next. Must not use the connection.
  using RowsReader = std::function<void(size_t, const std::vector<std::string>&, const RowView&)>;
  void read(const std::vector<std::string>& queries, const RowsReader& reader);
  /// The first value of the only row; an empty string for NULL.
  std::string value(std::string_view sql);
  /// Rows changed by the last statement of `sql`.
  std::int64_t change(std::string_view sql);
  /// COPY of the rows of `seed` into `table`; names are SQL already.
  void copy(const std::string& table, const std::vector<std::string>& columns,
            const SeedTable& seed);
  /// Runs `statement`, a COPY FROM STDIN, with the lines of `data`. The line of an Error counts
  /// from the statement's first one, on into the data below it.
  void copy_lines(const std::string& statement, const std::string& data);
  /// Runs `sql` and forgets what goes wrong; for cleaning up.
  void try_execute(std::string_view sql) noexcept;

 private:
  struct Session;

  void open(const DatabaseSpec& spec, const ConnectOptions& options);
  void learn(const ConnectOptions& options);
  void must_take_changes();
  template <typename Work>
  auto guarded(Work work);
  [[noreturn]] void throw_lost();

  std::string target_;
  SessionFacts facts_;
  bool lost_ = false;
  std::unique_ptr<Session> session_;
};

}  // namespace provision::postgresql
