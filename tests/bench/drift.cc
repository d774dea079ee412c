// Two schemas read and compared: against a client that has the server write out all their
// definitions, both at once, and compares nothing.
#include <fmt/format.h>

#include <memory>

#include "tests/bench/bench.h"
#include "tests/bench/project.h"

namespace provision::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kPostgresqlLimit = 1.2;
constexpr double kSqliteLimit = 2;
constexpr double kGrowthLimit = 1.2;  // linear, but for caches that get too small

// The definitions as text, free of object ids.
constexpr std::string_view kPostgresqlCatalog = R"(
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = pg_catalog;
COPY (SELECT n.nspname, c.relname, c.relkind, c.relpersistence, c.relrowsecurity, c.reloptions,
    c.relacl, pg_get_userbyid(c.relowner)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid >= 16384 AND c.relkind NOT IN ('t', 'i', 'I')) TO STDOUT;
COPY (SELECT n.nspname, c.relname, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum),
    a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
    a.attcollation, a.attstorage, a.attoptions, a.attacl, pg_get_expr(d.adbin, d.adrelid)
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE c.oid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v')) TO STDOUT;
COPY (SELECT conrelid::regclass, conname, contype, condeferrable, condeferred, convalidated,
    pg_get_constraintdef(oid) FROM pg_constraint WHERE oid >= 16384 AND contype <> 't') TO STDOUT;
COPY (SELECT indrelid::regclass, indexrelid::regclass, indisvalid, pg_get_indexdef(indexrelid)
  FROM pg_index WHERE indexrelid >= 16384
    AND indrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r')) TO STDOUT;
COPY (SELECT oid::regclass, pg_get_viewdef(oid) FROM pg_class
  WHERE oid >= 16384 AND relkind = 'v') TO STDOUT;
COMMIT;
)";

constexpr std::string_view kSqliteCatalog = R"(
SELECT type, name, tbl_name, sql FROM sqlite_schema;
SELECT m.name, x.* FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) x WHERE m.type = 'table';
SELECT m.name, i.* FROM sqlite_schema m JOIN pragma_index_list(m.name) i WHERE m.type = 'table';
SELECT m.name, x.* FROM sqlite_schema m JOIN pragma_index_xinfo(m.name) x WHERE m.type = 'index';
SELECT m.name, f.* FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
WHERE m.type = 'table';
)";

/// Tables of ten columns with two indexes, a foreign key and a check each; every tenth has a view.
std::string schema_of(int tables) {
  std::string sql = "BEGIN;\n";
  for (int i = 1; i <= tables; ++i) {
    sql += fmt::format(
        "CREATE TABLE t{0} (id bigint PRIMARY KEY, name varchar(80) NOT NULL, "
        "status text NOT NULL DEFAULT 'new', amount_{0} numeric(12,2) NOT NULL DEFAULT 0 "
        "CONSTRAINT t{0}_amount CHECK (amount_{0} >= 0), "
        "parent_id bigint CONSTRAINT t{0}_parent REFERENCES t{1} (id), "
        "active boolean NOT NULL DEFAULT true, "
        "created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, quantity integer DEFAULT 0, "
        "note text, ref_{0} varchar(40));\n"
        "CREATE INDEX t{0}_by_name ON t{0} (name, created_at);\n"
        "CREATE INDEX t{0}_by_ref ON t{0} (ref_{0}) WHERE ref_{0} IS NOT NULL;\n",
        i, std::max(1, i - 1));
    if (i % 10 == 0) {
      sql +=
          fmt::format("CREATE VIEW v{0} AS SELECT id, name, status FROM t{0} WHERE active;\n", i);
    }
  }
  return sql + "COMMIT;\n";
}

/// `program` as a shell has it; nothing in it has a quote.
std::string quoted(const Program& program) {
  return fmt::format("'{}' <'{}'", fmt::join(program.words, "' '"), program.input.string());
}

/// A shell that runs both at once and fails if one does.
Program at_once(const Program& left, const Program& right) {
  const std::string one = quoted(left);
  const std::string other = quoted(right);
  return {{"sh", "-c", fmt::format("{} >/dev/null & {} >/dev/null && wait $!", one, other)}};
}

/// Two equal databases on one server.
class PostgresqlPair {
 public:
  explicit PostgresqlPair(int tables) {
    write_text(schema(), schema_of(tables));
    write_text(catalog(), std::string(kPostgresqlCatalog));
    server_.make_anew("bench_left");
    timed(server_.psql("bench_left", {"-f", schema()}));
    timed(server_.psql("bench_left", {"-c", "ANALYZE"}));
    server_.make_anew("bench_right", "bench_left");
  }

  Program drift() const {
    return folder_.provision({"drift", server_.url("bench_left"), server_.url("bench_right")});
  }
  Program floor() const {
    const auto reading = [this](const std::string& database) {
      return server_.psql(database, {"-f", catalog()});
    };
    return at_once(reading("bench_left"), reading("bench_right"));
  }

 private:
  fs::path schema() const { return folder_.path() / "schema.sql"; }
  fs::path catalog() const { return folder_.path() / "catalog.sql"; }

  Project folder_;
  PostgresqlServer server_;
};

/// Two equal SQLite files.
class SqlitePair {
 public:
  explicit SqlitePair(int tables) {
    write_text(folder_.path() / "schema.sql", schema_of(tables));
    write_text(catalog(), std::string(kSqliteCatalog));
    timed({{"sqlite3", "-bail", left()}, folder_.path() / "schema.sql"});
    fs::copy_file(left(), right());
  }

  Program drift() const {
    return folder_.provision({"drift", "sqlite:" + left().string(), "sqlite:" + right().string()});
  }
  Program floor() const {
    const auto reading = [this](const fs::path& file) {
      return Program{{"sqlite3", "-bail", file}, catalog()};
    };
    return at_once(reading(left()), reading(right()));
  }

 private:
  fs::path left() const { return folder_.path() / "left.db"; }
  fs::path right() const { return folder_.path() / "right.db"; }
  fs::path catalog() const { return folder_.path() / "catalog.sql"; }

  Project folder_;
};

template <typename Pair>
void against_floor(const std::string& name, int tables, int turns, double limit) {
  register_contest(fmt::format("drift/{}/{}", tables, name), turns,
                   [tables, limit](benchmark::State& state) {
                     const Pair pair(tables);
                     contest(state, {.program = pair.drift()}, {.program = pair.floor()}, limit);
                   });
}

}  // namespace

void register_drift() {
  against_floor<PostgresqlPair>("postgresql", 1'000, 11, kPostgresqlLimit);
  against_floor<PostgresqlPair>("postgresql", 10'000, 3, kPostgresqlLimit);
  against_floor<SqlitePair>("sqlite", 1'000, 11, kSqliteLimit);
  // SQLite itself looks names up in lists whose length grows with the schema.
  register_contest("drift/growth/postgresql", 3, [](benchmark::State& state) {
    const PostgresqlPair large(10'000);
    const PostgresqlPair small(1'000);
    contest(state, {.program = large.drift()}, {.program = small.drift()}, kGrowthLimit, 10);
  });
}

}  // namespace provision::bench
