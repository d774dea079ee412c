#include "provision/ops/ledger.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/text.h"

namespace provision {
namespace {

Error changed_meanwhile(const std::string& table) {
  return refused(fmt::format("table '{}' is not what it was when this run began", table),
                 "the revision, or another tool at the same time, changed it");
}

}  // namespace

std::string LedgerSql::creation(const DatabaseSpec& spec) const {
  return table_ == nullptr ? state_.creation(spec, false)
                           : creation_of(*table_, table_name(), dialect_);
}

const std::string& LedgerSql::table_name() const {
  if (!graph_.version_table().is_known_to_python) return name_;
  throw usage_error("env.py computes where the version table is, and Python could not be asked",
                    "say it: `version_table: schema.name` of the database in the environment file");
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
                            .name = table_name(),
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
  return read_version_rows(database_, sql_.table_name(), graph_).has_value();
}

VersionRows Ledger::rows() {
  const auto rows = read_version_rows(database_, sql_.table_name(), graph_);
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

void Ledger::must_be_the_only_record() {
  const std::string name(unwritten_table_of(graph_.layout()));
  if (name.empty() || is_foreign()) return;
  const size_t dot = name.find('.');
  const auto shape = dot == std::string::npos
                         ? database_.describe_table("", name)
                         : database_.describe_table(name.substr(0, dot), name.substr(dot + 1));
  if (!shape) return;
  const Rows rows = database_.query("SELECT count(*) FROM " + sql_name(shape->schema, shape->name));
  const std::string count = rows.rows.at(0).at(0).value_or("0");
  if (count == "0") return;
  throw usage_error(
      fmt::format("the database is {0}'s: table '{1}' has {2}, and {0} would not know of what "
                  "provision does",
                  graph_.layout(), name, counted(std::stoll(count), "row")),
      fmt::format("use {} on this one; `provision verify` and `provision drift` work without",
                  graph_.layout()));
}

void Ledger::ensure(const DatabaseSpec& spec) {
  must_be_the_only_record();
  if (!is_foreign() || has_state()) state_.ensure(spec);
  has_state_ = !is_foreign() || has_state();
  if (!is_foreign() || exists()) return;
  Transaction transaction(database_);
  database_.execute(sql_.creation(spec));
  transaction.commit();
}

void Ledger::make(const DatabaseSpec& spec) {
  must_be_the_only_record();
  if (exists()) return;
  database_.execute(sql_.creation(spec));
  has_state_.reset();
}

void Ledger::must_be_whole() {
  if (!is_foreign()) return;
  const VersionRows rows = this->rows();
  if (!rows.dirty) return;
  throw usage_error(
      fmt::format("table '{}' says that version '{}' was left half way", sql_.table_name(),
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
  throw changed_meanwhile(sql_.table_name());
}

void Ledger::record(const Revision& revision, Direction direction,
                    std::optional<std::int64_t> milliseconds, std::optional<size_t> expected) {
  if (!is_foreign()) return state_.record(revision, direction, milliseconds, expected);
  const VersionRows before = rows();
  RevisionSet after = before.known;
  const bool is_news =
      direction == Direction::up ? after.insert(revision.id).second : after.erase(revision.id) > 0;
  if (!is_news) {
    throw refused(fmt::format("table '{}' says that revision '{}' is {}", sql_.table_name(),
                              revision.id, direction == Direction::up ? "applied" : "not applied"),
                  "another tool changed it after this run began");
  }
  if (expected && after.size() != *expected) throw changed_meanwhile(sql_.table_name());
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
