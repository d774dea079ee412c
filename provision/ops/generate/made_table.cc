#include "provision/ops/generate/made_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"

namespace provision {
namespace {

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// True if `text` says `word`, not as a part of another one. "t_age_check" says 'age'.
bool says(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    const bool begins = at == 0 || !is_word_character(text[at - 1]);
    if (begins && (end == text.size() || !is_word_character(text[end]))) return true;
  }
  return false;
}

}  // namespace

MadeTable::MadeTable(const SeedTable& seed, const RowRules& rules, const FindParents& parents)
    : seed_(seed) {
  std::vector<ColumnPlan> plans = plan_columns(seed, rules, parents);
  keep_apart(plans, seed, rules);
  for (const ColumnPlan& plan : plans) {
    columns_.push_back(plan.column->name);
    places_.push_back(plan.generator.place);
    are_full_.push_back(!plan.is_null && plan.generator.nulls_per_million == 0 &&
                        plan.choosing.way != Choosing::Way::earlier);
    makers_.push_back(maker_of(plan));
  }
}

bool MadeTable::is_full(const std::string& column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  return found != columns_.end() && are_full_[static_cast<size_t>(found - columns_.begin())];
}

void MadeTable::make(std::int64_t number, SeedRow& row) const {
  row.values.resize(makers_.size());
  for (size_t i = 0; i < makers_.size(); ++i) {
    SeedValue& value = row.values[i];
    if (!value) value.emplace();
    value->clear();
    if (!makers_[i]->write(number, *value)) value.reset();
  }
}

Error MadeTable::explained(const Error& failure, std::optional<std::int64_t> number) const {
  size_t named = columns_.size();
  for (size_t i = 0; i < columns_.size(); ++i) {
    const bool is_longer = named == columns_.size() || columns_[i].size() > columns_[named].size();
    if (is_longer && says(failure.message(), columns_[i])) named = i;
  }
  const Place& place = named < columns_.size() ? places_[named] : seed_.place;
  if (!number) return failure.at(place);
  return failure.within(fmt::format("made row {} of {}", *number + 1, count())).at(place);
}

bool MadeTable::write(const std::string& column, std::int64_t number, std::string& into) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) {
    throw usage_error(
        seed_.place,
        fmt::format("column '{}.{}' is referred to, and has no made values", seed_.table, column));
  }
  return makers_[static_cast<size_t>(found - columns_.begin())]->write(number, into);
}

}  // namespace provision
