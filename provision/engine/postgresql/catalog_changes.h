// What a transaction did to the catalog, learnt at a cost that does not grow with the schema.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
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
/// One look at the session: which transaction it is in, which catalogs were written, what it
/// locked.
struct Probe {
  std::int64_t transaction = 0;        ///< its id; 0 while it has written nothing
  std::int64_t horizon = 0;            ///< what was written before has an id below this
  std::int64_t local_transaction = 0;  ///< how many transactions the session has had
  bool is_counting = false;            ///< writes are counted
  bool last_is_there = false;  ///< the transaction of the last look was committed, or is still this
  std::string mark;            ///< of the last look, where nothing was rolled back since
  std::set<std::string> prepared;    ///< names of our prepared statements
  std::map<Oid, Writes> writes;      ///< before version 15: of this transaction, or of some more
  std::vector<Address> locked;       ///< rows of catalogs locked against changes by others
  bool is_written_directly = false;  ///< the catalog itself was written by a statement
};

/// A look, whose only row is for `parsed_probe`. Takes the transaction of the look before.
Prepared probe_query(int version);
Probe parsed_probe(const RowView& row);

/// Sets the mark of a look.
std::string mark_query(const std::string& mark);

/// What was written: takes the age of a transaction; a switch for each catalog to be looked through
/// (pg_class, pg_proc, pg_type, pg_description, pg_enum, the constraints of domains, pg_depend,
/// pg_attribute); arrays of the catalogs and ids of rows that are locked. Its rows begin with a
/// word:
///   unit       row's catalog, unit's catalog, unit's id, kind of a relation, row's id
///   attribute  relation, number, whether it has a default, whether it is dropped
///   members    how many of them extensions have, -1 if there is a new one
extern const Prepared kWritten;
/// The relations that any new row of pg_attribute is of: takes the age of a transaction.
extern const Prepared kWrittenAttributes;
/// The units of what depends on rows: takes arrays of the catalogs and ids of these.
extern const Prepared kDependents;

}  // namespace provision::postgresql
