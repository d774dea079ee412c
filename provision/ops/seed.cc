#include "provision/ops/seed.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "provision/base/error.h"
#include "provision/base/hash.h"
#include "provision/base/text.h"
#include "provision/ops/generate/made_seeds.h"
#include "provision/ops/seed_script.h"
#include "provision/ops/state.h"
#include "provision/project/seed_file.h"

namespace provision {
namespace {

/// A table of a set together with what the catalog says of it.
struct KnownSeed {
  const SeedTable* seed;
  TableShape shape;
};

std::vector<std::string> column_names(const TableShape& shape) {
  std::vector<std::string> names;
  for (const TableColumn& column : shape.columns) names.push_back(column.name);
  return names;
}

void check_columns(const SeedTable& seed, const TableShape& shape) {
  const std::vector<std::string> names = column_names(shape);
  for (const std::string& column : seed.columns) {
    const auto found = std::find_if(shape.columns.begin(), shape.columns.end(),
                                    [&](const TableColumn& known) { return known.name == column; });
    if (found == shape.columns.end()) {
      throw usage_error({seed.file, seed.rows.empty() ? 0 : seed.rows.front().line},
                        fmt::format("table '{}' has no column '{}'", seed.table, column),
                        name_hint(column, names));
    }
    if (found->generated) {
      throw usage_error(
          seed.place,
          fmt::format("column '{}.{}' is generated: no value can be given", seed.table, column));
    }
  }
}

void check_key(const SeedTable& seed, const TableShape& shape) {
  for (const std::string& column : seed.key) {
    if (std::find(seed.columns.begin(), seed.columns.end(), column) == seed.columns.end()) {
      throw usage_error(seed.place,
                        fmt::format("the rows have no column '{}', which is in the key", column),
                        name_hint(column, seed.columns));
    }
  }
  const std::set<std::string> key(seed.key.begin(), seed.key.end());
  std::vector<std::string> choices;
  for (const std::vector<std::string>& unique : shape.unique_keys) {
    if (std::set<std::string>(unique.begin(), unique.end()) == key) return;
    choices.push_back("[" + joined(unique, ", ") + "]");
  }
  throw usage_error(seed.place,
                    fmt::format("[{}] is no primary key or unique constraint of table '{}'",
                                joined(seed.key, ", "), seed.table),
                    choices.empty() ? "add one in a revision: rows are told apart by it"
                                    : "it has " + joined(choices, ", "));
}

KnownSeed known_seed(Database& database, const SeedTable& seed) {
  std::optional<TableShape> shape = database.describe_table(seed.schema, seed.table);
  if (!shape) {
    throw usage_error(seed.place, fmt::format("there is no table '{}'", seed.table),
                      "is the database at the revision that makes it? `provision upgrade` goes "
                      "there, `provision reset --no-seed` leaves the seeds out");
  }
  if (!seed.generate) {
    check_columns(seed, *shape);
    check_key(seed, *shape);
  }
  return {&seed, std::move(*shape)};
}

std::string qualified(const TableShape& shape) {
  return shape.schema.empty() ? shape.name : shape.schema + "." + shape.name;
}

/// `seeds` with referenced tables first, else in the order of the file. Tables of a cycle keep the
/// file's order: their checks are put off until COMMIT where the constraints allow it.
std::vector<KnownSeed> in_reference_order(std::vector<KnownSeed> seeds) {
  std::vector<KnownSeed> ordered;
  while (!seeds.empty()) {
    const auto is_free = [&](const KnownSeed& candidate) {
      return std::none_of(seeds.begin(), seeds.end(), [&](const KnownSeed& other) {
        if (qualified(other.shape) == qualified(candidate.shape)) return false;
        const auto& references = candidate.shape.references;
        return std::find(references.begin(), references.end(), qualified(other.shape)) !=
               references.end();
      });
    };
    auto next = std::find_if(seeds.begin(), seeds.end(), is_free);
    if (next == seeds.end()) next = seeds.begin();
    ordered.push_back(std::move(*next));
    seeds.erase(next);
  }
  return ordered;
}

/// The rows of `known`, made if they are to be.
const SeedTable& rows_of(const KnownSeed& known, MadeSeeds& made) {
  const SeedTable& seed = made.resolved(*known.seed);
  if (!seed.made) return seed;
  if (!seed.key.empty()) {
    check_key(seed, known.shape);
  } else if (seed.mode == SeedMode::sync) {
    throw usage_error(seed.place,
                      fmt::format("table '{}' has no key by which 'sync' could tell which rows to "
                                  "remove",
                                  seed.table),
                      "leave 'mode' out, or add a primary key in a revision");
  }
  return seed;
}

std::int64_t remove_unlisted(Database& database, const SeedSet& set, const KnownSeed& known) {
  if (known.seed->mode != SeedMode::sync) return 0;
  const bool is_empty = database
                            .query(fmt::format("SELECT 1 FROM {} LIMIT 1",
                                               sql_name(known.shape.schema, known.shape.name)))
                            .rows.empty();
  if (is_empty) return 0;
  MadeSeeds made(database, set);
  return database.remove_unlisted(rows_of(known, made), known.shape);
}

void apply_tables(Database& database, const SeedSet& set, std::vector<KnownSeed> seeds,
                  std::vector<SeedCount>& counts) {
  seeds = in_reference_order(std::move(seeds));
  std::vector<std::int64_t> removed(seeds.size());
  // Rows go before what they refer to.
  for (size_t i = seeds.size(); i-- > 0;) {
    removed[i] = remove_unlisted(database, set, seeds[i]);
  }
  MadeSeeds made(database, set);
  for (size_t i = 0; i < seeds.size(); ++i) {
    SeedCount count = database.apply_seed(rows_of(seeds[i], made), seeds[i].shape);
    count.removed = removed[i];
    counts.push_back(std::move(count));
  }
}

std::vector<SeedCount> apply_set(Engine& engine, Database& database, const SeedSet& set) {
  std::vector<SeedCount> counts;
  std::vector<KnownSeed> tables;
  for (const SeedEntry& entry : set.entries) {
    if (entry.table) tables.push_back(known_seed(database, *entry.table));
    if (!entry.script) continue;
    apply_tables(database, set, std::exchange(tables, {}), counts);
    counts.push_back(apply_script(engine, database, *entry.script));
  }
  apply_tables(database, set, std::move(tables), counts);
  return counts;
}

/// Rows that are made differently than by this version count as other rows.
constexpr std::string_view kMadeBy = "made:1";

void must_be_listed(const DatabaseSpec& spec, const std::string& set) {
  if (std::find(spec.seeds.begin(), spec.seeds.end(), set) != spec.seeds.end()) return;
  throw usage_error(fmt::format("environment '{}' has no seed set '{}'", spec.label(), set),
                    name_hint(set, spec.seeds));
}

/// What has become of a set whose digest is `applied`.
std::string seed_state(Database& database, const SeedSet& set, const std::string& applied) {
  for (const SeedEntry& entry : set.entries) {
    if (!entry.table || database.table_exists(entry.table->schema, entry.table->table)) continue;
    return fmt::format("applied, but table '{}' is gone", entry.table->table);
  }
  return applied == digest_of(set) ? "applied" : "changed";
}

}  // namespace

std::string digest_of(const SeedSet& set) {
  std::string all;
  const auto add = [&](const std::string& text) { all += text + "\x1f"; };
  for (const SeedEntry& entry : set.entries) {
    if (entry.script) add(entry.script->text);
    if (!entry.table) continue;
    add(entry.table->schema + "." + entry.table->table);
    add(joined(entry.table->key, ","));
    add(std::string(name_of(entry.table->mode)));
    add(joined(entry.table->columns, ","));
    if (entry.table->generate) add(fmt::format("{} {}", kMadeBy, entry.table->generate->text));
    for (const SeedRow& row : entry.table->rows) {
      for (const SeedValue& value : row.values) add(value ? "=" + *value : "-");
    }
  }
  return "v1:" + sha256(all);
}

Table seed_table(const Workspace& workspace) {
  return {"seeds",
          "",
          {workspace.database_column(),
           {"set"},
           {"table"},
           {"inserted"},
           {"updated"},
           {"removed"},
           {"unchanged"}},
          {},
          "no seed sets"};
}

void seed_database(const Workspace& workspace, const DatabaseSpec& spec, Database& database,
                   const std::vector<std::string>& sets, Table& table) {
  State state(database);
  for (const std::string& name : sets) {
    must_be_listed(spec, name);
    workspace.progress.step(fmt::format("seed {}", name));
    const Stopwatch watch;
    const SeedSet set = read_seed_set(spec.seeds_folder, name, workspace.environment.project);
    Transaction transaction(database);
    if (!database.dialect().defer_constraints.empty()) {
      database.execute(database.dialect().defer_constraints);
    }
    const std::vector<SeedCount> counts = apply_set(workspace.engine(spec), database, set);
    const std::string digest = digest_of(set);
    if (state.seed_digest(name) != digest) state.record_seed(name, digest);
    try {
      transaction.commit();
    } catch (const Error& error) {
      throw error.at(set.place).within(fmt::format("seed set '{}'", name));
    }
    workspace.progress.done(watch.elapsed());
    for (const SeedCount& count : counts) {
      table.rows.push_back({spec.name,
                            name,
                            {count.table, Tone::name},
                            Cell(Value(count.inserted)),
                            Cell(Value(count.updated)),
                            Cell(Value(count.removed)),
                            Cell(Value(count.unchanged))});
    }
  }
}

Report seed(const Workspace& workspace, const std::vector<std::string>& sets) {
  Report report = workspace.report();
  Table table = seed_table(workspace);
  const Stopwatch watch;
  for (const DatabaseSpec& spec : workspace.databases) {
    const auto database = workspace.connect(spec, Access::write);
    lock_run(*database, spec.label(), workspace.lock_timeout, workspace.progress);
    State(*database).ensure(spec);
    seed_database(workspace, spec, *database, sets.empty() ? spec.seeds : sets, table);
  }
  std::int64_t changes = 0;
  for (const std::vector<Cell>& row : table.rows) {
    for (const size_t column : {3U, 4U, 5U}) changes += std::get<std::int64_t>(row[column].value);
  }
  report.facts.push_back({"changes", "", Cell(Value(changes)), Shown::json_only});
  report.summary =
      fmt::format("{} in {:.0f} ms", counted(changes, "change"), watch.elapsed().count());
  report.tables.push_back(std::move(table));
  return report;
}

std::vector<std::string> seed_states(const Workspace& workspace, const DatabaseSpec& spec,
                                     Database& database) {
  State state(database);
  std::vector<std::string> states;
  const bool known = state.exists();
  for (const std::string& name : spec.seeds) {
    const SeedSet set = read_seed_set(spec.seeds_folder, name, workspace.environment.project);
    const std::optional<std::string> digest = known ? state.seed_digest(name) : std::nullopt;
    states.push_back(name + ": " + (digest ? seed_state(database, set, *digest) : "not applied"));
  }
  return states;
}

}  // namespace provision
