#include "provision/engine/postgresql/schema_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/engine/postgresql/database.h"
#include "provision/engine/postgresql/equivalent.h"
#include "provision/engine/postgresql/read_transaction.h"
#include "provision/model/schema_difference.h"

namespace provision::postgresql {
namespace {

// Each waits for a lock as long as a read transaction may (a second).
constexpr int kAttempts = 6;

/// True if `error` is of what others do to the schema at the same time, and another look may find
/// it at rest: a lock is not granted in time, or something is gone before it is written out.
bool is_of_the_moment(const Error& error) {
  constexpr std::array<std::string_view, 9> kCodes = {"55P03", "40P01", "40001", "XX000", "42P01",
                                                      "42703", "42704", "42883", "3F000"};
  return std::find(kCodes.begin(), kCodes.end(), error.code()) != kCodes.end();
}

/// The server writes nothing for the definition of what is gone since the rows were read.
void throw_if_any_is_gone(const Units& units) {
  for (const auto& [unused, unit] : units) {
    for (const SchemaObject& object : unit.objects) {
      const ObjectKind kind = object.id.kind;
      const bool has_definition =
          kind == ObjectKind::view || kind == ObjectKind::trigger || kind == ObjectKind::rule ||
          kind == ObjectKind::index || kind == ObjectKind::materialized_view ||
          (kind >= ObjectKind::primary_key && kind <= ObjectKind::foreign_key);
      if (!has_definition || !object.field("definition").empty()) continue;
      if (!object.field(kNotRead).empty()) continue;
      throw refused(fmt::format("{} changed while it was read", to_string(object.id)))
          .with_code("XX000");
    }
  }
}

/// Says with the snapshot what could not be read of its objects.
void name_unread(SchemaSnapshot& snapshot) {
  std::map<std::string, std::int64_t> unread;
  for (const SchemaObject& object : snapshot.objects) {
    const std::string_view why = object.field(kNotRead);
    if (why == "locked") {
      ++unread["definition of " + to_string(object.id) + ", locked by another session"];
    } else if (!why.empty()) {
      ++unread[std::string(why)];
    }
  }
  for (const auto& [what, count] : unread) snapshot.not_compared.push_back({what, count});
}

}  // namespace

std::string PostgresqlSchemaReader::next_name() {
  static std::atomic<int> readers = 0;
  return fmt::format("provision_{}_", ++readers);
}

PostgresqlSchemaReader::PostgresqlSchemaReader(Connection& connection, const bool& is_open,
                                               SchemaScope scope)
    : connection_(connection),
      is_open_(is_open),
      scope_(std::move(scope)),
      probe_{"probe", "bigint", probe_query(connection.facts().version, "$1")},
      own_name_(next_name()) {
  left_out_.tables.insert(scope_.left_out.begin(), scope_.left_out.end());
}

CatalogRows::Step PostgresqlSchemaReader::members_step() {
  left_out_.members.clear();
  const RowReader learn = [this](const std::vector<std::string>&, const RowView& row) {
    left_out_.members.insert({static_cast<Oid>(std::stoul(std::string(row[0].value()))),
                              static_cast<Oid>(std::stoul(std::string(row[1].value())))});
  };
  return {"SELECT classid, objid FROM pg_depend WHERE refclassid = 3079 AND deptype = 'e'", nullptr,
          false, learn};
}

CatalogRows::Step PostgresqlSchemaReader::uncovered_step() {
  not_compared_.clear();
  const RowReader count = [this](const std::vector<std::string>&, const RowView& row) {
    const std::int64_t found = std::stoll(std::string(row[1].value()));
    if (found > 0) not_compared_.push_back({std::string(row[0].value()), found});
  };
  return {uncovered_query(connection_.facts().version), nullptr, false, count};
}

Survey PostgresqlSchemaReader::survey(bool is_contended) {
  Survey survey;
  connection_.read(survey_query(is_contended),
                   [&](const std::vector<std::string>&, const RowView& row) {
                     survey.batches = std::stoi(std::string(row[0].value()));
                     survey.locked = row[1].value();
                     for (const std::string& oid : split_list(row[2].value(), ' ')) {
                       survey.unused.insert(static_cast<Oid>(std::stoul(oid)));
                     }
                   });
  return survey;
}

Units PostgresqlSchemaReader::read_everything(const Survey& survey) {
  CatalogRows rows(left_out_);
  std::vector<CatalogRows::Step> steps = {members_step()};
  for (const CatalogQuery& query : catalog_queries()) {
    if (survey.unused.contains(query.catalog)) continue;
    for (QueryPart& part : parts_of(query, connection_.facts().version, scope_, survey)) {
      if (part.keeps_locks) steps.push_back({"SAVEPOINT provision_batch"});
      steps.push_back({std::move(part.sql), &query, part.is_locked});
      if (!part.keeps_locks) continue;
      steps.push_back({"ROLLBACK TO provision_batch"});
      steps.push_back({"RELEASE provision_batch"});
    }
  }
  steps.push_back(uncovered_step());
  if (!is_open_) {
    steps.push_back({"SELECT pg_current_xact_id_if_assigned()", nullptr, false,
                     [](const std::vector<std::string>&, const RowView& row) {
                       if (row[0]) throw internal_error("reading the schema was taken for writing");
                     }});
  }
  rows.read(connection_, steps);
  return rows.finished();
}

ReadTransaction PostgresqlSchemaReader::look() {
  const RowReader reader = [this](const std::vector<std::string>&, const RowView& row) {
    now_.add(row);
  };
  now_ = {};
  // No transaction has so low an id.
  const std::int64_t last = std::max<std::int64_t>(last_.transaction, 3);
  if (!is_open_) {
    return {connection_, is_open_, probe_query(connection_.facts().version, std::to_string(last)),
            reader};
  }
  return {connection_, is_open_,
          fmt::format("{}EXECUTE {}{}({})", preparation(probe_), own_name_, probe_.name, last),
          reader};
}

std::string PostgresqlSchemaReader::mark(int look) const {
  return own_name_ + std::to_string(look);
}

void PostgresqlSchemaReader::settle(ReadTransaction& moment) {
  is_known_ = true;
  last_ = std::move(now_);
  ++looks_;
  if (!moment.has_ended()) moment.end(mark_query(mark(looks_)));
}

void PostgresqlSchemaReader::read_once(bool is_contended) {
  ReadTransaction moment = look();
  moment.expect_everything();
  known_ = read_everything(survey(is_contended));
  throw_if_any_is_gone(known_);
  settle(moment);
}

void PostgresqlSchemaReader::read_patiently() {
  for (int attempt = 1;; ++attempt) {
    try {
      read_once(attempt > 1);
      return;
    } catch (const Error& error) {
      if (attempt == kAttempts || !is_of_the_moment(error)) throw;
    }
  }
}

SchemaSnapshot PostgresqlSchemaReader::snapshot() {
  read_patiently();
  SchemaSnapshot snapshot;
  for (const auto& [unused, unit] : known_) {
    snapshot.objects.insert(snapshot.objects.end(), unit.objects.begin(), unit.objects.end());
  }
  return completed(std::move(snapshot));
}

SchemaSnapshot PostgresqlSchemaReader::only_snapshot() {
  read_patiently();
  SchemaSnapshot snapshot;
  size_t count = 0;
  for (const auto& [unused, unit] : known_) count += unit.objects.size();
  snapshot.objects.reserve(count);
  for (auto& [unused, unit] : known_) {
    std::move(unit.objects.begin(), unit.objects.end(), std::back_inserter(snapshot.objects));
  }
  known_.clear();
  is_known_ = false;
  return completed(std::move(snapshot));
}

SchemaSnapshot PostgresqlSchemaReader::completed(SchemaSnapshot snapshot) const {
  snapshot.engine = "postgresql";
  const std::string& product = connection_.facts().product;
  snapshot.version = product.substr(product.find(' ') + 1);
  std::sort(snapshot.objects.begin(), snapshot.objects.end(),
            [](const SchemaObject& a, const SchemaObject& b) { return a.id < b.id; });
  snapshot.not_compared = not_compared_;
  name_unread(snapshot);
  return snapshot;
}

bool PostgresqlSchemaReader::equivalent(const SchemaObject& one, const SchemaObject& other) {
  const std::string_view begin = is_open_ ? "SAVEPOINT provision_equivalent" : "BEGIN";
  const std::string_view end = is_open_ ? "ROLLBACK TO provision_equivalent; "
                                          "RELEASE provision_equivalent"
                                        : "ROLLBACK";
  connection_.execute(begin);
  bool same = false;
  try {
    connection_.execute(settings_query());
    same = is_written_alike(connection_, one, other);
  } catch (const Error& error) {
    // What cannot be read back here is not known to be the same.
    if (error.kind() != ErrorKind::refused) throw;
  }
  connection_.execute(end);
  return same;
}

std::unique_ptr<SchemaReader> PostgresqlDatabase::schema_reader(const SchemaScope& scope) {
  return std::make_unique<PostgresqlSchemaReader>(connection_, in_transaction_, scope);
}

}  // namespace provision::postgresql
