// Seeding a table: only what differs is written, so that a second run writes nothing at all.
#include <algorithm>
#include <array>
#include <unordered_map>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/engine/postgresql/database.h"

namespace provision::postgresql {
namespace {

constexpr std::string_view kStaging = "pg_temp.provision_seed";

/// True for types whose own `=` means "the same value"; all others are compared as text, since `=`
/// is missing (json, xml, point) or means something else (box, circle, citext, interval).
bool has_plain_equality(std::string_view type) {
  constexpr std::array<std::string_view, 19> kTypes = {
      "smallint", "integer", "bigint", "numeric", "real",      "double precision",
      "boolean",  "text",    "date",   "time",    "timestamp", "uuid",
      "bytea",    "jsonb",   "inet",   "cidr",    "oid",       "money",
      "character"};
  if (type.size() > 2 && type.substr(type.size() - 2) == "[]") type.remove_suffix(2);
  const std::string_view base = type.substr(0, type.find('('));
  return std::any_of(kTypes.begin(), kTypes.end(), [&](std::string_view known) {
    return base == known || (base.substr(0, known.size()) == known && base[known.size()] == ' ');
  });
}

class Seeding {
 public:
  Seeding(Connection& connection, const SeedTable& seed, const TableShape& shape)
      : connection_(connection), seed_(seed), table_(sql_name(shape.schema, shape.name)) {
    for (const std::string& name : seed.columns) columns_.push_back(column(shape, name));
    for (const std::string& name : seed.columns) names_.push_back(sql_identifier(name));
  }

  std::int64_t remove_unlisted() {
    if (is_empty()) return 0;
    stage();
    // Reads first: a statement that may write takes a transaction id and locks, even for nothing.
    std::int64_t removed = 0;
    if (asks(fmt::format("EXISTS (SELECT FROM {})", unlisted()))) {
      removed = change(fmt::format("DELETE FROM {}", unlisted()));
    }
    unstage();
    return removed;
  }

  SeedCount run() {
    count_.table =
        seed_.schema.empty() ? seed_.table : fmt::format("{}.{}", seed_.schema, seed_.table);
    if (is_empty()) {
      if (seed_.row_count() == 0) return count_;
      copy_into(table_);
      count_.inserted = seed_.row_count();
    } else {
      refuse_repeated_keys();
      stage();
      refuse_other_identities();
      if (differs()) write();
      unstage();
    }
    count_.unchanged = seed_.row_count() - count_.inserted - count_.updated;
    if (count_.inserted + count_.updated > 0) move_sequences();
    return count_;
  }

 private:
  const TableColumn& column(const TableShape& shape, const std::string& name) const {
    const auto found =
        std::find_if(shape.columns.begin(), shape.columns.end(),
                     [&](const TableColumn& candidate) { return candidate.name == name; });
    if (found != shape.columns.end()) return *found;
    throw usage_error(seed_.place, fmt::format("table {} has no column '{}'", table_, name));
  }

  bool is_empty() {
    return connection_.value(fmt::format("SELECT NOT EXISTS (SELECT FROM {})", table_)) == "t";
  }

  bool is_key(size_t index) const {
    return std::find(seed_.key.begin(), seed_.key.end(), seed_.columns[index]) != seed_.key.end();
  }

  std::int64_t change(const std::string& sql) {
    try {
      return connection_.change(sql);
    } catch (const Error& error) {
      throw seed_.placed(error, std::nullopt);
    }
  }

  void copy_into(const std::string& table) {
    try {
      connection_.copy(table, names_, seed_);
    } catch (const Error& error) {
      const int line = error.place().line;
      throw seed_.placed(error, line > 0 ? std::optional<std::int64_t>(line - 1) : std::nullopt);
    }
  }

  /// Made rows have no key twice, and may be too many to look.
  void refuse_repeated_keys() const {
    std::unordered_map<std::string, int> seen;
    seen.reserve(seed_.rows.size());
    for (const SeedRow& row : seed_.rows) {
      std::string key;
      for (size_t i = 0; i < row.values.size(); ++i) {
        if (is_key(i)) key.append(row.values[i].value_or("\x01")).append(1, '\x02');
      }
      const auto [first, is_new] = seen.emplace(std::move(key), row.line);
      if (is_new) continue;
      throw usage_error(Place{seed_.file, row.line},
                        fmt::format("the same key as in line {}", first->second));
    }
  }

  /// Puts the rows where they are as the table would store them: rounded, padded, normalized. A
  /// cast would do it otherwise than an INSERT does, and cut what is too long.
  void stage() {
    // It lives no longer than this: the transaction may be the caller's for long.
    connection_.execute(
        fmt::format("CREATE TEMPORARY TABLE provision_seed ON COMMIT DROP AS "
                    "SELECT {} FROM {} WHERE false",
                    joined(names_, ", "), table_));
    if (seed_.row_count() > 0) copy_into(std::string(kStaging));
  }

  void unstage() { connection_.execute(fmt::format("DROP TABLE {}", kStaging)); }

  std::string key_match() const {
    std::vector<std::string> terms;
    for (size_t i = 0; i < names_.size(); ++i) {
      if (!is_key(i)) continue;
      // Only `=` can be hashed and merged.
      terms.push_back(fmt::format("t.{0} {1} s.{0}", names_[i],
                                  columns_[i].not_null ? "=" : "IS NOT DISTINCT FROM"));
    }
    return joined(terms, " AND ");
  }

  /// True for what an UPDATE may set.
  bool is_correctable(size_t index) const {
    return !is_key(index) && !columns_[index].identity_always;
  }

  std::string row_differs() const {
    std::vector<std::string> terms;
    for (size_t i = 0; i < names_.size(); ++i) {
      if (!is_correctable(i)) continue;
      const std::string cast = has_plain_equality(columns_[i].type) ? "" : "::pg_catalog.text";
      terms.push_back(fmt::format("t.{0}{1} IS DISTINCT FROM s.{0}{1}", names_[i], cast));
    }
    return terms.empty() ? "false" : fmt::format("({})", joined(terms, " OR "));
  }

  /// Rows without a key are told apart by all that they hold, and counted.
  std::string missing_copies() const {
    std::vector<std::string> plain;
    std::vector<std::string> typed;
    for (size_t i = 0; i < names_.size(); ++i) {
      const bool is_plain = has_plain_equality(columns_[i].type);
      plain.push_back(names_[i] +
                      (is_plain ? "" : fmt::format("::pg_catalog.text AS {}", names_[i])));
      typed.push_back(names_[i] + (is_plain ? "" : "::" + columns_[i].type));
    }
    const std::string list = joined(plain, ", ");
    return fmt::format("SELECT {} FROM (SELECT {} FROM {} EXCEPT ALL SELECT {} FROM {}) x",
                       joined(typed, ", "), list, kStaging, list, table_);
  }

  std::string missing() const {
    return fmt::format("FROM {} s WHERE NOT EXISTS (SELECT FROM {} t WHERE {})", kStaging, table_,
                       key_match());
  }
  std::string changed() const {
    return fmt::format("{} s WHERE {} AND {}", kStaging, key_match(), row_differs());
  }
  std::string unlisted() const {
    return fmt::format("{} t WHERE NOT EXISTS (SELECT FROM {} s WHERE {})", table_, kStaging,
                       key_match());
  }

  std::vector<std::string> corrections() const {
    std::vector<std::string> sets;
    const bool corrects = seed_.mode != SeedMode::insert && !seed_.key.empty();
    for (size_t i = 0; i < names_.size() && corrects; ++i) {
      if (is_correctable(i)) sets.push_back(fmt::format("{0} = s.{0}", names_[i]));
    }
    return sets;
  }

  /// The server assigns values GENERATED ALWAYS; in an INSERT it can be told not to, but never in
  /// an UPDATE.
  void refuse_other_identities() {
    if (seed_.key.empty()) return;
    for (size_t i = 0; i < names_.size() && seed_.mode != SeedMode::insert; ++i) {
      if (!columns_[i].identity_always || is_key(i)) continue;
      const Rows found = connection_.query(fmt::format(
          "SELECT (SELECT pg_catalog.count(*) FROM {0} b WHERE b.ctid <= s.ctid), t.{1} "
          "FROM {2} t, {0} s WHERE {3} AND t.{1} IS DISTINCT FROM s.{1} ORDER BY s.ctid LIMIT 1",
          kStaging, names_[i], table_, key_match()));
      if (found.rows.empty()) continue;
      const Error error = usage_error(
          fmt::format("column '{}.{}' is GENERATED ALWAYS and cannot be changed to match",
                      seed_.table, seed_.columns[i]),
          fmt::format("the row in the database has {}; list that, or leave the column out",
                      found.rows[0][1].value_or("NULL")));
      throw seed_.placed(error, std::stoll(*found.rows[0][0]) - 1);
    }
  }

  bool differs() {
    if (seed_.key.empty()) return asks(fmt::format("EXISTS ({})", missing_copies()));
    std::string sql = fmt::format("EXISTS (SELECT {})", missing());
    if (!corrections().empty()) {
      sql += fmt::format(" OR EXISTS (SELECT FROM {} t, {})", table_, changed());
    }
    return asks(sql);
  }

  bool asks(const std::string& condition) {
    return connection_.value(fmt::format("SELECT {}", condition)) == "t";
  }

  void write() {
    if (const std::vector<std::string> sets = corrections(); !sets.empty()) {
      count_.updated =
          change(fmt::format("UPDATE {} t SET {} FROM {}", table_, joined(sets, ", "), changed()));
    }
    const bool overriding =
        std::any_of(columns_.begin(), columns_.end(),
                    [](const TableColumn& column) { return column.identity_always; });
    const std::string list = joined(names_, ", ");
    const std::string rows =
        seed_.key.empty() ? missing_copies() : fmt::format("SELECT {} {}", list, missing());
    count_.inserted = change(fmt::format("INSERT INTO {} ({}) {} {}", table_, list,
                                         overriding ? "OVERRIDING SYSTEM VALUE" : "", rows));
  }

  /// Rows with values of their own leave a sequence behind; the next INSERT would then collide.
  void move_sequences() {
    std::vector<std::string> defaulted;
    for (const TableColumn& column : columns_) {
      if (column.has_default) defaulted.push_back(sql_literal(column.name));
    }
    if (defaulted.empty()) return;
    const Rows sequences = connection_.query(
        fmt::format("SELECT d.objid::pg_catalog.regclass, pg_catalog.quote_ident(a.attname) "
                    "FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attribute a "
                    "ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid "
                    "JOIN pg_catalog.pg_sequence q ON q.seqrelid = d.objid "
                    "WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass "
                    "AND d.refobjid = pg_catalog.to_regclass({}) AND d.deptype IN ('a', 'i') "
                    "AND q.seqincrement > 0 AND a.attname IN ({})",
                    sql_literal(table_), joined(defaulted, ", ")));
    for (const Row& row : sequences.rows) {
      connection_.query(fmt::format(
          "SELECT pg_catalog.setval({}, m) FROM (SELECT max({})::bigint AS m FROM {}) x, {} q "
          "WHERE m > q.last_value OR (m = q.last_value AND NOT q.is_called)",
          sql_literal(*row[0]), *row[1], table_, *row[0]));
    }
  }

  Connection& connection_;
  const SeedTable& seed_;
  std::string table_;
  std::vector<TableColumn> columns_;
  std::vector<std::string> names_;
  SeedCount count_;
};

}  // namespace

std::int64_t remove_unlisted(Connection& connection, const SeedTable& seed,
                             const TableShape& shape) {
  return Seeding(connection, seed, shape).remove_unlisted();
}

SeedCount apply_seed(Connection& connection, const SeedTable& seed, const TableShape& shape) {
  return Seeding(connection, seed, shape).run();
}

}  // namespace provision::postgresql
