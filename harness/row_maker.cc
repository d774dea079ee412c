#include "harness/row_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

using namespace provision;
using namespace provision::values;

namespace harness {
namespace {

/// A number that looks like chance and is always the same.
std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a * 0x9e3779b97f4a7c15U + b + 0x632be59bd9b4e019U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

constexpr std::int64_t kShuffledOrdinals = 97;
constexpr std::int64_t kSmallOrdinals = 7;

/// True for what may be the name of a state: 'new', 'in-progress'. A later revision may well make
/// an enumeration or a check of the column, which made-up text would not fit into.
bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == ' ';
  });
}

}  // namespace

RowMaker::RowMaker(const RowRules& rules, std::vector<std::vector<Row>> parents)
    : rules_(rules),
      parents_(std::move(parents)),
      hints_(hints_of(rules)),
      order_(rules.references.size()) {
  parents_.resize(rules.references.size());
  std::iota(order_.begin(), order_.end(), size_t{0});
  std::stable_sort(order_.begin(), order_.end(), [&](size_t a, size_t b) {
    return rules.references[a].columns.size() > rules.references[b].columns.size();
  });
  for (const RuledColumn& column : rules.columns) {
    Plan& plan = plans_.emplace_back();
    plan.is_key = std::any_of(rules.keys.begin(), rules.keys.end(), [&](const UniqueRule& key) {
      return key.columns.size() == 1 && key.columns[0] == column.name;
    });
    const bool has_value = make_value(column.type, {}, {column.name, 0}).has_value();
    const bool is_unique =
        std::any_of(rules.keys.begin(), rules.keys.end(), [&](const UniqueRule& key) {
          return std::find(key.columns.begin(), key.columns.end(), column.name) !=
                 key.columns.end();
        });
    plan.keeps_default =
        column.type.kind == ValueKind::text && !is_unique && is_word(column.default_text);
    plan.is_given = !column.generated && (has_value || !column.has_default);
  }
}

std::vector<const RuledColumn*> RowMaker::columns(bool sparse) const {
  std::vector<const RuledColumn*> columns;
  for (size_t i = 0; i < plans_.size(); ++i) {
    const RuledColumn& column = rules_.columns[i];
    const bool is_needed = column.not_null && !column.has_default;
    if (plans_[i].is_given && (is_needed || !sparse)) columns.push_back(&column);
  }
  return columns;
}

size_t RowMaker::index_of(const std::string& column) const {
  const auto found = std::find_if(rules_.columns.begin(), rules_.columns.end(),
                                  [&](const RuledColumn& c) { return c.name == column; });
  return static_cast<size_t>(found - rules_.columns.begin());
}

std::optional<std::string> RowMaker::value(size_t index, std::int64_t ordinal,
                                           const Variation& variation) const {
  const RuledColumn& column = rules_.columns[index];
  const std::uint64_t chance = mixed(static_cast<std::uint64_t>(ordinal), index);
  const bool may_be_null = !column.not_null && variation.with_nulls;
  if (may_be_null && chance % 2 == 1) return std::nullopt;
  const Way& way = hints_.ways[variation.way % hints_.ways.size()];
  const Rank rank = rank_of(way, column.name);
  ValueSeed seed{rank.label, ordinal + rank.above, plans_[index].is_key};
  if (variation.shuffled && !plans_[index].is_key) {
    seed.ordinal = static_cast<std::int64_t>(chance >> 8U) % kShuffledOrdinals;
    seed.is_small = chance % 3 != 0;
    if (seed.is_small) seed.ordinal %= kSmallOrdinals;
    seed.ordinal += rank.above;
  }
  if (variation.unhinted) {
    const auto& constants = hints_.constants;
    const bool takes_one = column.type.kind == ValueKind::text && !constants.empty();
    if (takes_one && chance % 4 != 0) return constants[(chance >> 4U) % constants.size()];
    return make_value(column.type, {}, seed);
  }
  const auto known = way.columns.find(column.name);
  if (plans_[index].keeps_default && known == way.columns.end()) return column.default_text;
  return make_value(column.type, known == way.columns.end() ? ValueHints{} : known->second, seed);
}

MadeRow RowMaker::make(std::int64_t ordinal, const Variation& variation) const {
  MadeRow row;
  Values values(rules_.columns.size());
  std::vector<bool> is_set(rules_.columns.size(), false);
  for (const ReferenceRule& reference : rules_.references) {
    if (reference.target_id() == rules_.id()) continue;
    for (const std::string& column : reference.columns) is_set[index_of(column)] = true;
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (plans_[i].is_given && !is_set[i]) values[i] = value(i, ordinal, variation);
  }
  std::fill(is_set.begin(), is_set.end(), false);
  refer(values, is_set, ordinal, variation, row);
  for (const RuledColumn* column : columns(variation.sparse)) {
    row.values.push_back(values[static_cast<size_t>(column - rules_.columns.data())]);
    if (row.values.back() || !column->not_null || !row.trouble.empty()) continue;
    row.trouble = fmt::format("no value is known for column '{}' of type '{}'", column->name,
                              column->type.name);
  }
  return row;
}

Row RowMaker::plain_values(std::int64_t ordinal, const std::vector<std::string>& columns) const {
  Row row;
  for (const std::string& column : columns) {
    const size_t index = index_of(column);
    row.push_back(index < plans_.size() ? value(index, ordinal, {}) : std::nullopt);
  }
  return row;
}

void RowMaker::refer(Values& values, std::vector<bool>& is_set, std::int64_t ordinal,
                     const Variation& variation, MadeRow& row) const {
  const Way& way = hints_.ways[variation.way % hints_.ways.size()];
  for (const size_t i : order_) {
    const ReferenceRule& reference = rules_.references[i];
    // Two references to one table are not to point to the same row, if they can help it.
    const auto which =
        static_cast<std::uint64_t>(ordinal) + (variation.shuffled ? mixed(ordinal, i) % 97 : i);
    const auto known = way.columns.find(reference.columns.at(0));
    const bool wants_null = (known != way.columns.end() && known->second.is_null) ||
                            (variation.with_nulls && mixed(ordinal, i + 100) % 2 == 1);
    if (wants_null && refer_to_nothing(i, values, is_set)) continue;
    if (refer_to_parent(i, values, is_set, static_cast<std::int64_t>(which))) continue;
    if (refer_to_nothing(i, values, is_set)) continue;
    if (refer_to_itself(i, values, is_set)) continue;
    row.missing_parent = reference.target_id();
    row.trouble = fmt::format("column '{}' refers to table '{}', which has no row for it",
                              reference.columns[0], reference.target_id());
  }
}

/// Takes the values of a row that is there, one that agrees with what other references have set.
bool RowMaker::refer_to_parent(size_t reference, Values& values, std::vector<bool>& is_set,
                               std::int64_t ordinal) const {
  const std::vector<std::string>& columns = rules_.references[reference].columns;
  std::vector<const Row*> fitting;
  for (const Row& parent : parents_[reference]) {
    bool fits = true;
    for (size_t i = 0; i < columns.size(); ++i) {
      const size_t index = index_of(columns[i]);
      fits = fits && (!is_set[index] || values[index] == parent[i]);
    }
    if (fits) fitting.push_back(&parent);
  }
  if (fitting.empty()) return false;
  const Row& parent = *fitting[static_cast<size_t>(ordinal) % fitting.size()];
  for (size_t i = 0; i < columns.size(); ++i) {
    values[index_of(columns[i])] = parent[i];
    is_set[index_of(columns[i])] = true;
  }
  return true;
}

bool RowMaker::refer_to_nothing(size_t reference, Values& values, std::vector<bool>& is_set) const {
  bool is_null = false;
  for (const std::string& column : rules_.references[reference].columns) {
    const size_t index = index_of(column);
    if (rules_.columns[index].not_null || is_set[index]) continue;
    values[index].reset();
    is_set[index] = true;
    is_null = true;
  }
  return is_null;
}

bool RowMaker::refer_to_itself(size_t reference, Values& values, std::vector<bool>& is_set) const {
  const ReferenceRule& rule = rules_.references[reference];
  if (rule.target_id() != rules_.id()) return false;
  for (size_t i = 0; i < rule.columns.size(); ++i) {
    const size_t target = index_of(rule.target_columns[i]);
    if (target >= values.size() || !plans_[target].is_given) return false;
    values[index_of(rule.columns[i])] = values[target];
    is_set[index_of(rule.columns[i])] = true;
  }
  return true;
}

}  // namespace harness
