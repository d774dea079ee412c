#include "provision/engine/postgresql/written.h"

#include <algorithm>

namespace provision::postgresql {
namespace {

// Each answer is followed by a savepoint: a later TRUNCATE then zeroes only what came after that,
// and gives the table another file, which within one savepoint only the first one does.
constexpr std::string_view kSavepoint = "SAVEPOINT provision_written;";

constexpr std::string_view kCounters =
    "SELECT s.relid, pg_catalog.format('%I.%I', s.schemaname, s.relname), s.n_tup_ins + "
    "s.n_tup_upd + s.n_tup_del, "
    "c.relfilenode FROM pg_catalog.pg_stat_xact_user_tables s "
    "JOIN pg_catalog.pg_class c ON c.oid = s.relid "
    "WHERE c.relpersistence <> 't' ORDER BY 2";

}  // namespace

void WrittenRows::begin() {
  seen_.clear();
  truncated_.clear();
}

Database::Written WrittenRows::ask(Connection& connection, std::string_view preamble,
                                   bool in_transaction) {
  std::string sql(preamble);
  if (in_transaction) sql += kSavepoint;
  sql += kCounters;
  Database::Written written;
  std::map<std::string, Seen> now;
  for (const Row& row : connection.query(sql).rows) {
    const std::string id = row[0].value_or("");
    const Seen found{std::stoll(row[2].value_or("0")), row[3].value_or("")};
    const auto before = seen_.find(id);
    total_ +=
        std::max<std::int64_t>(found.rows - (before == seen_.end() ? 0 : before->second.rows), 0);
    if (before != seen_.end() && before->second.file != found.file) {
      ++total_;
      truncated_.insert(id);
    }
    if (found.rows > 0 || truncated_.count(id) > 0) written.tables.push_back(row[1].value_or(""));
    now.emplace(id, found);
  }
  seen_ = std::move(now);
  written.rows = total_;
  return written;
}

}  // namespace provision::postgresql
