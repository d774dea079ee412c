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
  const std::string name = fmt::format("query_{}", query);
  if (prepared_.contains(own_name_ + name)) return own_name_ + name;
  return prepared({name, "oid[]",
                   rendered(catalog_queries()[query], connection_.facts().version, scope_, true)});
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
