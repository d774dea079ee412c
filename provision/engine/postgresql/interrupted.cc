// What the catalog tells of a statement that was begun outside a transaction and never seen to end.
#include <algorithm>

#include "provision/base/text.h"
#include "provision/engine/postgresql/database.h"
#include "provision/engine/postgresql/lexer.h"

namespace provision::postgresql {
namespace {

using Evidence = Database::Evidence;

/// The tokens of a statement that are told apart here: upper-case words, and names as written.
class Reader {
 public:
  explicit Reader(std::string_view sql) : sql_(sql), lexer_(sql) { advance(); }

  bool accept(std::string_view keyword) {
    if (done_ || token_.kind != TokenKind::word || !is_keyword(text(), keyword)) return false;
    advance();
    return true;
  }
  bool accept_all(std::initializer_list<std::string_view> keywords) {
    return std::all_of(keywords.begin(), keywords.end(),
                       [&](std::string_view keyword) { return accept(keyword); });
  }
  /// A possibly qualified name as SQL; empty if there is none here.
  std::string name() {
    std::string sql;
    while (!done_ && (token_.kind == TokenKind::word || token_.kind == TokenKind::quoted)) {
      sql += sql_identifier(identifier_value(text()));
      advance();
      if (done_ || text() != ".") break;
      sql += ".";
      advance();
    }
    return sql;
  }
  /// The text of a plain string literal; empty if there is none here.
  std::string literal() {
    if (done_ || token_.kind != TokenKind::string) return {};
    std::string value(text());
    advance();
    return value;
  }
  bool ended() const { return done_; }

 private:
  std::string_view text() const { return token_.in(sql_); }
  void advance() { done_ = !lexer_.next(token_); }

  std::string_view sql_;
  Lexer lexer_;
  Token token_;
  bool done_ = false;
};

struct IndexState {
  bool exists = false;
  bool valid = false;
  std::string table;  ///< its name with its schema, as SQL
  std::string name;
};

IndexState index_state(Connection& connection, const std::string& name) {
  const Rows rows = connection.query(fmt::format(
      "SELECT i.indisvalid, i.indrelid, pg_catalog.format('%I.%I', n.nspname, c.relname) "
      "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "WHERE i.indexrelid = pg_catalog.to_regclass({})",
      sql_literal(name)));
  if (rows.rows.empty()) return {};
  const Row& row = rows.rows[0];
  return {true, row[0] == "t", row[1].value_or(""), row[2].value_or("")};
}

bool exists(Connection& connection, const std::string& query) {
  return connection.value(fmt::format("SELECT EXISTS ({})", query)) == "t";
}

Evidence done_if(bool done) { return done ? Evidence::done : Evidence::not_done; }

/// After CREATE [UNIQUE] INDEX CONCURRENTLY.
Evidence created_index(Connection& connection, Reader& reader) {
  reader.accept_all({"IF", "NOT", "EXISTS"});
  std::string name = reader.name();
  if (name.empty() || name == "\"on\"") return Evidence::unclear;
  if (!reader.accept("ON")) return Evidence::unclear;
  reader.accept("ONLY");
  const std::string table = reader.name();
  // An index is made in the schema of its table, wherever that is.
  const std::string schema = connection.value(
      fmt::format("SELECT (SELECT pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_class c "
                  "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                  "WHERE c.oid = pg_catalog.to_regclass({}))",
                  sql_literal(table)));
  if (schema.empty()) return Evidence::unclear;
  const IndexState state = index_state(connection, schema + "." + name);
  if (!state.exists) return Evidence::not_done;
  const bool same_table =
      connection.value(fmt::format("SELECT pg_catalog.to_regclass({})::oid = {}",
                                   sql_literal(table), state.table)) == "t";
  if (!same_table) return Evidence::unclear;
  if (state.valid) return Evidence::done;
  connection.execute("DROP INDEX CONCURRENTLY " + state.name);
  return Evidence::not_done;
}

Evidence dropped_index(Connection& connection, Reader& reader) {
  reader.accept_all({"IF", "EXISTS"});
  const std::string name = reader.name();
  if (name.empty() || !(reader.ended() || reader.accept("RESTRICT") || reader.accept("CASCADE")))
    return Evidence::unclear;
  return done_if(!index_state(connection, name).exists);
}

/// A broken REINDEX CONCURRENTLY leaves invalid copies; it can be run again.
Evidence reindexed(Connection& connection) {
  const Rows rows = connection.query(
      "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_index i "
      "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "WHERE NOT i.indisvalid AND n.nspname <> 'pg_toast' AND c.relkind = 'i' "
      "AND c.relname ~ '_cc(new|old)[0-9]*$'");
  for (const Row& row : rows.rows) connection.execute("DROP INDEX CONCURRENTLY " + *row[0]);
  return Evidence::not_done;
}

/// ALTER TYPE name ADD VALUE 'x'.
Evidence added_value(Connection& connection, Reader& reader) {
  const std::string type = reader.name();
  if (!reader.accept_all({"ADD", "VALUE"})) return Evidence::unclear;
  reader.accept_all({"IF", "NOT", "EXISTS"});
  const std::string label = reader.literal();
  if (label.empty()) return Evidence::unclear;
  return done_if(exists(connection, fmt::format("SELECT FROM pg_catalog.pg_enum WHERE enumtypid = "
                                                "pg_catalog.to_regtype({}) AND enumlabel = {}",
                                                sql_literal(type), label)));
}

/// ALTER TABLE parent DETACH PARTITION child CONCURRENTLY; a broken one is finished here.
Evidence detached(Connection& connection, Reader& reader) {
  reader.accept_all({"IF", "EXISTS"});
  reader.accept("ONLY");
  const std::string parent = reader.name();
  if (!reader.accept_all({"DETACH", "PARTITION"})) return Evidence::unclear;
  const std::string child = reader.name();
  const Rows rows = connection.query(
      fmt::format("SELECT inhdetachpending FROM pg_catalog.pg_inherits WHERE inhrelid = "
                  "pg_catalog.to_regclass({}) AND inhparent = pg_catalog.to_regclass({})",
                  sql_literal(child), sql_literal(parent)));
  if (rows.rows.empty()) return Evidence::done;
  if (rows.rows[0][0] != "t") return Evidence::not_done;
  connection.execute(fmt::format("ALTER TABLE {} DETACH PARTITION {} FINALIZE", parent, child));
  return Evidence::done;
}

Evidence about_relation(Connection& connection, Reader& reader, bool created) {
  if (created) {
    reader.accept_all({"IF", "NOT", "EXISTS"});
  } else {
    reader.accept_all({"IF", "EXISTS"});
  }
  const std::string name = reader.name();
  if (name.empty()) return Evidence::unclear;
  if (!created && !reader.ended() && !reader.accept("CASCADE") && !reader.accept("RESTRICT"))
    return Evidence::unclear;
  const bool there = exists(connection, fmt::format("SELECT WHERE pg_catalog.to_regclass({}) "
                                                    "IS NOT NULL",
                                                    sql_literal(name)));
  return done_if(there == created);
}

Evidence about_database(Connection& connection, Reader& reader, bool created) {
  if (!created) reader.accept_all({"IF", "EXISTS"});
  const std::string name = reader.name();
  if (name.empty()) return Evidence::unclear;
  const bool there =
      exists(connection, fmt::format("SELECT FROM pg_catalog.pg_database WHERE "
                                     "pg_catalog.quote_ident(datname) IN ({}, "
                                     "pg_catalog.quote_ident({}))",
                                     sql_literal(name), sql_literal(identifier_value(name))));
  return done_if(there == created);
}

Evidence made_or_dropped(Connection& connection, Reader& reader, bool created) {
  if (created) reader.accept("UNIQUE");
  if (reader.accept("INDEX")) {
    const bool concurrently = reader.accept("CONCURRENTLY");
    if (created) return created_index(connection, reader);
    return concurrently || !created ? dropped_index(connection, reader) : Evidence::unclear;
  }
  if (reader.accept("DATABASE")) return about_database(connection, reader, created);
  if (reader.accept("TABLE") || reader.accept("VIEW") || reader.accept("SEQUENCE")) {
    return about_relation(connection, reader, created);
  }
  return Evidence::unclear;
}

}  // namespace

Evidence inspect_interrupted(Connection& connection, const Statement& statement) {
  Reader reader(statement.text);
  if (reader.accept("CREATE")) return made_or_dropped(connection, reader, true);
  if (reader.accept("DROP")) return made_or_dropped(connection, reader, false);
  if (reader.accept("REINDEX")) return reindexed(connection);
  if (reader.accept("ALTER")) {
    if (reader.accept("TYPE")) return added_value(connection, reader);
    if (reader.accept("TABLE")) return detached(connection, reader);
    return reader.accept("SYSTEM") ? Evidence::not_done : Evidence::unclear;
  }
  // These can be run any number of times.
  for (const std::string_view verb : {"VACUUM", "ANALYZE", "CLUSTER", "SET", "RESET"}) {
    if (reader.accept(verb)) return Evidence::not_done;
  }
  return Evidence::unclear;
}

}  // namespace provision::postgresql
