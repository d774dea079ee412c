// Reading again what a step changed, and of a table only the parts that it may have changed.
#include <fmt/format.h>

#include <algorithm>

#include "provision/engine/postgresql/schema_reader.h"

namespace provision::postgresql {
namespace {

constexpr std::uint64_t bit_of(size_t query) { return std::uint64_t{1} << query; }

}  // namespace

/// Relations that are locked, and are there: they are to be read whatever the search finds. None
/// where one may be gone.
std::set<Address> PostgresqlSchemaReader::sure_units() const {
  std::set<Address> units;
  if (new_writes(kPgClass).deleted > 0) return units;
  // Each table and view, unlike an index, has a type of its own.
  const bool has_new = new_versions(kPgType) > 0;
  for (const Address& row : now_.locked) {
    if (row.catalog != kPgClass) continue;
    if (known_.contains(row) || (has_new && row.oid > newest_)) units.insert(row);
  }
  return units;
}

/// What tells which rows were written.
std::vector<CatalogRows::Step> PostgresqlSchemaReader::search_steps() {
  std::vector<CatalogRows::Step> steps;
  const RowReader take = [this](const std::vector<std::string>&, const RowView& row) {
    now_.add(row);
  };
  const auto ask = [&](const Prepared& statement, const std::string& parameters) {
    steps.push_back(
        {fmt::format("EXECUTE {}({})", prepared(statement), parameters), nullptr, false, take});
  };
  std::map<Oid, std::set<Oid>> locked;
  for (const Address& row : now_.locked) locked[row.catalog].insert(row.oid);
  const std::string relations = array_of(locked[kPgClass]);
  const std::string rest = fmt::format("{}, {}", newest_, age());
  if (!locked[kPgClass].empty() || new_versions(kPgClass) > 0) {
    ask(kRelations, fmt::format("{}, {}", relations, rest));
  }
  if (new_versions(kPgType) > 0) ask(kTypes, rest);
  if (new_versions(kPgAttribute) > 0) {
    ask(kAttributes, fmt::format("{}, {}", relations, newest_));
    const bool is_of_old = new_writes(kPgAttribute).updated > 0 || new_writes(kPgClass).updated > 0;
    if (is_of_old) ask(kWidened, fmt::format("{}, {}", relations, age()));
  }
  if (is_changed(kPgDepend)) ask(kMembers, std::to_string(age()));
  for (const CatalogSearch& search : searches()) {
    if (new_versions(search.catalog) > 0) ask(search.query, std::to_string(age()));
  }
  for (const CatalogSearch& lookup : lookups()) {
    if (!locked[lookup.catalog].empty()) ask(lookup.query, array_of(locked[lookup.catalog]));
  }
  return steps;
}

// The rows that a query for parts of a table has of it change with the rows of some catalogs, and
// with the names of what they mention, which is looked for by itself. Of the catalogs that every
// second step writes not all writes count:
// - no column comes or goes without a new row in pg_class for the number of them, so that what is
//   merely added to pg_attribute is of other relations, such as a new index;
// - the rows of indexes and sequences in pg_class and pg_attribute are found one by one, and then
//   the table is read in full.
bool PostgresqlSchemaReader::may_differ(size_t query, const Unit& known) const {
  const Oid catalog = catalog_queries()[query].catalog;
  if (is_any_changed({catalog, kPgDescription}) && catalog != kPgClass && catalog != kPgAttribute) {
    return true;
  }
  const bool is_relation_updated = new_writes(kPgClass).updated > 0;
  const Writes columns = new_writes(kPgAttribute);
  const SchemaObject* table = whole(known);
  switch (catalog) {
    case kPgClass:
      return is_relation_updated ||
             is_any_changed({kPgDescription, kPgInherits, kPgForeignTable, kPgPartitionedTable,
                             kPgRewrite, kPgType}) ||
             (is_changed(kPgIndex) &&
              (table == nullptr || !table->field("replica identity").empty()));
    case kPgAttribute:
      return columns.updated > 0 || (columns.inserted > 0 && is_relation_updated) ||
             is_any_changed({kPgAttrdef, kPgDescription, kPgInherits, kPgType, kPgCollation});
    case kPgConstraint:
      return new_writes(kPgIndex).updated > 0;
    case kPgIndex:
    case kPgTrigger:
      return is_changed(kPgConstraint);
    case kPgSequence:
    case kPgRewrite:
    case kPgPolicy:
    case kPgStatisticExt:
      return false;
    default:
      return is_relation_updated && (known.sources & bit_of(query)) != 0;
  }
}

/// A bit for each query that is to be asked for the unit.
std::uint64_t PostgresqlSchemaReader::queries_for(const Address& unit, bool in_full,
                                                  const Dirty& dirty) const {
  const auto found = known_.find(unit);
  const Unit* known = found == known_.end() ? nullptr : &found->second;
  std::uint64_t queries = 0;
  for (size_t i = 0; i < catalog_queries().size(); ++i) {
    const CatalogQuery& query = catalog_queries()[i];
    if (query.unit_catalog != unit.catalog) continue;
    const bool is_basic = query.catalog == query.unit_catalog || query.catalog == kPgAttribute;
    const bool has_sequences =
        query.catalog == kPgSequence &&
        (!dirty.sequences.empty() || (known != nullptr && !known->sequences.empty()));
    const bool is_asked = in_full ? is_basic || is_changed(query.catalog) || has_sequences ||
                                        (known != nullptr && (known->sources & bit_of(i)) != 0)
                                  : may_differ(i, *known);
    if (is_asked) queries |= bit_of(i);
  }
  return queries;
}

/// Reads `units`, those in full of which it is true, by those queries that can have other rows of
/// them now, after `steps` in one message.
void PostgresqlSchemaReader::read_units(const std::map<Address, bool>& units, const Dirty& dirty,
                                        std::vector<CatalogRows::Step> steps, Again& again) {
  CatalogRows rows(left_out_);
  std::map<size_t, std::set<Oid>> wanted;
  std::set<Oid> sequences = dirty.sequences;
  for (const auto& [unit, is_all_wanted] : units) {
    const auto known = known_.find(unit);
    const bool in_part = !is_all_wanted && unit.catalog == kPgClass && known != known_.end() &&
                         known->second.parts != nullptr;
    const std::uint64_t queries = queries_for(unit, !in_part, dirty);
    rows.expect(unit, queries, in_part ? known->second.parts.get() : nullptr);
    again.done[unit] = !in_part;
    again.units.erase(unit);
    for (size_t i = 0; i < catalog_queries().size(); ++i) {
      if ((queries & bit_of(i)) != 0) wanted[i].insert(unit.oid);
    }
    if (known == known_.end()) continue;
    sequences.insert(known->second.sequences.begin(), known->second.sequences.end());
  }
  for (const Address& row : now_.locked) {
    if (row.catalog == kPgClass && row.oid > newest_) sequences.insert(row.oid);
  }
  for (auto& [i, oids] : wanted) {
    const CatalogQuery& query = catalog_queries()[i];
    if (query.catalog == kPgSequence) oids.insert(sequences.begin(), sequences.end());
    steps.push_back({fmt::format("EXECUTE {}({})", prepared(i), array_of(oids)), &query});
  }
  if (!steps.empty()) rows.read(connection_, steps);
  again.units.merge(rows.finished());
}

/// Reads the units of `dirty` that are not read yet, or not enough.
void PostgresqlSchemaReader::read_rest(Dirty& dirty, Again& again) {
  for (const Address& address : dirty.gone) again.units.erase(address);
  while (true) {
    std::map<Address, bool> units;
    for (const Address& unit : dirty.units) {
      if (!is_by_unit(unit.catalog) || dirty.gone.contains(unit)) continue;
      const auto done = again.done.find(unit);
      const auto known = known_.find(unit);
      const auto fresh = again.units.find(unit);
      const bool is_other = known != known_.end() && fresh != again.units.end() &&
                            is_called_differently(known->second, fresh->second);
      const bool in_full = is_other || dirty.in_full.contains(unit);
      if (done == again.done.end() || (in_full && !done->second)) units.emplace(unit, in_full);
    }
    if (units.empty()) return;
    read_units(units, dirty, {}, again);
  }
}

}  // namespace provision::postgresql
