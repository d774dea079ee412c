// What a transaction did to the catalog, learnt at a cost that does not grow with the schema.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "provision/engine/postgresql/catalog_rows.h"

namespace provision::postgresql {

/// How often rows of a catalog were written and deleted.
struct Writes {
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t deleted = 0;
  std::int64_t versions() const { return inserted + updated; }

  friend bool operator==(const Writes&, const Writes&) = default;
};

/// Statements that are prepared once.
struct Prepared {
  std::string name;
  std::string parameters;
  std::string sql;
  /// Parameters for which it is planned at once, as a pass over whole catalogs; empty where it
  /// looks up rows.
  std::string sample = {};
};
/// A row of the catalog that was written or is locked, and the unit that it belongs to.
struct WrittenRow {
  Oid catalog = 0;
  Oid oid = 0;
  Oid unit_catalog = 0;
  std::optional<Oid> unit;     ///< nothing where the row is no more there
  char relation_kind = 0;      ///< of a row of pg_class
  bool is_new = false;         ///< written by the present transaction, for sure
  bool has_new_toast = false;  ///< a relation, which was written twice therefore
  bool is_array = false;       ///< a type that is no unit, but an array of another

  /// From the values that the queries below give, which begin at `at`.
  static WrittenRow parsed(const RowView& row, size_t at);
};

/// A new row of pg_attribute, of a relation that was there before.
struct WrittenAttribute {
  Oid relation = 0;
  int number = 0;
  bool has_default = false;
  bool is_dropped = false;
};

/// A relation that is locked for writing or changing.
struct TouchedRelation {
  Oid oid = 0;
  bool wrote = false;  ///< rows
};

/// One look at the session: which transaction it is in, which catalogs were written, what it
/// locked.
struct Probe {
  std::int64_t transaction = 0;        ///< its id; 0 while it has written nothing
  std::int64_t horizon = 0;            ///< what was written before has an id below this
  std::int64_t local_transaction = 0;  ///< how many transactions the session has had
  bool is_counting = false;            ///< writes are counted
  bool last_is_there = false;  ///< the transaction of the last look was committed, or is still this
  std::string mark;            ///< of the last look, where nothing was rolled back since
  std::map<Oid, Writes> writes;      ///< before version 15: of this transaction, or of some more
  std::set<Oid> own;                 ///< the catalogs that this transaction may have written
  std::set<Address> locked;          ///< rows of catalogs locked against changes by others
  bool is_written_directly = false;  ///< the catalog itself was written by a statement
  std::map<Oid, TouchedRelation> touched;

  // What follows is told by the queries for what was written.
  std::vector<WrittenRow> written;
  std::vector<WrittenAttribute> attributes;
  /// How often rows of pg_attribute were written at least, of relations that are new.
  std::int64_t attributes_of_new = 0;
  /// How many members extensions have, -1 if there is a new one; nothing if pg_depend is as it was.
  std::optional<std::int64_t> members;

  /// Takes a row of any of the queries.
  void add(const RowView& row);

 private:
  void add_lock(const RowView& row);
};

/// The state of the session. Takes the transaction of the look before.
Prepared probe_query(int version);

/// Sets the mark of a look.
std::string mark_query(const std::string& mark);

// What a transaction has written. Where the numbers that the session counts are more than what
// these find, it is searched for: an "age" is that of a transaction before all that is new. What
// the transaction of the look before wrote may have been seen then, and so explains no number: only
// rows of the present one do.

/// Relations. Takes the ids of those that are locked, the highest id of before, and the age.
extern const Prepared kRelations;
/// Types that are new. Takes the highest id of before, and the age.
extern const Prepared kTypes;
/// Rows of pg_attribute that the transaction wrote: takes the ids of the relations that are locked,
/// and the highest id of before.
extern const Prepared kAttributes;
/// Views, functions and policies that mention one of the relations that are locked and have a new
/// row of pg_attribute: they may write it out differently when it has one more column. Takes ids of
/// relations, and the age.
extern const Prepared kWidened;
/// Counts members of extensions. Takes the age.
extern const Prepared kMembers;

/// A query for rows of a catalog.
struct CatalogSearch {
  Oid catalog;
  Prepared query;
};
/// Whatever is new. They take the age.
std::span<const CatalogSearch> searches();
/// The units of rows that are locked and still there. They take their ids.
std::span<const CatalogSearch> lookups();

/// What is new of relations and of types beside what `kRelations` and `kTypes` find, and the
/// relations that any new row of pg_attribute is of. They take the age.
extern const Prepared kAllRelations;
extern const Prepared kAllTypes;
extern const Prepared kAllAttributes;
/// What depends on rows. Takes arrays of the catalogs and ids of these.
extern const Prepared kDependents;

}  // namespace provision::postgresql
