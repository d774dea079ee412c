// Which units a step changed, and what of the catalog is read again therefore.
#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"
#include "provision/engine/postgresql/schema_reader.h"

namespace provision::postgresql {
namespace {

/// The catalog whose rows are read again with those of `catalog`.
Oid whole_of(Oid catalog) {
  switch (catalog) {
    case kPgAmop:
    case kPgAmproc:
      return kPgOpfamily;
    case kPgDbRoleSetting:
    case kPgShdescription:
      return kPgDatabase;
    case kPgTsConfigMap:
      return kPgTsConfig;
    case kPgPublicationRel:
    case kPgPublicationNamespace:
      return kPgPublication;
    default:
      return catalog;
  }
}

bool has_default(const Unit& unit, const std::string& column) {
  return std::any_of(unit.objects.begin(), unit.objects.end(), [&](const SchemaObject& object) {
    return object.id.kind == ObjectKind::column && object.id.name == column &&
           !(object.field("default").empty() && object.field("generated").empty());
  });
}

}  // namespace

// What an index that was there before, a sequence, or a rule that mentions the table does to what
// is said of the table cannot be told by which catalogs were written.
void PostgresqlSchemaReader::add_unit(const WrittenRow& row, Dirty& dirty) const {
  const Oid unit_catalog = whole_of(row.unit_catalog);
  if (row.relation_kind == 't' || row.is_array) return;
  const bool is_sequence = row.relation_kind == 'S';
  if (is_sequence || (row.catalog == kPgClass && !row.unit)) dirty.sequences.insert(row.oid);
  if (!is_by_unit(unit_catalog)) {
    dirty.wholes.insert(unit_catalog);
    return;
  }
  const Address unit{unit_catalog, row.unit.value_or(row.oid)};
  dirty.units.insert(unit);
  if (!row.unit && row.catalog == unit_catalog) dirty.gone.insert(unit);
  const bool is_of_it =
      row.catalog == kPgClass && (row.oid == unit.oid || (row.oid > newest_ && !is_sequence));
  if (!is_of_it) dirty.in_full.insert(unit);
}

void PostgresqlSchemaReader::add_units(const Prepared& statement, const std::string& parameters,
                                       Dirty& dirty) {
  connection_.read(fmt::format("EXECUTE {}({})", prepared(statement), parameters),
                   [&](const std::vector<std::string>&, const RowView& row) {
                     const WrittenRow written = WrittenRow::parsed(row, 1);
                     add_unit(written, dirty);
                     dirty.in_full.insert({written.unit_catalog, written.unit.value_or(0)});
                   });
}

/// A sequence may have belonged to another column, or to none.
void PostgresqlSchemaReader::add_owners_of_sequences(Dirty& dirty) const {
  if (dirty.sequences.empty()) return;
  for (const Oid sequence : dirty.sequences) dirty.units.insert({kPgClass, sequence});
  for (const auto& [address, unit] : known_) {
    const bool owns = std::any_of(unit.sequences.begin(), unit.sequences.end(),
                                  [&](Oid sequence) { return dirty.sequences.contains(sequence); });
    if (!owns) continue;
    dirty.units.insert(address);
    dirty.in_full.insert(address);
  }
}

/// How often a new row of pg_attribute was written at least: twice if it has a default or lost it
/// as it was dropped.
std::int64_t PostgresqlSchemaReader::versions_of(const WrittenAttribute& attribute) const {
  const auto unit = known_.find({kPgClass, attribute.relation});
  if (unit == known_.end()) return attribute.has_default ? 2 : 1;
  const auto column = unit->second.columns.find(attribute.number);
  if (column == unit->second.columns.end()) return attribute.has_default ? 2 : 1;
  return attribute.is_dropped && has_default(unit->second, column->second) ? 2 : 1;
}

/// What of it is explained by tables that are gone: each default was taken off its column first.
std::int64_t PostgresqlSchemaReader::versions_of_gone(const Dirty& dirty) const {
  std::int64_t versions = 0;
  for (const Address& address : dirty.gone) {
    const auto unit = known_.find(address);
    if (unit == known_.end()) continue;
    for (const auto& [unused, column] : unit->second.columns) {
      versions += has_default(unit->second, column) ? 1 : 0;
    }
  }
  return versions;
}

/// What is locked and was not found is gone.
void PostgresqlSchemaReader::add_gone(Dirty& dirty) const {
  std::set<Address> found;
  for (const WrittenRow& row : now_.written) found.insert({row.catalog, row.oid});
  for (const Address& row : now_.locked) {
    const bool is_looked_up =
        row.catalog == kPgClass ||
        std::any_of(lookups().begin(), lookups().end(),
                    [&row](const CatalogSearch& lookup) { return lookup.catalog == row.catalog; });
    if (is_looked_up && found.contains(row)) continue;
    WrittenRow gone{.catalog = row.catalog, .oid = row.oid, .unit_catalog = row.catalog};
    if (!is_looked_up) gone.unit = row.oid;
    // The parts of a relation are gone along with a change to itself.
    if (!is_looked_up || row.catalog == kPgClass || row.catalog == kPgType) add_unit(gone, dirty);
  }
}

/// Searches the whole of those catalogs that have more new rows than were found.
void PostgresqlSchemaReader::add_unexplained(Dirty& dirty) {
  std::map<Oid, std::int64_t> versions;
  std::set<Oid> types;
  for (const WrittenRow& row : now_.written) {
    // A table with a new TOAST table was written twice.
    if (row.catalog == kPgClass && row.is_new) versions[row.oid] = row.has_new_toast ? 2 : 1;
    if (row.catalog == kPgType && row.is_new) types.insert(row.oid);
  }
  std::int64_t relations = 0;
  for (const auto& [unused, count] : versions) relations += count;
  std::int64_t attributes = now_.attributes_of_new + versions_of_gone(dirty);
  for (const WrittenAttribute& attribute : now_.attributes) attributes += versions_of(attribute);
  if (now_.local_transaction == last_.local_transaction) {
    // Seen before, or not.
    relations = attributes = 0;
    types.clear();
  }
  const std::string new_since = std::to_string(age());
  if (relations < new_versions(kPgClass)) add_units(kAllRelations, new_since, dirty);
  if (static_cast<std::int64_t>(types.size()) < new_versions(kPgType))
    add_units(kAllTypes, new_since, dirty);
  // A privilege on a column locks nothing, and so it is seen in what is left over.
  if (attributes < new_versions(kPgAttribute)) add_units(kAllAttributes, new_since, dirty);
}

/// Takes what was written. False if it has to do with extensions: whoever joins or leaves one is
/// seen in nothing but their number.
bool PostgresqlSchemaReader::add_written(Dirty& dirty) {
  for (const WrittenRow& row : now_.written) add_unit(row, dirty);
  add_gone(dirty);
  add_unexplained(dirty);
  add_owners_of_sequences(dirty);
  return !now_.members || *now_.members == static_cast<std::int64_t>(left_out_.members.size());
}

void PostgresqlSchemaReader::add_wholes(Dirty& dirty) const {
  for (const auto& [catalog, unused] : now_.writes) {
    if (is_changed(catalog)) dirty.wholes.insert(whole_of(catalog));
    if (catalog == kPgAmop && is_changed(catalog)) dirty.wholes.insert(kPgOpclass);
  }
  if (!is_changed(kPgConstraint)) return;
  for (const auto& [address, unit] : known_) {
    if (address.catalog == kPgType && whole(unit) != nullptr &&
        whole(unit)->id.kind == ObjectKind::domain) {
      dirty.units.insert(address);
    }
  }
}

/// Reads all objects of the catalogs `wholes`. False if one of them is called otherwise now, and so
/// nobody knows what else is.
bool PostgresqlSchemaReader::read_wholes(const std::set<Oid>& wholes, Dirty& dirty, Again& again) {
  CatalogRows rows(left_out_);
  bool any = false;
  for (const CatalogQuery& query : catalog_queries()) {
    if (is_by_unit(query.unit_catalog) || !wholes.contains(query.unit_catalog)) continue;
    rows.read(connection_, query, rendered(query, connection_.facts().version, scope_, false));
    any = true;
  }
  if (!any) return true;
  Units found = rows.finished();
  for (const auto& [address, unit] : known_) {
    if (is_by_unit(address.catalog) || !wholes.contains(address.catalog)) continue;
    dirty.units.insert(address);
    const auto fresh = found.find(address);
    // A unit may have nothing of its own, such as what is as usual on a built-in function.
    if (fresh != found.end() && !fresh->second.objects.empty() && !unit.objects.empty() &&
        fresh->second.objects.front().id != unit.objects.front().id) {
      return false;
    }
  }
  for (const auto& [address, unused] : found) dirty.units.insert(address);
  again.units.merge(found);
  return true;
}

bool PostgresqlSchemaReader::is_known_sequence(Oid oid) const {
  return known_.contains({kPgClass, oid}) ||
         std::any_of(known_.begin(), known_.end(), [oid](const auto& entry) {
           const std::vector<Oid>& sequences = entry.second.sequences;
           return std::find(sequences.begin(), sequences.end(), oid) != sequences.end();
         });
}

/// The arrays for `kDependents` of what is called otherwise now; empty if nothing is.
std::string PostgresqlSchemaReader::renamed(const Dirty& dirty, const Units& read) const {
  std::vector<Oid> catalogs;
  std::vector<Oid> oids;
  for (const Address& address : dirty.units) {
    const auto before = known_.find(address);
    const auto after = read.find(address);
    // Nothing mentions what is gone.
    const bool is_sequence = address.catalog == kPgClass && dirty.sequences.contains(address.oid) &&
                             !dirty.gone.contains(address) && is_known_sequence(address.oid);
    if (!is_sequence &&
        (before == known_.end() || after == read.end() || !is_by_unit(address.catalog) ||
         !is_called_differently(before->second, after->second))) {
      continue;
    }
    catalogs.push_back(address.catalog);
    oids.push_back(address.oid);
  }
  return oids.empty() ? std::string() : array_of(catalogs) + ", " + array_of(oids);
}

/// Reads what mentions `renamed`. False if nobody knows what does.
bool PostgresqlSchemaReader::read_dependents(const std::string& renamed, Dirty& dirty,
                                             Again& again) {
  Dirty more;
  add_units(kDependents, renamed, more);
  add_owners_of_sequences(more);
  for (const Address& address : dirty.units) {
    // What was read in full is as it is now.
    const auto done = again.done.find(address);
    const bool is_in_part = done != again.done.end() && !done->second;
    if (!is_in_part) more.units.erase(address);
  }
  for (const Oid known : dirty.wholes) more.wholes.erase(known);
  if (!read_wholes(more.wholes, more, again)) return false;
  read_rest(more, again);
  dirty.units.merge(more.units);
  return true;
}

}  // namespace provision::postgresql
