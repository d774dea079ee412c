#include "provision/ops/seed_script.h"

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/hash.h"
#include "provision/base/text.h"

namespace provision {
namespace {

/// SHA-256 of the rows of `tables`, named in SQL, whatever order they come in.
std::string digest_of(Database& database, const std::vector<std::string>& tables) {
  std::string all;
  for (const std::string& table : tables) {
    std::vector<std::string> rows;
    for (const Row& row : database.query("SELECT * FROM " + table).rows) {
      std::string text;
      for (const auto& value : row) text += value ? "=" + *value + "\x1f" : "-\x1f";
      rows.push_back(std::move(text));
    }
    std::sort(rows.begin(), rows.end());
    all += table + "\x1e" + sha256(joined(rows, "\x1e"));
  }
  return sha256(all);
}

/// Runs a script as a session of its own would, and returns how many rows it wrote.
std::int64_t run_script(Engine& engine, Database& database, const SeedScript& script) {
  database.forget_temporary();
  const std::int64_t before = database.written().rows;
  try {
    for (const Statement& statement : engine.split(script.text)) {
      database.run_revision_statement(statement);
    }
  } catch (const Error& error) {
    throw error.at({script.place.file, std::max(error.place().line, 1)});
  }
  return database.written().rows - before;
}

/// Goes back to where it was made, unless kept.
class Savepoint {
 public:
  explicit Savepoint(Database& database) : database_(database) {
    database_.execute("SAVEPOINT provision_seed");
  }
  void go_back() { database_.execute("ROLLBACK TO provision_seed"); }
  void release() { database_.execute("RELEASE provision_seed"); }

 private:
  Database& database_;
};

}  // namespace

SeedCount apply_script(Engine& engine, Database& database, const SeedScript& script) {
  SeedCount count{.table = script.place.file};
  Savepoint savepoint(database);
  if (run_script(engine, database, script) == 0) {
    savepoint.release();
    return count;
  }
  const std::vector<std::string> tables = database.written().tables;
  savepoint.go_back();
  const std::string before = digest_of(database, tables);
  count.updated = run_script(engine, database, script);
  const std::string once = digest_of(database, tables);
  if (once == before) {
    savepoint.go_back();
    count.updated = 0;
  } else if (run_script(engine, database, script) > 0 && digest_of(database, tables) != once) {
    throw refused("the script changes the data again when it is run a second time",
                  "a seed must be idempotent: INSERT ... ON CONFLICT DO NOTHING, UPDATE ... WHERE")
        .at({script.place.file, 1});
  }
  savepoint.release();
  return count;
}

}  // namespace provision
