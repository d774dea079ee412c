#include "provision/ops/generate/made_seeds.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"

namespace provision {
namespace {

// References are spread over so many rows of a table that the set does not list.
constexpr int kParentRows = 100'000;

/// Rows that are in memory, as text by column.
class KeptParents : public ParentRows {
 public:
  KeptParents(std::vector<std::string> columns, std::vector<std::vector<SeedValue>> rows)
      : columns_(std::move(columns)), rows_(std::move(rows)) {}

  std::uint64_t count() const override { return rows_.size(); }
  bool write(std::uint64_t index, const std::string& column, std::string& into) const override {
    const auto at = std::find(columns_.begin(), columns_.end(), column) - columns_.begin();
    const SeedValue& value = rows_[index].at(static_cast<size_t>(at));
    if (value) into += *value;
    return value.has_value();
  }

 private:
  std::vector<std::string> columns_;
  std::vector<std::vector<SeedValue>> rows_;
};

/// Numbers by their size and texts by their bytes: the same order in every database.
bool comes_before(const SeedValue& a, const SeedValue& b) {
  const std::string& left = *a;
  const std::string& right = *b;
  const auto is_number = [](const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  };
  if (is_number(left) && is_number(right) && left.size() != right.size()) {
    return left.size() < right.size();
  }
  return left < right;
}

/// The rows that `reference` may point to, as the database has them.
std::shared_ptr<const ParentRows> parents_in(Database& database, const ReferenceRule& reference) {
  std::vector<std::string> names;
  std::vector<std::string> conditions;
  for (const std::string& column : reference.target_columns) {
    names.push_back(sql_identifier(column));
    conditions.push_back(names.back() + " IS NOT NULL");
  }
  std::vector<Row> rows =
      database
          .query(fmt::format("SELECT DISTINCT {0} FROM {1} WHERE {2} ORDER BY {0} LIMIT {3}",
                             joined(names, ", "), sql_name(reference.schema, reference.table),
                             joined(conditions, " AND "), kParentRows))
          .rows;
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), comes_before);
  });
  return std::make_shared<KeptParents>(reference.target_columns, std::move(rows));
}

/// The rows that `seed` lists, if it lists all that `reference` points to.
std::shared_ptr<const ParentRows> parents_listed(const SeedTable& seed,
                                                 const ReferenceRule& reference) {
  std::vector<size_t> places;
  for (const std::string& column : reference.target_columns) {
    const auto found = std::find(seed.columns.begin(), seed.columns.end(), column);
    if (found == seed.columns.end()) return nullptr;
    places.push_back(static_cast<size_t>(found - seed.columns.begin()));
  }
  std::vector<std::vector<SeedValue>> rows;
  for (const SeedRow& row : seed.rows) {
    std::vector<SeedValue>& values = rows.emplace_back();
    for (const size_t place : places) values.push_back(row.values[place]);
    if (std::find(values.begin(), values.end(), std::nullopt) != values.end()) rows.pop_back();
  }
  return std::make_shared<KeptParents>(reference.target_columns, std::move(rows));
}

/// True if a generator leaves one of the columns that `reference` points to to the database.
bool leaves_out(const SeedTable& seed, const ReferenceRule& reference) {
  const auto& columns = seed.generate->columns;
  return std::any_of(columns.begin(), columns.end(), [&](const auto& entry) {
    const auto& targets = reference.target_columns;
    return entry.second.kind == GeneratorKind::database_default &&
           std::find(targets.begin(), targets.end(), entry.first) != targets.end();
  });
}

/// The first unique key of which rows have all columns; one with a NULL in it is not found again.
std::vector<std::string> own_key(const TableShape& shape, const MadeTable& table) {
  for (const std::vector<std::string>& key : shape.unique_keys) {
    const bool is_full = std::all_of(
        key.begin(), key.end(), [&](const std::string& column) { return table.is_full(column); });
    if (is_full) return key;
  }
  return {};
}

}  // namespace

/// A generated table with all that its rows are made from.
struct MadeSeeds::Made {
  RowRules rules = {};
  std::vector<std::shared_ptr<ParentLink>> links = {};
  std::unique_ptr<MadeTable> table = {};
  SeedTable seed = {};
};

/// The rows of a generated table, which may not be made yet.
class MadeSeeds::ParentLink : public ParentRows {
 public:
  explicit ParentLink(const SeedTable& seed) : seed_(seed) {}

  const SeedTable& seed() const { return seed_; }
  void link(const MadeTable& table) { table_ = &table; }

  std::uint64_t count() const override { return static_cast<std::uint64_t>(seed_.generate->rows); }
  bool write(std::uint64_t index, const std::string& column, std::string& into) const override {
    if (is_asking_) {
      throw usage_error(
          seed_.place,
          fmt::format("the key of table '{}' refers to itself through other tables", seed_.table),
          "give one of the columns a generator of its own");
    }
    is_asking_ = true;
    const bool is_there = table_->write(column, static_cast<std::int64_t>(index), into);
    is_asking_ = false;
    return is_there;
  }

 private:
  const SeedTable& seed_;
  const MadeTable* table_ = nullptr;
  mutable bool is_asking_ = false;
};

MadeSeeds::MadeSeeds(Database& database, const SeedSet& set) : database_(database), set_(set) {}
MadeSeeds::~MadeSeeds() = default;

const SeedTable& MadeSeeds::resolved(const SeedTable& seed) {
  return seed.generate ? made(seed).seed : seed;
}

MadeSeeds::Made& MadeSeeds::made(const SeedTable& seed) {
  std::unique_ptr<Made>& place = made_[&seed];
  if (place) return *place;
  place = std::make_unique<Made>();
  Made& result = *place;
  const auto shape = database_.describe_table(seed.schema, seed.table);
  std::vector<RowRules> rules;
  if (shape) {
    const std::string id = shape->schema.empty() ? shape->name : shape->schema + "." + shape->name;
    rules = database_.row_rules(std::set<std::string>{id}, RuleDetail::all);
  }
  if (rules.empty()) {
    throw usage_error(seed.place,
                      fmt::format("there is no table '{}' to make rows for", seed.table));
  }
  result.rules = std::move(rules[0]);
  result.table = std::make_unique<MadeTable>(
      seed, result.rules,
      [&](const ReferenceRule& reference) { return parents(reference, result, seed); });
  for (const auto& link : result.links) link->link(*made(link->seed()).table);
  result.seed = seed;
  result.seed.columns = result.table->columns();
  if (seed.key.empty()) result.seed.key = own_key(*shape, *result.table);
  result.seed.made = std::shared_ptr<const MadeRows>(std::shared_ptr<void>(), result.table.get());
  return result;
}

std::shared_ptr<const ParentRows> MadeSeeds::parents(const ReferenceRule& reference, Made& made,
                                                     const SeedTable& seed) {
  const bool is_own = reference.target_id() == made.rules.id();
  const SeedTable* entry = is_own ? &seed : entry_for(reference);
  if (entry == nullptr) return parents_in(database_, reference);
  if (!entry->generate) {
    auto rows = parents_listed(*entry, reference);
    return rows != nullptr ? rows : parents_in(database_, reference);
  }
  if (leaves_out(*entry, reference)) return parents_in(database_, reference);
  return made.links.emplace_back(std::make_shared<ParentLink>(*entry));
}

/// The only entry of the set for the table that `reference` points to.
const SeedTable* MadeSeeds::entry_for(const ReferenceRule& reference) const {
  const SeedTable* found = nullptr;
  for (const SeedEntry& entry : set_.entries) {
    if (!entry.table || lower(entry.table->table) != lower(reference.table)) continue;
    const std::string& schema = entry.table->schema;
    if (!schema.empty() && schema != reference.schema) continue;
    if (found != nullptr) return nullptr;
    found = &*entry.table;
  }
  return found;
}

}  // namespace provision
