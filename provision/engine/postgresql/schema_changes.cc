// What changed since the last look: whether the session can tell, and what it tells.
#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/engine/postgresql/schema_reader.h"

namespace provision::postgresql {
namespace {

constexpr int kFirstWithPromptCounts = 150'000;

}  // namespace

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
    return now_.mark == mark(looks_);
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

/// What prepares `statement`, and plans it; empty if that was done before.
std::string PostgresqlSchemaReader::preparation(const Prepared& statement) {
  const std::string name = own_name_ + statement.name;
  if (!prepared_.insert(name).second) return {};
  std::string sql =
      fmt::format("PREPARE {} ({}) AS {};", name, statement.parameters, statement.sql);
  if (!statement.sample.empty()) {
    sql += fmt::format(
        "SET LOCAL enable_seqscan = on; EXPLAIN EXECUTE {}({}); SET LOCAL enable_seqscan = off;",
        name, statement.sample);
  }
  return sql;
}

std::string PostgresqlSchemaReader::prepared(const Prepared& statement) {
  const std::string sql = preparation(statement);
  if (!sql.empty()) connection_.execute(sql);
  return own_name_ + statement.name;
}

std::string PostgresqlSchemaReader::prepared(size_t query) {
  const std::string name = fmt::format("query_{}_{}", query, now_.traits.key());
  if (prepared_.contains(own_name_ + name)) return own_name_ + name;
  return prepared(
      {name, "oid[]",
       rendered(catalog_queries()[query], connection_.facts().version, scope_, true, now_.traits)});
}

/// Plans are as good as the sizes of catalogs were when they were made.
void PostgresqlSchemaReader::forget_old_plans() {
  if (known_.size() <= 2 * planned_for_ + 100) return;
  std::string all;
  for (const std::string& name : prepared_) all += "DEALLOCATE " + name + ";";
  prepared_.clear();
  if (!all.empty()) connection_.execute(all);
  planned_for_ = known_.size();
}

/// What a search for new rows of `catalog` takes.
std::string PostgresqlSchemaReader::search_parameters(Oid catalog) const {
  std::vector<Oid> locked;
  for (const Address& row : now_.locked) {
    if (row.catalog == catalog) locked.push_back(row.oid);
  }
  return fmt::format("'{{{}}}', {}, {}", fmt::join(locked, ","), last_.newest,
                     now_.transaction - last_.horizon);
}

/// Looks for what was written, in those catalogs that were: no count of another one has changed.
void PostgresqlSchemaReader::search() {
  std::vector<std::string> searches;
  const auto add = [&](const Prepared& search, const std::string& parameters) {
    searches.push_back(fmt::format("EXECUTE {}({})", prepared(search), parameters));
  };
  std::map<Oid, std::vector<Oid>> locked;
  for (const Address& row : now_.locked) locked[row.catalog].push_back(row.oid);
  if (locked.contains(kPgClass) || new_versions(kPgClass) > 0) {
    add(kWrittenRelations, search_parameters(kPgClass));
  }
  if (locked.contains(kPgType) || new_versions(kPgType) > 0) {
    add(kWrittenTypes, search_parameters(kPgType));
  }
  if (new_versions(kPgAttribute) > 0) {
    add(kNewAttributes, search_parameters(kPgClass));
    if (locked.contains(kPgClass)) {
      add(kMentions, fmt::format("'{{{}}}'", fmt::join(locked[kPgClass], ",")));
    }
  }
  if (is_changed(kPgDepend)) add(kMembers, std::to_string(now_.transaction - last_.horizon));
  std::vector<Oid> catalogs;
  std::vector<Oid> oids;
  for (const Address& row : now_.locked) {
    if (row.catalog == kPgClass || row.catalog == kPgType) continue;
    catalogs.push_back(row.catalog);
    oids.push_back(row.oid);
  }
  if (!oids.empty()) {
    add(kUnitsOf,
        fmt::format("'{{{}}}', '{{{}}}'", fmt::join(catalogs, ","), fmt::join(oids, ",")));
  }
  take_rows_of(searches);
  add_gone();
  search_whole_catalogs();
}

/// Takes those that are locked and no more there, and what mentions a table with a new column: it
/// may be written out differently.
void PostgresqlSchemaReader::add_gone() {
  std::set<Address> left = now_.locked;
  for (const WrittenRow& row : now_.written) left.erase({row.catalog, row.oid});
  for (const Address& row : left) {
    now_.written.push_back({.catalog = row.catalog, .oid = row.oid, .unit_catalog = row.catalog});
  }
  std::set<Oid> widened;
  for (const WrittenAttribute& attribute : now_.attributes) {
    if (attribute.number > 0) widened.insert(attribute.relation);
  }
  for (const auto& [row, mentioned] : now_.mentions) {
    if (widened.contains(mentioned)) now_.written.push_back(row);
  }
}

/// Where the transaction wrote as many rows among those that are locked, or have a new id, as it
/// wrote at all, no others are looked for. One that it wrote twice is looked for in vain.
void PostgresqlSchemaReader::search_whole_catalogs() {
  std::vector<std::string> scans;
  for (const auto& [catalog, unused] : now_.writes) {
    // What the transaction wrote before the last look explains nothing that it wrote since.
    const bool is_next = now_.transaction != last_.transaction;
    if (new_versions(catalog) <= (is_next ? now_.explained[catalog] : 0)) continue;
    if (const std::optional<Prepared> scan = scan_of(catalog)) {
      scans.push_back(
          fmt::format("EXECUTE {}({})", prepared(*scan), now_.transaction - last_.horizon));
    }
  }
  take_rows_of(scans);
}

void PostgresqlSchemaReader::take_rows_of(const std::vector<std::string>& searches) {
  if (searches.empty()) return;
  connection_.read(searches, [this](size_t, const std::vector<std::string>&, const RowView& row) {
    now_.add(row);
  });
}

std::optional<SchemaChanges> PostgresqlSchemaReader::told_changes(ReadTransaction& moment) {
  if (now_.writes == last_.writes && connection_.facts().version >= kFirstWithPromptCounts) {
    return SchemaChanges();
  }
  if (now_.transaction == 0) return std::nullopt;
  const bool is_searched =
      std::all_of(now_.writes.begin(), now_.writes.end(), [this](const auto& entry) {
        return new_versions(entry.first) == 0 || now_.searched.contains(entry.first);
      });
  if (!is_searched) return std::nullopt;
  forget_old_plans();
  search();
  Dirty dirty;
  if (!add_written(dirty)) return std::nullopt;
  add_wholes(dirty);
  Units read;
  if (!read_wholes(dirty.wholes, dirty, read)) return std::nullopt;
  read_units(dirty, moment, read);
  const std::string otherwise = renamed(dirty, read);
  if (!otherwise.empty() && !read_dependents(otherwise, dirty, read)) return std::nullopt;
  return replace(known_, dirty.units, std::move(read));
}

SchemaChanges PostgresqlSchemaReader::tell_changes() {
  {
    ReadTransaction moment = look();
    std::optional<SchemaChanges> changes;
    if (can_tell()) changes = told_changes(moment);
    if (changes) {
      settle(moment);
      return std::move(*changes);
    }
  }
  ReadTransaction moment = look();
  moment.expect_everything();
  Units read = read_everything();
  SchemaChanges changes = changes_between(known_, read);
  known_ = std::move(read);
  settle(moment);
  return changes;
}

SchemaChanges PostgresqlSchemaReader::changes() {
  try {
    return tell_changes();
  } catch (const Error& error) {
    constexpr std::string_view kNoSuchStatement = "26000";
    if (error.code() != kNoSuchStatement) throw;
  }
  // The session was made to forget some of them.
  own_name_ = next_name();
  prepared_.clear();
  return tell_changes();
}

std::vector<TouchedTable> PostgresqlSchemaReader::touched() const {
  std::vector<TouchedTable> tables;
  for (const TouchedRelation& relation : last_.touched) {
    const auto unit = known_.find({kPgClass, relation.oid});
    if (unit == known_.end()) continue;
    const SchemaObject* table = whole(unit->second);
    if (table == nullptr || table->id.kind != ObjectKind::table) continue;
    tables.push_back({table->id.schema + "." + table->id.name, relation.wrote});
  }
  return tables;
}

}  // namespace provision::postgresql
