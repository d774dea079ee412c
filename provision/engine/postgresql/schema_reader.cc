#include "provision/engine/postgresql/schema_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "provision/base/error.h"
#include "provision/engine/postgresql/database.h"
#include "provision/engine/postgresql/equivalent.h"
#include "provision/engine/postgresql/read_transaction.h"

namespace provision::postgresql {
std::string PostgresqlSchemaReader::next_name() {
  static std::atomic<int> readers = 0;
  return fmt::format("provision_{}_", ++readers);
}

PostgresqlSchemaReader::PostgresqlSchemaReader(Connection& connection, const bool& is_open,
                                               SchemaScope scope)
    : connection_(connection), is_open_(is_open), scope_(std::move(scope)), own_name_(next_name()) {
  left_out_.tables.insert(scope_.left_out.begin(), scope_.left_out.end());
}

void PostgresqlSchemaReader::learn_left_out() {
  left_out_.members.clear();
  connection_.read(
      "SELECT classid, objid FROM pg_depend WHERE refclassid = 3079 AND deptype = 'e'",
      [this](const std::vector<std::string>&, const RowView& row) {
        left_out_.members.insert({static_cast<Oid>(std::stoul(std::string(row[0].value()))),
                                  static_cast<Oid>(std::stoul(std::string(row[1].value())))});
      });
}

Units PostgresqlSchemaReader::read_everything() {
  learn_left_out();
  CatalogRows rows(left_out_);
  for (const CatalogQuery& query : catalog_queries()) {
    rows.read(connection_, query, rendered(query, connection_.facts().version, scope_, false));
  }
  return rows.finished();
}

std::vector<NotCompared> PostgresqlSchemaReader::count_uncovered() {
  std::vector<NotCompared> found;
  connection_.read(uncovered_query(connection_.facts().version),
                   [&](const std::vector<std::string>&, const RowView& row) {
                     const std::int64_t count = std::stoll(std::string(row[1].value()));
                     if (count > 0) found.push_back({std::string(row[0].value()), count});
                   });
  return found;
}

ReadTransaction PostgresqlSchemaReader::look() {
  const RowReader reader = [this](const std::vector<std::string>&, const RowView& row) {
    now_.add(row);
  };
  now_ = {};
  const int version = connection_.facts().version;
  // No transaction has so low an id.
  const std::int64_t last = std::max<std::int64_t>(last_.transaction, 3);
  if (!is_open_) return {connection_, is_open_, probe_query(version, last), reader};
  const Prepared statement = look_query(version);
  return {connection_, is_open_,
          fmt::format("{}EXECUTE {}{}({}, {}, {})", preparation(statement), own_name_,
                      statement.name, last, last_.horizon, last_.newest),
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

SchemaSnapshot PostgresqlSchemaReader::snapshot() {
  SchemaSnapshot snapshot;
  snapshot.engine = "postgresql";
  const std::string& product = connection_.facts().product;
  snapshot.version = product.substr(product.find(' ') + 1);
  ReadTransaction moment = look();
  moment.expect_everything();
  known_ = read_everything();
  snapshot.not_compared = count_uncovered();
  settle(moment);
  for (const auto& [unused, unit] : known_) {
    snapshot.objects.insert(snapshot.objects.end(), unit.objects.begin(), unit.objects.end());
  }
  std::sort(snapshot.objects.begin(), snapshot.objects.end(),
            [](const SchemaObject& a, const SchemaObject& b) { return a.id < b.id; });
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
