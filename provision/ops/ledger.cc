#include "provision/ops/ledger.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"

namespace provision {
namespace {

Error changed_meanwhile(const VersionTable& table) {
  return refused(fmt::format("table '{}' is not what it was when this run began", table.name),
                 "the revision, or another tool at the same time, changed it");
}

}  // namespace

std::string LedgerSql::creation(const DatabaseSpec& spec) const {
  return table_ == nullptr ? state_.creation(spec, false) : creation_of(*table_, dialect_);
}

std::string LedgerSql::record(const RevisionSet& applied, const Revision& revision,
                              Direction direction, std::optional<std::int64_t> milliseconds) const {
  if (table_ == nullptr) return state_.record(revision, direction, milliseconds);
  RevisionSet after = applied;
  if (direction == Direction::up) {
    after.insert(revision.id);
  } else {
    after.erase(revision.id);
  }
  std::string sql = sql_of({.table = *table_,
                            .name = std::string(table_->name),
                            .before = versions_of(*table_, graph_, applied),
                            .after = std::move(after),
                            .milliseconds = milliseconds},
                           graph_, dialect_);
  while (sql.ends_with('\n') || sql.ends_with(';')) sql.pop_back();
  return sql;
}

Ledger::Ledger(Database& database, const RevisionGraph& graph)
    : database_(database), graph_(graph), state_(database), sql_(database.dialect(), graph) {}

bool Ledger::has_state() {
  if (!has_state_) has_state_ = state_.exists();
  return *has_state_;
}

bool Ledger::exists() {
  if (!is_foreign()) return has_state();
  return database_.describe_table("", sql_.table()->name).has_value();
}

VersionRows Ledger::rows() {
  const auto rows = read_version_rows(database_, sql_.table()->name, graph_);
  return rows ? *rows : VersionRows{};
}

std::vector<AppliedRevision> Ledger::applied() {
  if (!is_foreign()) return state_.applied();
  const VersionRows rows = this->rows();
  std::vector<AppliedRevision> applied;
  for (const std::string& id : rows.known) {
    applied.push_back({.id = id, .checksum = {}, .message = graph_.at(id).message});
  }
  for (const std::string& id : rows.unknown) applied.push_back({.id = id});
  std::sort(applied.begin(), applied.end(),
            [](const AppliedRevision& a, const AppliedRevision& b) { return a.id < b.id; });
  return applied;
}

std::optional<InterruptedRevision> Ledger::interrupted() {
  return has_state() ? state_.interrupted() : std::nullopt;
}

void Ledger::ensure(const DatabaseSpec& spec) {
  if (!is_foreign() || has_state()) state_.ensure(spec);
  has_state_ = !is_foreign() || has_state();
  if (!is_foreign() || exists()) return;
  Transaction transaction(database_);
  database_.execute(sql_.creation(spec));
  transaction.commit();
}

void Ledger::make(const DatabaseSpec& spec) {
  if (exists()) return;
  database_.execute(sql_.creation(spec));
  has_state_.reset();
}

void Ledger::must_be_whole() {
  if (!is_foreign()) return;
  const VersionRows rows = this->rows();
  if (!rows.dirty) return;
  throw usage_error(
      fmt::format("table '{}' says that version '{}' was left half way", sql_.table()->name,
                  *rows.dirty),
      "mend what it left, then say with `provision stamp REVISION` where the database is");
}

void Ledger::replace(const VersionRows& before, const RevisionSet& after,
                     std::optional<std::int64_t> milliseconds) {
  const VersionTable& table = *sql_.table();
  const std::string sql = sql_of({.table = table,
                                  .name = before.table,
                                  .before = before.versions,
                                  .after = after,
                                  .milliseconds = milliseconds},
                                 graph_, database_.dialect());
  if (!sql.empty()) database_.execute(sql);
  std::vector<std::string> wanted = versions_of(table, graph_, after);
  std::vector<std::string> found = rows().versions;
  std::sort(wanted.begin(), wanted.end());
  std::sort(found.begin(), found.end());
  if (wanted == found) return;
  throw changed_meanwhile(table);
}

void Ledger::record(const Revision& revision, Direction direction,
                    std::optional<std::int64_t> milliseconds, std::optional<size_t> expected) {
  if (!is_foreign()) return state_.record(revision, direction, milliseconds, expected);
  const VersionRows before = rows();
  RevisionSet after = before.known;
  const bool is_news =
      direction == Direction::up ? after.insert(revision.id).second : after.erase(revision.id) > 0;
  if (!is_news) {
    throw refused(fmt::format("table '{}' says that revision '{}' is {}", sql_.table()->name,
                              revision.id, direction == Direction::up ? "applied" : "not applied"),
                  "another tool changed it after this run began");
  }
  if (expected && after.size() != *expected) throw changed_meanwhile(*sql_.table());
  replace(before, after, milliseconds);
  if (has_state()) state_.record_done(revision, direction, milliseconds);
}

void Ledger::record_started(const Revision& revision, Direction direction, size_t statement) {
  if (has_state()) state_.record_started(revision, direction, statement);
}

void Ledger::record_ran(const Revision& revision, Direction direction, size_t statement,
                        const std::string& text) {
  if (has_state()) state_.record_ran(revision, direction, statement, text);
}

void Ledger::stamp(const RevisionSet& after) {
  VersionRows before = rows();
  if (before.dirty) {
    // A row that says so is written anew, whatever its version.
    database_.execute("DELETE FROM " + before.table);
    before.versions.clear();
  }
  replace(before, after, std::nullopt);
}

}  // namespace provision
