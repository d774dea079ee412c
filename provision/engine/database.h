// A live connection to one database, whatever its engine.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "provision/engine/row_rules.h"
#include "provision/engine/schema_reader.h"
#include "provision/model/seed.h"

namespace provision {

/// A row of a result as text; nothing is NULL.
using Row = std::vector<std::optional<std::string>>;
struct Rows {
  std::vector<std::string> columns;
  std::vector<Row> rows;
};

/// Who a script was written for: us, or another tool, whose files may hold more.
enum class Origin { own, foreign };

/// What a statement does to the transaction that it stands in.
enum class Control { none, begin, commit, rollback };

/// One statement of a script.
struct Statement {
  std::string text;  ///< without the semicolon
  int line = 1;      ///< where it begins, in the script
  /// The server refuses it inside a transaction block (CREATE INDEX CONCURRENTLY, VACUUM, ...).
  bool needs_autocommit = false;
  /// Of a foreign script only: what is marked so is not for `run_revision_statement`.
  Control control = Control::none;
  /// The lines that follow a COPY FROM STDIN in a foreign script, without the one that ends them.
  std::optional<std::string> copy_data = {};
  Origin origin = Origin::own;
  /// It changes the session, not the database (SET, PRAGMA, ATTACH), and may be run again.
  bool sets_session = false;
};

/// How an engine spells what is not the same everywhere.
struct Dialect {
  /// Before the name of a state table: "provision." or "_provision_".
  std::string state_prefix;
  /// The type of the state tables' points in time.
  std::string timestamp_type;
  /// An expression of that type: the wall clock, not the transaction's start.
  std::string now;
  /// The definition of an ascending integer key.
  std::string serial_key;
  /// The statement that puts foreign key checks off until COMMIT.
  std::string defer_constraints;
  /// The command that runs a script and stops at its first error.
  std::string client;
  /// What a script must begin with so that its revisions run as ours do; may be empty.
  std::string script_head;
  /// What makes the checks of COMMIT now; empty where `check_revision` does.
  std::string check_constraints;
  /// `{}` is a timestamp column; the whole is it as text, "2026-11-21T10:20:55Z".
  std::string timestamp_text;
  /// Names that differ in nothing but case are the same.
  bool ignores_case = false;
  /// `{}` is bytes in hexadecimal; the whole is a literal of them.
  std::string bytes_literal;
  /// The type of bytes.
  std::string bytes_type;
  /// `{}` is a number; the query marks this session with it, for another session to find that is
  /// with the same database. Empty where the file itself is proof enough.
  std::string session_mark = {};
  /// `{0}` is a column; the whole is its value, and for those that are stored as another type than
  /// the column's a \x01 and the name of that. Empty where no value can be.
  std::string typed_value = {};
};

/// A column that a sequence numbers, and where that sequence stands.
struct Numbering {
  std::string table;  ///< id of the table: "schema.name"
  std::string column;
  std::string sequence;  ///< what no other sequence is called, and none that is made anew
  std::int64_t next = 0;
  std::optional<std::int64_t> highest = {};  ///< number that a row has

  /// True if a row has the number that comes next, or a higher one: an insert may fail.
  bool is_behind() const { return highest && *highest >= next; }
};

/// Who has the lock that we want.
struct LockHolder {
  std::string description;  ///< "provision upgrade (ann@build1, process 71) since 2026-..."
};

/// What is known of the other side, for `status`, `doctor` and messages.
struct ServerFacts {
  std::string product;    ///< "PostgreSQL 15.18", "SQLite 3.40.1"
  std::string address;    ///< "/run/x (socket)", "10.0.0.3:5432", the file
  std::string database;   ///< its name, or the file
  std::string user;       ///< PostgreSQL
  std::string object_id;  ///< what a rename does not change: the OID, or device and inode
  std::int64_t size = 0;  ///< bytes, where they were asked for
};

/// A table as seeding needs to know it.
struct TableColumn {
  std::string name;
  std::string type;
  bool not_null = false;
  bool generated = false;  ///< a value may never be given
  bool has_default = false;
  bool identity_always = false;  ///< a value needs OVERRIDING SYSTEM VALUE
};
struct TableShape {
  std::string schema;
  std::string name;
  std::vector<TableColumn> columns;
  std::vector<std::vector<std::string>>
      unique_keys;  ///< the primary key first, then unique constraints and indexes
  std::vector<std::string>
      references;  ///< tables that its foreign keys point to, as "schema.name" ("name" on SQLite)
};

/// A session. Everything that one command does to a database is done through one of these, so that
/// the lock and the work live and die together. Methods throw refused Error (with the database's
/// own code) for what the database says no to, and unavailable Error when it is gone.
class Database {
 public:
  virtual ~Database() = default;
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  virtual const Dialect& dialect() const = 0;
  virtual ServerFacts facts(bool with_size = false) = 0;

  /// Runs our own SQL, one statement or several.
  virtual void execute(std::string_view sql) = 0;
  /// Runs our own SQL and returns the rows of its last statement.
  virtual Rows query(std::string_view sql) = 0;

  virtual void begin() = 0;
  /// Throws unknown Error when the outcome could not be learnt, even after reconnecting.
  virtual void commit() = 0;
  /// Does nothing outside a transaction; never throws.
  virtual void rollback() noexcept = 0;

  /// Begins work on a revision: foreign keys and session settings as revisions get them, guards up
  /// against text that would end the transaction or touch our state; opens a transaction if
  /// `transactional`. Ended by `end_revision`.
  virtual void begin_revision(bool transactional) = 0;
  /// Runs one statement of a revision. The Error says where in the statement, if the database does.
  virtual void run_revision_statement(const Statement& statement) = 0;
  /// Before the commit of a revision: the transaction and the lock are still the ones that were
  /// taken, and no row breaks a foreign key that did not before. Throws refused Error.
  virtual void check_revision() = 0;
  /// The same, then `commit`, in one question where the engine can.
  virtual void commit_revision() {
    check_revision();
    commit();
  }
  /// Takes the guards down; rolls back what is still open. Never throws.
  virtual void end_revision() noexcept = 0;

  /// What is known of a statement that was begun outside a transaction and whose end nobody saw.
  enum class Evidence { not_done, done, unclear };
  /// Looks in the catalog, and removes what a broken attempt left (an invalid index).
  virtual Evidence inspect_interrupted(const Statement& statement) = 0;

  /// Takes the lock that keeps two runs apart, held until this object dies. Returns who has it when
  /// it is taken; nothing means it is ours.
  virtual std::optional<LockHolder> try_lock() = 0;

  virtual bool table_exists(std::string_view schema, std::string_view table) = 0;
  /// `schema` may be empty; nothing when there is no such table.
  virtual std::optional<TableShape> describe_table(std::string_view schema,
                                                   std::string_view table) = 0;
  /// Removes the rows of the table whose key `seed` does not list; returns how many. `shape` is the
  /// table's. This and `apply_seed` run inside the caller's transaction.
  virtual std::int64_t remove_unlisted(const SeedTable& seed, const TableShape& shape) = 0;
  /// Adds and corrects rows: writes what differs and nothing else, and moves sequences past
  /// explicit values. Its errors have the place of the row that the table refuses.
  virtual SeedCount apply_seed(const SeedTable& seed, const TableShape& shape) = 0;

  /// Rows written since the session began, and the tables that got them: their names as SQL, none
  /// that end with the session. Inside a transaction, where a server counts by transaction.
  struct Written {
    std::int64_t rows = 0;
    std::vector<std::string> tables;
  };
  virtual Written written() = 0;
  /// Drops the session's temporary tables, so that it is as another one would be.
  virtual void forget_temporary() = 0;

  /// The rules for rows of the user tables whose ids `tables` are; nothing stands for
  /// all of them. Tables that are not there, our own and those of extensions are left out. With
  /// `keys` there are columns, the primary key and `partition_of`, and whatever comes with them.
  virtual std::vector<RowRules> row_rules(const std::optional<std::set<std::string>>& tables,
                                          RuleDetail detail) = 0;

  /// The columns of `tables` (ids) that sequences number, where numbers could be given twice.
  virtual std::vector<Numbering> numberings(const std::set<std::string>& tables) = 0;

  /// What the server says of each of its roles, which are not part of any database: attributes,
  /// memberships and settings, a line each, sorted.
  virtual std::map<std::string, std::vector<std::string>> roles() = 0;

  /// Reads the schema through this session, which must outlive it.
  virtual std::unique_ptr<SchemaReader> schema_reader(const SchemaScope& scope) = 0;
};

/// begin and, unless committed, rollback.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) { database_.begin(); }
  ~Transaction() {
    if (!committed_) database_.rollback();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit() {
    database_.commit();
    committed_ = true;
  }

 private:
  Database& database_;
  bool committed_ = false;
};

}  // namespace provision
