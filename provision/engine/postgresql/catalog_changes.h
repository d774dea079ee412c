// What a transaction did to the catalog, learnt at a cost that does not grow with the schema.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provision/engine/postgresql/catalog_rows.h"

namespace provision::postgresql {

/// How often rows of a catalog were written and deleted.
struct Writes {
  std::int64_t versions = 0;
  std::int64_t deleted = 0;

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
  std::optional<Oid> unit;  ///< nothing where the row is no more there
  char relation_kind = 0;   ///< of a row of pg_class

  /// From the values that the queries below give, which begin at `at`.
  static WrittenRow parsed(const RowView& row, size_t at);
};

/// A row of pg_attribute that is new since the look before.
struct WrittenAttribute {
  Oid relation = 0;
  int number = 0;
  bool has_default = false;
  bool is_dropped = false;
  bool is_of_now = false;  ///< written by the present transaction
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
  std::set<Oid> searched;            ///< catalogs written by this transaction, or by some before it
  std::set<Address> locked;          ///< rows of catalogs locked against changes by others
  bool is_written_directly = false;  ///< the catalog itself was written by a statement
  std::vector<TouchedRelation> touched;
  Traits traits;   ///< of the database as it is now
  Oid newest = 0;  ///< the highest id of a relation or type: new ones have higher ones

  // What follows is told by the searches below, and is of this transaction.
  std::vector<WrittenRow> written;
  std::map<Oid, std::int64_t> explained;     ///< versions of rows of a catalog among `written`
  std::vector<WrittenAttribute> attributes;  ///< of relations that are locked or new
  /// What writes out a relation that is locked, by the id of that.
  std::vector<std::pair<WrittenRow, Oid>> mentions;
  /// How many members extensions have, -1 if there is a new one; nothing if pg_depend is as it was.
  std::optional<std::int64_t> members;

  /// Takes a row of `probe_query` or of a search.
  void add(const RowView& row);

 private:
  void add_session(const RowView& row);
};

/// The state of the session. Takes the transaction of the look before, as SQL.
std::string probe_query(int version, std::string_view last);

// Searches for what was written, each of it small: a large statement takes longer to begin than
// to run. Where they take three values, these are an array of locked rows, the newest id of the
// look before, and its horizon as an age.

/// Relations that are locked or new.
extern const Prepared kWrittenRelations;
/// Types that are locked or new.
extern const Prepared kWrittenTypes;
/// New rows of pg_attribute, of relations that are locked or new.
extern const Prepared kNewAttributes;
/// Views, rules, policies and functions that mention one of an array of relations.
extern const Prepared kMentions;
/// The members of extensions; takes the age.
extern const Prepared kMembers;
/// The units of any rows; takes arrays of their catalogs and ids.
extern const Prepared kUnitsOf;
/// All new rows of a catalog where they may be neither locked nor have a new id; takes the age.
std::optional<Prepared> scan_of(Oid catalog);

/// Sets the mark of a look.
std::string mark_query(const std::string& mark);

/// The relations that any new row of pg_attribute is of, as `WrittenRow`: takes the age of a
/// transaction.
extern const Prepared kWrittenAttributes;
/// What depends on rows, as `WrittenRow`: takes arrays of the catalogs and ids of these.
extern const Prepared kDependents;

}  // namespace provision::postgresql
