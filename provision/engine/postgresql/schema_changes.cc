// What changed since the last look: which rows of the catalog did, which objects they make, and
// which others mention those.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "provision/base/text.h"
#include "provision/engine/postgresql/schema_reader.h"

namespace provision::postgresql {
namespace {

constexpr int kFirstWithPromptCounts = 150'000;

Oid oid_of(std::string_view text) {
  Oid oid = 0;
  std::from_chars(text.data(), text.data() + text.size(), oid);
  return oid;
}

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

/// The table, the type, the function: the object that the parts of a unit belong to.
const SchemaObject* whole(const Unit& unit) {
  for (const SchemaObject& object : unit.objects) {
    if (object.id.table.empty()) return &object;
  }
  return nullptr;
}

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

/// What is to be read again.
struct PostgresqlSchemaReader::Dirty {
  std::set<Address> units = {};
  std::set<Oid> sequences = {};  ///< whatever they belong to
  std::set<Oid> wholes = {};     ///< catalogs
};

bool PostgresqlSchemaReader::is_changed(Oid catalog) const {
  const auto now = now_.writes.find(catalog);
  if (now == now_.writes.end()) return false;
  if (connection_.facts().version < kFirstWithPromptCounts) return now->second != Writes{};
  const auto before = last_.writes.find(catalog);
  return before == last_.writes.end() || now->second != before->second;
}

std::int64_t PostgresqlSchemaReader::new_versions(Oid catalog) const {
  const auto now = now_.writes.find(catalog);
  if (now == now_.writes.end()) return 0;
  const auto before = last_.writes.find(catalog);
  if (connection_.facts().version < kFirstWithPromptCounts || before == last_.writes.end()) {
    return now->second.versions;
  }
  return now->second.versions - before->second.versions;
}

/// True if the session did nothing between then and now that can no more be seen.
bool PostgresqlSchemaReader::follows_the_last_look() const {
  if (now_.local_transaction == last_.local_transaction) {
    return now_.mark == mark();
  }
  if (last_.transaction != 0 && !now_.last_is_there) return false;
  return now_.local_transaction == last_.local_transaction + 1 ||
         (last_.transaction != 0 && now_.transaction == last_.transaction + 1) ||
         (connection_.facts().version >= kFirstWithPromptCounts && now_.writes == last_.writes);
}

bool PostgresqlSchemaReader::can_tell() const {
  if (!is_known_ || !is_open_ || !now_.is_counting || now_.is_written_directly) return false;
  if (!follows_the_last_look()) return false;
  // Names of roles are all over the place, and so is who owns the database or is an extension's.
  for (const Oid catalog : {kPgAuthid, kPgDatabase, kPgExtension, kPgTablespace}) {
    if (is_changed(catalog)) return false;
  }
  return std::none_of(now_.locked.begin(), now_.locked.end(),
                      [](const Address& row) { return row.catalog == kPgExtension; }) &&
         std::all_of(now_.writes.begin(), now_.writes.end(),
                     [this](const auto& entry) { return new_versions(entry.first) >= 0; });
}

std::string PostgresqlSchemaReader::prepared(const Prepared& statement) {
  std::string name = own_name_ + statement.name;
  if (now_.prepared.insert(name).second) {
    connection_.execute(
        fmt::format("PREPARE {} ({}) AS {}", name, statement.parameters, statement.sql));
  }
  return name;
}

std::string PostgresqlSchemaReader::prepared(size_t query) {
  const std::string name = fmt::format("query_{}", query);
  if (now_.prepared.contains(own_name_ + name)) return own_name_ + name;
  return prepared({name, "oid[]",
                   rendered(catalog_queries()[query], connection_.facts().version, scope_, true)});
}

void PostgresqlSchemaReader::add_candidates(bool with_attributes, std::set<Address>& rows) {
  const auto is_written = [&](Oid catalog) {
    return !with_attributes && new_versions(catalog) > 0;
  };
  const std::string sql = fmt::format(
      "EXECUTE {}({}, {}, {}, {}, {}, {}, {}, {}, {})", prepared(kCandidates),
      now_.transaction - last_.horizon, is_written(kPgClass), is_written(kPgProc),
      is_written(kPgType), is_written(kPgDescription), is_written(kPgEnum),
      is_written(kPgConstraint), is_changed(kPgDepend) && !with_attributes, with_attributes);
  connection_.read(sql, [&rows](const std::vector<std::string>&, const RowView& row) {
    rows.insert({oid_of(*row[0]), oid_of(*row[1])});
  });
}

/// Whether all new rows of pg_attribute are of relations in `rows`: a privilege on a column locks
/// nothing. A new row with a default was written twice, and so was one whose default went with it.
bool PostgresqlSchemaReader::explains_attributes(const std::set<Address>& rows) {
  std::vector<Oid> relations;
  for (const Address& row : rows) {
    if (row.catalog == kPgClass) relations.push_back(row.oid);
  }
  std::int64_t explained = 0;
  connection_.read(fmt::format("EXECUTE {}({}, {})", prepared(kAttributes),
                               now_.transaction - last_.horizon, array_of(relations)),
                   [&](const std::vector<std::string>&, const RowView& row) {
                     ++explained;
                     const auto unit = known_.find({kPgClass, oid_of(*row[0])});
                     int number = 0;
                     std::from_chars(row[1]->data(), row[1]->data() + row[1]->size(), number);
                     const bool is_dropped = row[3] == "t";
                     if (unit == known_.end()) {
                       if (row[2] == "t") ++explained;
                       return;
                     }
                     const auto column = unit->second.columns.find(number);
                     if (column == unit->second.columns.end()) {
                       if (row[2] == "t") ++explained;
                     } else if (is_dropped && has_default(unit->second, column->second)) {
                       ++explained;
                     }
                   });
  return explained >= new_versions(kPgAttribute);
}

void PostgresqlSchemaReader::add_units(const Prepared& statement, const std::set<Address>& rows,
                                       bool only_code, Dirty& dirty) {
  std::vector<Oid> catalogs;
  std::vector<Oid> oids;
  for (const Address& row : rows) {
    catalogs.push_back(row.catalog);
    oids.push_back(row.oid);
  }
  connection_.read(
      fmt::format("EXECUTE {}({}, {})", prepared(statement), array_of(catalogs), array_of(oids)),
      [&](const std::vector<std::string>&, const RowView& row) {
        const Oid catalog = oid_of(*row[0]);
        if (only_code && catalog != kPgRewrite && catalog != kPgProc && catalog != kPgPolicy)
          return;
        const Oid unit_catalog = whole_of(oid_of(*row[1]));
        const Oid oid = oid_of(*row[4]);
        if (row[3] == "t") return;
        if (row[3] == "S" || (catalog == kPgClass && !row[2])) dirty.sequences.insert(oid);
        if (is_by_unit(unit_catalog)) {
          dirty.units.insert({unit_catalog, row[2] ? oid_of(*row[2]) : oid});
          // A row that is gone may have been a composite type.
          if (!row[2] && catalog == kPgType) dirty.units.insert({kPgType, oid});
        } else {
          dirty.wholes.insert(unit_catalog);
        }
      });
  if (dirty.sequences.empty()) return;
  for (const Oid sequence : dirty.sequences) dirty.units.insert({kPgClass, sequence});
  for (const auto& [address, unit] : known_) {
    const bool owns = std::any_of(unit.sequences.begin(), unit.sequences.end(),
                                  [&](Oid sequence) { return dirty.sequences.contains(sequence); });
    if (owns) dirty.units.insert(address);
  }
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

/// Reads the units of `dirty` into `read`, by those queries that can have rows of them.
void PostgresqlSchemaReader::read_units(const Dirty& dirty, Units& read) {
  std::uint64_t sources = 0;
  std::map<Oid, std::set<Oid>> oids;
  std::set<Oid> sequences = dirty.sequences;
  for (const Address& address : dirty.units) {
    oids[address.catalog].insert(address.oid);
    const auto unit = known_.find(address);
    if (unit == known_.end()) continue;
    sources |= unit->second.sources;
    sequences.insert(unit->second.sequences.begin(), unit->second.sequences.end());
  }
  CatalogRows rows(left_out_);
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
    rows.read(connection_, query, fmt::format("EXECUTE {}({})", prepared(i), array));
  }
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
    if (again != found.end() && again->second.objects.front().id != unit.objects.front().id) {
      return false;
    }
  }
  for (const auto& [address, unused] : found) dirty.units.insert(address);
  read.merge(found);
  return true;
}

/// What mentions that which is called otherwise now. False if there is nothing.
bool PostgresqlSchemaReader::add_dependents(const Dirty& dirty, const Units& read, Dirty& more) {
  std::set<Address> renamed;
  std::set<Address> widened;
  for (const Address& address : dirty.units) {
    const auto before = known_.find(address);
    const auto after = read.find(address);
    if (before == known_.end() || after == read.end() || !is_by_unit(address.catalog)) continue;
    if (is_called_differently(before->second, after->second)) {
      renamed.insert(address);
    } else if (before->second.columns != after->second.columns) {
      widened.insert(address);
    }
  }
  for (const Oid sequence : dirty.sequences) renamed.insert({kPgClass, sequence});
  if (!renamed.empty()) add_units(kDependents, renamed, false, more);
  if (!widened.empty()) add_units(kDependents, widened, true, more);
  for (const Address& address : dirty.units) more.units.erase(address);
  for (const Oid known : dirty.wholes) more.wholes.erase(known);
  return !more.units.empty() || !more.wholes.empty();
}

std::optional<SchemaChanges> PostgresqlSchemaReader::told_changes() {
  if (now_.writes == last_.writes && connection_.facts().version >= kFirstWithPromptCounts) {
    return SchemaChanges();
  }
  if (now_.transaction == 0) return std::nullopt;
  std::set<Address> rows(now_.locked.begin(), now_.locked.end());
  add_candidates(false, rows);
  // Whoever joins or leaves an extension is seen in nothing but this.
  const Address members{kPgExtension, static_cast<Oid>(left_out_.members.size())};
  if (is_changed(kPgDepend) && rows.erase(members) == 0) return std::nullopt;
  if (new_versions(kPgAttribute) > 0 && !explains_attributes(rows)) add_candidates(true, rows);
  Dirty dirty;
  if (!rows.empty()) add_units(kUnitsOf, rows, false, dirty);
  add_wholes(dirty);
  Units read;
  if (!read_wholes(dirty.wholes, dirty, read)) return std::nullopt;
  read_units(dirty, read);
  Dirty more;
  if (add_dependents(dirty, read, more)) {
    if (!read_wholes(more.wholes, more, read)) return std::nullopt;
    read_units(more, read);
    dirty.units.merge(more.units);
  }
  return replace(known_, dirty.units, std::move(read));
}

SchemaChanges PostgresqlSchemaReader::changes() {
  ReadTransaction moment = look();
  std::optional<SchemaChanges> changes;
  if (can_tell()) changes = told_changes();
  if (!changes) {
    Units read = read_everything();
    changes = changes_between(known_, read);
    known_ = std::move(read);
  }
  settle(moment);
  return std::move(*changes);
}

}  // namespace provision::postgresql
