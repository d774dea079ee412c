#include "provision/engine/postgresql/schema_reader.h"

#include <algorithm>
#include <array>

#include "provision/engine/postgresql/database.h"
#include "provision/engine/postgresql/read_transaction.h"

namespace provision::postgresql {
namespace {

constexpr std::array kFamilies = {&relation_queries, &constraint_queries, &program_queries,
                                  &routine_queries,  &type_queries,       &other_queries,
                                  &database_queries};

}  // namespace

PostgresqlSchemaReader::PostgresqlSchemaReader(Connection& connection, const bool& is_open,
                                               SchemaScope scope)
    : connection_(connection), is_open_(is_open), scope_(std::move(scope)) {
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
  for (const auto& family : kFamilies) {
    for (const CatalogQuery& query : family()) {
      rows.read(connection_, query, rendered(query, connection_.facts().version, scope_, false));
    }
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

SchemaSnapshot PostgresqlSchemaReader::snapshot() {
  SchemaSnapshot snapshot;
  snapshot.engine = "postgresql";
  const std::string& product = connection_.facts().product;
  snapshot.version = product.substr(product.find(' ') + 1);
  ReadTransaction moment(connection_, is_open_);
  known_ = read_everything();
  is_known_ = true;
  snapshot.not_compared = count_uncovered();
  moment.end();
  for (const auto& [unused, unit] : known_) {
    snapshot.objects.insert(snapshot.objects.end(), unit.objects.begin(), unit.objects.end());
  }
  std::sort(snapshot.objects.begin(), snapshot.objects.end(),
            [](const SchemaObject& a, const SchemaObject& b) { return a.id < b.id; });
  return snapshot;
}

SchemaChanges PostgresqlSchemaReader::changes() {
  ReadTransaction moment(connection_, is_open_);
  Units read = read_everything();
  moment.end();
  SchemaChanges changes = changes_between(known_, read);
  known_ = std::move(read);
  is_known_ = true;
  return changes;
}

bool PostgresqlSchemaReader::equivalent(const SchemaObject& /*one*/,
                                        const SchemaObject& /*other*/) {
  return false;
}

std::unique_ptr<SchemaReader> PostgresqlDatabase::schema_reader(const SchemaScope& scope) {
  return std::make_unique<PostgresqlSchemaReader>(connection_, in_transaction_, scope);
}

}  // namespace provision::postgresql
