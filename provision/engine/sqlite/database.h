// A connection to one SQLite file.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "provision/base/file.h"
#include "provision/base/interrupt.h"
#include "provision/engine/database.h"
#include "provision/engine/engine.h"
#include "provision/engine/sqlite/connection.h"
#include "provision/engine/sqlite/guard.h"
#include "provision/engine/sqlite/readable_copy.h"

namespace provision::sqlite {

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const DatabaseSpec& spec, const ConnectOptions& options, Progress& progress);
  ~SqliteDatabase() override;

  const Dialect& dialect() const override;
  ServerFacts facts(bool with_size) override;
  void execute(std::string_view sql) override;
  Rows query(std::string_view sql) override;
  void begin() override;
  void commit() override;
  void rollback() noexcept override;
  void begin_revision(bool transactional) override;
  void run_revision_statement(const Statement& statement) override;
  void check_revision() override;
  void end_revision() noexcept override;
  Evidence inspect_interrupted(const Statement& statement) override;
  std::optional<LockHolder> try_lock() override;
  bool table_exists(std::string_view schema, std::string_view table) override;
  std::optional<TableShape> describe_table(std::string_view schema,
                                           std::string_view table) override;
  std::int64_t remove_unlisted(const SeedTable& seed, const TableShape& shape) override;
  Written written() override;
  std::vector<RowRules> row_rules(const std::optional<std::set<std::string>>& tables,
                                  RuleDetail detail) override;
  void forget_temporary() override;
  std::unique_ptr<SchemaReader> schema_reader(const SchemaScope& scope) override;
  SeedCount apply_seed(const SeedTable& seed, const TableShape& shape) override;

 private:
  /// Number of rows that break a foreign key of `table`, as `connection` sees it.
  static std::int64_t violations(SQLite::Database& connection, const std::string& table);
  std::set<std::string> tables_to_check();
  void step_through(const Statement& statement);

  std::filesystem::path path_;
  std::string application_;
  bool scratch_;
  Patience patience_;
  std::unique_ptr<TemporaryFolder> copy_;  ///< what is read instead, if there is one
  SQLite::Database connection_;
  Guard guard_;
  OnInterrupt on_interrupt_;
  bool in_transaction_ = false;  ///< of a revision
  std::unique_ptr<FileLock> lock_;
};

const Dialect& dialect();

/// Removes what SQLite keeps beside the file `path`: -wal, -shm, -journal.
void remove_sidecars(const std::filesystem::path& path);

/// "device:inode" of the file at `path`; empty when there is none. Never opens it: closing any
/// descriptor of a database file drops SQLite's own locks on it.
std::string object_id(const std::filesystem::path& path);

}  // namespace provision::sqlite
