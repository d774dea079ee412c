#include "provision/project/engine_words.h"

#include <algorithm>
#include <array>

#include "provision/base/text.h"

namespace provision {
namespace {

struct Known {
  std::string_view word;
  std::string_view engine;
};
constexpr std::array kOurs = {
    Known{"postgresql", "postgresql"},
    Known{"postgres", "postgresql"},
    Known{"pgsql", "postgresql"},
    Known{"psql", "postgresql"},
    Known{"pg", "postgresql"},
    Known{"sqlite", "sqlite"},
    Known{"sqlite3", "sqlite"},
    Known{"all", ""},
    Known{"common", ""},
};
constexpr std::array<std::string_view, 21> kOthers = {
    "mysql", "mariadb",    "mssql",     "sqlserver", "oracle", "cockroach", "cockroachdb",
    "crdb",  "clickhouse", "snowflake", "redshift",  "h2",     "hsqldb",    "derby",
    "db2",   "spanner",    "yugabyte",  "tidb",      "sybase", "firebird",  "mongodb",
};

}  // namespace

EngineWord engine_word(std::string_view word) {
  const std::string small = lower(word);
  for (const Known& known : kOurs) {
    if (known.word == small) return {true, true, std::string(known.engine)};
  }
  const bool other = std::find(kOthers.begin(), kOthers.end(), small) != kOthers.end();
  return {other, false, {}};
}

std::optional<std::string> engine_of_word(std::string_view word, std::string_view engine) {
  const EngineWord known = engine_word(word);
  const bool wanted = engine.empty() || known.engine.empty() || known.engine == engine;
  if (!known.is_ours || !wanted) return std::nullopt;
  return known.engine;
}

}  // namespace provision
