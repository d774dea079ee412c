// The schema of a PostgreSQL database, read from its catalog.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provision/engine/postgresql/catalog_changes.h"
#include "provision/engine/postgresql/catalog_rows.h"
#include "provision/engine/postgresql/read_transaction.h"
#include "provision/engine/schema_reader.h"

namespace provision::postgresql {

class PostgresqlSchemaReader final : public SchemaReader {
 public:
  /// `is_open` is true while a transaction of the session is.
  PostgresqlSchemaReader(Connection& connection, const bool& is_open, SchemaScope scope);

  SchemaSnapshot snapshot() override;
  SchemaSnapshot only_snapshot() override;
  /// Costs what the changes do where it is called in each transaction of the session, before its
  /// commit; otherwise everything is read.
  SchemaChanges changes() override;
  std::vector<TouchedTable> touched() const override;
  bool equivalent(const SchemaObject& one, const SchemaObject& other) override;

 private:
  /// What is to be read again.
  struct Dirty {
    std::set<Address> units = {};
    std::set<Address> gone = {};   ///< of `units`, those of which nothing is left
    std::set<Oid> sequences = {};  ///< whatever they belong to
    std::set<Oid> wholes = {};     ///< catalogs
  };

  static std::string next_name();
  ReadTransaction look();
  SchemaChanges tell_changes();
  void settle(ReadTransaction& moment);
  Units read_everything(const Survey& survey);
  Units read_everything() { return read_everything(survey(false)); }
  Survey survey(bool is_contended);
  CatalogRows::Step members_step();
  CatalogRows::Step uncovered_step();
  void read_once(bool is_contended);
  void read_patiently();
  SchemaSnapshot completed(SchemaSnapshot snapshot) const;

  // All that follows is about what the present look, `now_`, shows to be other than the last one.
  bool follows_the_last_look() const;
  bool can_tell() const;
  void forget_old_plans();
  bool is_changed(Oid catalog) const;
  std::int64_t new_versions(Oid catalog) const;
  void search();
  void search_whole_catalogs();
  void take_rows_of(const std::vector<std::string>& searches);
  void add_gone();
  std::string search_parameters(Oid catalog) const;
  std::optional<SchemaChanges> told_changes(ReadTransaction& moment);
  bool is_known_sequence(Oid oid) const;
  std::int64_t versions_of(const WrittenAttribute& attribute) const;
  bool add_written(Dirty& dirty);
  void add_unit(const WrittenRow& row, Dirty& dirty) const;
  void add_units(const Prepared& statement, const std::string& parameters, Dirty& dirty);
  void add_owners_of_sequences(Dirty& dirty) const;
  void add_wholes(Dirty& dirty) const;
  void read_units(const Dirty& dirty, ReadTransaction& moment, Units& read);
  bool read_wholes(const std::set<Oid>& wholes, Dirty& dirty, Units& read);
  std::string renamed(const Dirty& dirty, const Units& read) const;
  bool read_dependents(const std::string& renamed, Dirty& dirty, Units& read);
  std::string preparation(const Prepared& statement);
  std::string prepared(const Prepared& statement);
  std::string prepared(size_t query);
  std::string mark(int look) const;

  Connection& connection_;
  const bool& is_open_;
  SchemaScope scope_;
  LeftOut left_out_;
  Units known_;            ///< as the last call of either left it
  bool is_known_ = false;  ///< there was one
  std::vector<NotCompared> not_compared_;
  Probe now_;
  Probe last_;
  const Prepared probe_;
  std::string own_name_;            ///< in the names of what it leaves in the session
  std::set<std::string> prepared_;  ///< names of statements
  int looks_ = 0;
  size_t planned_for_ = 0;  ///< as many units when the statements were prepared
};

}  // namespace provision::postgresql
