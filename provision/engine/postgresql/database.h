// A session with a PostgreSQL database.
#pragma once

#include <memory>
#include <string>

#include "provision/engine/postgresql/connection.h"
#include "provision/engine/postgresql/written.h"

namespace provision::postgresql {

const Dialect& dialect();

class PostgresqlDatabase final : public Database {
 public:
  PostgresqlDatabase(DatabaseSpec spec, ConnectOptions options);
  ~PostgresqlDatabase() override;

  const Dialect& dialect() const override;
  ServerFacts facts(bool with_size) override;
  int version() const { return connection_.facts().version; }  ///< of the server: 150018

  void execute(std::string_view sql) override;
  Rows query(std::string_view sql) override;

  void begin() override;
  void commit() override;
  void rollback() noexcept override;

  void begin_revision(bool transactional) override;
  void run_revision_statement(const Statement& statement) override;
  void check_revision() override;
  void commit_revision() override;
  void end_revision() noexcept override;

  Evidence inspect_interrupted(const Statement& statement) override;
  std::optional<LockHolder> try_lock() override;

  bool table_exists(std::string_view schema, std::string_view table) override;
  std::optional<TableShape> describe_table(std::string_view schema,
                                           std::string_view table) override;
  std::int64_t remove_unlisted(const SeedTable& seed, const TableShape& shape) override;
  SeedCount apply_seed(const SeedTable& seed, const TableShape& shape) override;
  Written written() override;
  std::vector<RowRules> row_rules(const std::optional<std::set<std::string>>& tables,
                                  RuleDetail detail) override;
  void forget_temporary() override;
  std::unique_ptr<SchemaReader> schema_reader(const SchemaScope& scope) override;

 private:
  void commit_after(std::string_view sql);
  std::string cleanly(std::string_view sql);
  Row identity();
  void take_role_again();
  void remember_role(const Statement& statement);
  /// After a commit that was confirmed on a lost connection: a new session with the lock that the
  /// old one had. Throws unavailable Error when somebody else has it.
  void go_on();

  DatabaseSpec spec_;
  ConnectOptions options_;
  Connection connection_;
  bool in_transaction_ = false;
  bool in_revision_ = false;
  bool keeps_settings_ = false;  ///< the open revision is not transactional
  bool is_dirty_ = false;        ///< a revision may have changed the session's settings
  bool locked_ = false;
  std::string transaction_id_;  ///< of the open transaction, once it is known
  Row own_identity_;            ///< before a revision that keeps settings
  std::string role_;            ///< the SQL that takes the role again which that revision took
  WrittenRows written_;
};

/// What became of transaction `id` of a session whose connection broke while it committed, asked
/// through a new session: returns if it is committed, throws unavailable Error if it is not, and
/// unknown Error if that cannot be learnt.
void learn_outcome(const DatabaseSpec& spec, const ConnectOptions& options,
                   const SessionFacts& lost, const std::string& id);

/// The work behind the methods of the same names.
Database::Evidence inspect_interrupted(Connection& connection, const Statement& statement);
std::optional<TableShape> describe_table(Connection& connection, std::string_view schema,
                                         std::string_view table);
std::vector<RowRules> row_rules(Connection& connection,
                                const std::optional<std::set<std::string>>& tables,
                                RuleDetail detail);
std::int64_t remove_unlisted(Connection& connection, const SeedTable& seed,
                             const TableShape& shape);
SeedCount apply_seed(Connection& connection, const SeedTable& seed, const TableShape& shape);

}  // namespace provision::postgresql
