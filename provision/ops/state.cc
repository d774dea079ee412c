#include "provision/ops/state.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/hash.h"
#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/ops/state_views.h"

namespace provision {
namespace {

std::optional<std::int64_t> number(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return std::stoll(*text);
}

}  // namespace

bool State::exists() {
  const std::string& prefix = database_.dialect().state_prefix;
  const size_t dot = prefix.find('.');
  const std::string schema = dot == std::string::npos ? "" : prefix.substr(0, dot);
  const std::string name = dot == std::string::npos ? sql_.table("applied") : "applied";
  return database_.table_exists(schema, name);
}

bool State::is_in_views() {
  const Rows rows = database_.query("SELECT * FROM " + sql_.table("identity"));
  return std::find(rows.columns.begin(), rows.columns.end(), "kept_in") != rows.columns.end();
}

void State::ensure(const DatabaseSpec& spec) {
  if (exists()) {
    const auto known = identity();
    if (known && known->format > kStateFormat) {
      throw usage_error(fmt::format("'{}' was last used by a newer provision", spec.label()),
                        "use that version; this one can only read it");
    }
    if (known && known->kind != name_of(spec.kind)) {
      throw usage_error(
          fmt::format("the database says that it is {} ('{}'), and '{}' is {}", known->kind,
                      known->environment, spec.environment, name_of(spec.kind)),
          "nothing was changed; is the URL right? `provision stamp --adopt` makes it this one's");
    }
    return;
  }
  Transaction transaction(database_);
  database_.execute(sql_.creation(spec, false));
  transaction.commit();
}

std::optional<Identity> State::identity() {
  if (!exists()) return std::nullopt;
  const Rows rows = database_.query(
      fmt::format("SELECT format, uuid, environment, kind, origin, {}, created_by FROM {}",
                  sql_.as_text("created_at"), sql_.table("identity")));
  if (rows.rows.empty()) return std::nullopt;
  const Row& row = rows.rows.front();
  return Identity{.format = std::stoi(row[0].value_or("0")),
                  .uuid = row[1].value_or(""),
                  .environment = row[2].value_or(""),
                  .kind = row[3].value_or(""),
                  .created = row[4] == "created",
                  .created_at = row[5].value_or(""),
                  .created_by = row[6].value_or("")};
}

std::vector<AppliedRevision> State::applied() {
  std::vector<AppliedRevision> result;
  if (!exists()) return result;
  for (const Row& row :
       database_
           .query(fmt::format(
               "SELECT revision, checksum, message, {}, milliseconds, applied_by FROM {}",
               sql_.as_text("applied_at"), sql_.table("applied")))
           .rows) {
    result.push_back({.id = *row[0],
                      .checksum = *row[1],
                      .message = *row[2],
                      .at = row[3].value_or(""),
                      .milliseconds = number(row[4]),
                      .by = *row[5]});
  }
  // In byte order, whatever the database's collation is.
  std::sort(result.begin(), result.end(),
            [](const AppliedRevision& a, const AppliedRevision& b) { return a.id < b.id; });
  return result;
}

std::optional<std::string> State::applied_source(std::string_view id) {
  const Rows rows = database_.query(fmt::format("SELECT source FROM {} WHERE revision = {}",
                                                sql_.table("applied"), sql_literal(id)));
  if (rows.rows.empty()) return std::nullopt;
  return rows.rows.front().front();
}

std::vector<HistoryEntry> State::history() {
  std::vector<HistoryEntry> result;
  if (!exists()) return result;
  for (const Row& row :
       database_
           .query(fmt::format("SELECT revision, direction, outcome, {}, milliseconds, done_by "
                              "FROM {} ORDER BY number",
                              sql_.as_text("at"), sql_.table("history")))
           .rows) {
    result.push_back({.revision = *row[0],
                      .direction = *row[1],
                      .outcome = *row[2],
                      .at = row[3].value_or(""),
                      .milliseconds = number(row[4]),
                      .by = *row[5]});
  }
  return result;
}

std::optional<InterruptedRevision> State::interrupted() {
  // Only rows after a revision's last finished piece of work can belong to one that is not.
  const Rows rows = database_.query(fmt::format(
      "SELECT revision, direction, outcome, checksum FROM {0} AS h WHERE outcome <> 'done' AND "
      "number > (SELECT coalesce(max(number), 0) FROM {0} AS d WHERE d.revision = h.revision AND "
      "d.outcome = 'done' AND d.direction <> 'accept') ORDER BY number",
      sql_.table("history")));
  if (rows.rows.empty()) return std::nullopt;
  InterruptedRevision result;
  for (const Row& row : rows.rows) {
    result.id = *row[0];
    result.direction = row[1] == "upgrade" ? Direction::up : Direction::down;
    result.in_doubt = row[2] == "started";
    if (!result.in_doubt) result.ran.push_back(*row[3]);
  }
  return result;
}

void State::record(const Revision& revision, Direction direction,
                   std::optional<std::int64_t> milliseconds, std::optional<size_t> expected) {
  const std::string sql = sql_.record(revision, direction, milliseconds);
  if (!expected) {
    database_.execute(sql);
    return;
  }
  const Rows rows = database_.query(sql + ";\nSELECT count(*) FROM " + sql_.table("applied"));
  if (rows.rows.at(0).at(0) == std::to_string(*expected)) return;
  throw refused("the record of applied revisions is not what it was when this run began",
                "the revision, or something else, changed provision's own tables");
}

void State::record_done(const Revision& revision, Direction direction,
                        std::optional<std::int64_t> milliseconds) {
  const std::string sum = checksum(revision);
  add_history({.revision = revision.id,
               .direction = word_of(direction),
               .outcome = "done",
               .checksum = sum,
               .milliseconds = milliseconds});
}

void State::add_history(const HistoryRow& row) { database_.execute(sql_.history(row)); }

void State::stamp(const Revision& revision) { database_.execute(sql_.stamp(revision)); }

void State::unstamp(std::string_view id) { database_.execute(sql_.unstamp(id)); }

void State::forget_interrupted(const InterruptedRevision& interrupted) {
  add_history({.revision = interrupted.id, .direction = "unstamp", .outcome = "done"});
}

void State::accept(const Revision& revision) { database_.execute(sql_.accept(revision)); }

void State::adopt(const DatabaseSpec& spec) {
  if (!is_in_views()) return database_.execute(sql_.adoption(spec));
  Identity adopted = *identity();
  adopted.environment = spec.environment;
  adopted.kind = name_of(spec.kind);
  adopted.created = false;
  database_.execute(StateViews(database_.dialect()).identity(adopted));
}

void State::take_over(const DatabaseSpec& spec) {
  if (!is_in_views()) return database_.execute(sql_.takeover(spec));
  database_.execute(StateViews(database_.dialect()).identity(new_identity(spec, true)));
}

void State::record_started(const Revision& revision, Direction direction, size_t statement) {
  add_history({.revision = revision.id,
               .direction = word_of(direction),
               .outcome = "started",
               .statement = statement});
}

void State::record_ran(const Revision& revision, Direction direction, size_t statement,
                       const std::string& text) {
  const std::string sum = sha256(text);
  add_history({.revision = revision.id,
               .direction = word_of(direction),
               .outcome = "ran",
               .statement = statement,
               .checksum = sum});
}

std::optional<std::string> State::seed_digest(std::string_view set) {
  const Rows rows = database_.query(fmt::format("SELECT digest FROM {} WHERE seed_set = {}",
                                                sql_.table("seeds"), sql_literal(set)));
  if (rows.rows.empty()) return std::nullopt;
  return rows.rows.front().front();
}

void State::record_seed(std::string_view set, std::string_view digest) {
  if (is_in_views()) {
    std::vector<SeedMark> seeds = {
        {std::string(set), std::string(digest), utc_now(), user_and_host()}};
    for (const Row& row : database_
                              .query(fmt::format("SELECT seed_set, digest, {}, applied_by FROM {}",
                                                 sql_.as_text("applied_at"), sql_.table("seeds")))
                              .rows) {
      if (*row[0] != set) seeds.push_back({*row[0], *row[1], *row[2], *row[3]});
    }
    return database_.execute(StateViews(database_.dialect()).seeds(seeds));
  }
  database_.execute(fmt::format(
      "INSERT INTO {0} VALUES ({1}, {2}, {3}, {4}) ON CONFLICT (seed_set) DO UPDATE SET "
      "digest = excluded.digest, applied_at = excluded.applied_at, "
      "applied_by = excluded.applied_by",
      sql_.table("seeds"), sql_literal(set), sql_literal(digest), sql_.now(),
      sql_literal(user_and_host())));
}

}  // namespace provision
