// Which units a step changed, and what of the catalog is read again therefore.
#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"
#include "provision/engine/postgresql/schema_reader.h"

namespace provision::postgresql {
namespace {

template <typename Oids>
std::string array_of(const Oids& oids) {
  return fmt::format("'{{{}}}'", fmt::join(oids, ","));
}

/// Kinds that are read by unit; of all others there are few.
bool is_by_unit(Oid unit_catalog) {
  return unit_catalog == kPgClass || unit_catalog == kPgType || unit_catalog == kPgProc;
}

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

std::uint64_t bit_of(size_t query) { return std::uint64_t{1} << query; }

/// True if what mentions the unit may be written out differently now.
bool is_called_differently(const Unit& before, const Unit& after) {
  const SchemaObject* left = whole(before);
  const SchemaObject* right = whole(after);
  if (left == nullptr || right == nullptr) return left != right;
  if (left->id != right->id || left->field("values") != right->field("values")) return true;
  return std::any_of(before.columns.begin(), before.columns.end(), [&after](const auto& column) {
    const auto found = after.columns.find(column.first);
    return found != after.columns.end() && found->second != column.second;
  });
}

bool has_default(const Unit& unit, const std::string& column) {
  return std::any_of(unit.objects.begin(), unit.objects.end(), [&](const SchemaObject& object) {
    return object.id.kind == ObjectKind::column && object.id.name == column &&
           !(object.field("default").empty() && object.field("generated").empty());
  });
}

}  // namespace

void PostgresqlSchemaReader::add_unit(const WrittenRow& row, Dirty& dirty) const {
  const Oid unit_catalog = whole_of(row.unit_catalog);
  if (row.relation_kind == 't') return;
  if (row.relation_kind == 'S' || (row.catalog == kPgClass && !row.unit)) {
    dirty.sequences.insert(row.oid);
  }
  if (!is_by_unit(unit_catalog)) {
    dirty.wholes.insert(unit_catalog);
  } else {
    dirty.units.insert({unit_catalog, row.unit.value_or(row.oid)});
    if (!row.unit && row.catalog == unit_catalog) dirty.gone.insert({unit_catalog, row.oid});
  }
}

void PostgresqlSchemaReader::add_units(const Prepared& statement, const std::string& parameters,
                                       Dirty& dirty) {
  connection_.read(fmt::format("EXECUTE {}({})", prepared(statement), parameters),
                   [&](const std::vector<std::string>&, const RowView& row) {
                     add_unit(WrittenRow::parsed(row, 0), dirty);
                   });
  add_owners_of_sequences(dirty);
}

/// A sequence may have belonged to another column, or to none.
void PostgresqlSchemaReader::add_owners_of_sequences(Dirty& dirty) const {
  if (dirty.sequences.empty()) return;
  for (const Oid sequence : dirty.sequences) dirty.units.insert({kPgClass, sequence});
  for (const auto& [address, unit] : known_) {
    const bool owns = std::any_of(unit.sequences.begin(), unit.sequences.end(),
                                  [&](Oid sequence) { return dirty.sequences.contains(sequence); });
    if (owns) dirty.units.insert(address);
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

/// Takes what was written. False if it has to do with extensions: whoever joins or leaves one is
/// seen in nothing but their number.
bool PostgresqlSchemaReader::add_written(Dirty& dirty) {
  for (const WrittenRow& row : now_.written) add_unit(row, dirty);
  add_owners_of_sequences(dirty);
  std::int64_t explained = 0;
  for (const WrittenAttribute& attribute : now_.attributes) {
    const bool is_next = now_.transaction != last_.transaction;
    if (attribute.is_of_now && is_next) explained += versions_of(attribute);
  }
  // A privilege on a column locks nothing, and so it is seen in what is left over.
  if (explained < new_versions(kPgAttribute)) {
    add_units(kWrittenAttributes, std::to_string(now_.transaction - last_.horizon), dirty);
  }
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

/// Reads the units of `dirty` into `read`, by those queries that can have rows of them, and ends
/// `moment`.
void PostgresqlSchemaReader::read_units(const Dirty& dirty, ReadTransaction& moment, Units& read) {
  std::uint64_t sources = 0;
  std::map<Oid, std::set<Oid>> oids;
  std::set<Oid> sequences = dirty.sequences;
  for (const Address& address : dirty.units) {
    if (dirty.gone.contains(address)) continue;
    oids[address.catalog].insert(address.oid);
    const auto unit = known_.find(address);
    if (unit == known_.end()) continue;
    sources |= unit->second.sources;
    sequences.insert(unit->second.sequences.begin(), unit->second.sequences.end());
  }
  std::vector<std::pair<const CatalogQuery*, std::string>> queries;
  for (size_t i = 0; i < catalog_queries().size(); ++i) {
    const CatalogQuery& query = catalog_queries()[i];
    const auto wanted = oids.find(query.unit_catalog);
    if (!is_by_unit(query.unit_catalog) || wanted == oids.end()) continue;
    const bool is_basic = query.catalog == query.unit_catalog || query.catalog == kPgAttribute;
    const bool is_sequences = query.catalog == kPgSequence;
    if (!is_basic && !is_changed(query.catalog) && (sources & bit_of(i)) == 0 &&
        !(is_sequences && !sequences.empty())) {
      continue;
    }
    if (is_sequences) sequences.insert(wanted->second.begin(), wanted->second.end());
    const std::string array = array_of(is_sequences ? sequences : wanted->second);
    queries.emplace_back(&query, fmt::format("EXECUTE {}({})", prepared(i), array));
  }
  CatalogRows rows(left_out_);
  rows.read(connection_, queries, moment.last_words(mark_query(mark(looks_ + 1))));
  read.merge(rows.finished());
}

/// Reads all objects of the catalogs `wholes`. False if one of them is called otherwise now, and so
/// nobody knows what else is.
bool PostgresqlSchemaReader::read_wholes(const std::set<Oid>& wholes, Dirty& dirty, Units& read) {
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
    const auto again = found.find(address);
    // A unit may have nothing of its own, such as what is as usual on a built-in function.
    if (again != found.end() && !again->second.objects.empty() && !unit.objects.empty() &&
        again->second.objects.front().id != unit.objects.front().id) {
      return false;
    }
  }
  for (const auto& [address, unused] : found) dirty.units.insert(address);
  read.merge(found);
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
    const bool is_sequence = address.catalog == kPgClass && dirty.sequences.contains(address.oid) &&
                             is_known_sequence(address.oid);
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
                                             Units& read) {
  ReadTransaction moment(connection_, is_open_, "SELECT", [](const auto&, const auto&) {});
  Dirty more;
  add_units(kDependents, renamed, more);
  for (const Address& address : dirty.units) more.units.erase(address);
  for (const Oid known : dirty.wholes) more.wholes.erase(known);
  if (!read_wholes(more.wholes, more, read)) return false;
  read_units(more, moment, read);
  dirty.units.merge(more.units);
  return true;
}

}  // namespace provision::postgresql
