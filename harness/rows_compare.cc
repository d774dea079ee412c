#include "harness/rows_compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "provision/base/text.h"

using namespace provision;

namespace harness {
namespace {

using Type = DataDifference::Type;

constexpr size_t kSamples = 3;
constexpr size_t kLongestSample = 32;

/// Places of columns in the rows before and after.
struct Shared {
  std::string name;
  size_t before;
  size_t after;
};

std::vector<Shared> shared_columns(const TableRows& before, const TableRows& after,
                                   const std::vector<std::string>& names) {
  std::vector<Shared> shared;
  const auto place = [](const TableRows& table, const std::string& name) {
    return static_cast<size_t>(std::find(table.columns.begin(), table.columns.end(), name) -
                               table.columns.begin());
  };
  for (const std::string& name : names) {
    const size_t here = place(before, name);
    const size_t there = place(after, name);
    if (here < before.columns.size() && there < after.columns.size()) {
      shared.push_back({name, here, there});
    }
  }
  return shared;
}

void append_cell(std::string& text, const std::optional<std::string>& cell) {
  if (cell) text.append(std::to_string(cell->size())).append(1, ':').append(*cell);
  text += ';';
}

/// The cells of a row in `columns`, as one text that no other cells give.
std::string cells_of(const Row& row, const std::vector<Shared>& columns, size_t Shared::*side) {
  std::string text;
  for (const Shared& column : columns) append_cell(text, row[column.*side]);
  return text;
}

/// What stands before the mark of the type that a value is stored as.
std::string_view without_type(std::string_view value) {
  return value.substr(0, value.rfind('\x01'));
}

std::string shown(const std::optional<std::string>& value) {
  if (!value) return "NULL";
  const std::string_view text = without_type(*value);
  if (text.size() <= kLongestSample) return fmt::format("'{}'", printable(text));
  size_t end = kLongestSample;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return fmt::format("'{}...'", printable(text.substr(0, end)));
}

/// With its type, where that is all that tells it from another one.
std::string shown_typed(const std::optional<std::string>& value) {
  const size_t mark = value ? value->rfind('\x01') : std::string::npos;
  return shown(value) + " as " + (mark == std::string::npos ? "text" : value->substr(mark + 1));
}

void add_sample(std::vector<std::string>& samples, std::string sample) {
  if (samples.size() < kSamples) samples.push_back(std::move(sample));
}

using Pointers = std::vector<const Row*>;

/// Compares the rows of one table, which both sides have in full.
class Comparison {
 public:
  Comparison(const TableRows& before, const TableRows& after)
      : before_(before),
        after_(after),
        columns_(shared_columns(before, after, before.columns)),
        key_(shared_columns(before, after, before.key)) {
    if (key_.size() < before.key.size()) key_.clear();
    for (const Row& row : before.rows) gone_.push_back(&row);
    for (const Row& row : after.rows) come_.push_back(&row);
  }

  std::vector<DataDifference> run() {
    match(columns_, false);
    if (!key_.empty()) {
      match(key_, true);
      std::vector<Shared> others = columns_;
      std::erase_if(others, [&](const Shared& column) {
        return std::any_of(key_.begin(), key_.end(),
                           [&](const Shared& key) { return key.name == column.name; });
      });
      // Rows that are the same but for their key were given another one.
      if (!others.empty()) match(others, true);
    } else {
      compare_unpaired();
    }
    add_rows(Type::missing, gone_, &Shared::before);
    add_rows(Type::extra, come_, &Shared::after);
    return std::move(found_);
  }

 private:
  /// Takes the rows that are alike in `columns` from both sides, and compares them if they are
  /// alike in those only.
  void match(const std::vector<Shared>& columns, bool compares) {
    if (columns.empty()) return;
    std::unordered_multimap<std::string, const Row*> by_cells;
    // Backwards, since the last one of equals is found first.
    for (auto row = come_.rbegin(); row != come_.rend(); ++row) {
      by_cells.emplace(cells_of(**row, columns, &Shared::after), *row);
    }
    Pointers gone;
    Pointers matched;
    for (const Row* row : gone_) {
      const auto same = by_cells.find(cells_of(*row, columns, &Shared::before));
      if (same == by_cells.end()) {
        gone.push_back(row);
        continue;
      }
      if (compares) compare(*row, *same->second);
      matched.push_back(same->second);
      by_cells.erase(same);
    }
    gone_ = std::move(gone);
    std::sort(matched.begin(), matched.end());
    std::erase_if(come_, [&](const Row* row) {
      return std::binary_search(matched.begin(), matched.end(), row);
    });
  }

  void compare(const Row& before, const Row& after) {
    for (const Shared& column : columns_) {
      const auto& was = before[column.before];
      const auto& is = after[column.after];
      if (was != is) change(column.name, was, is);
    }
  }

  void change(const std::string& column, const std::optional<std::string>& was,
              const std::optional<std::string>& is) {
    auto known = std::find_if(found_.begin(), found_.end(),
                              [&](const DataDifference& d) { return d.column == column; });
    if (known == found_.end())
      known = found_.insert(found_.end(), difference(Type::changed, column));
    ++known->count;
    if (!is) ++known->nulls;
    const bool same_text = was && is && without_type(*was) == without_type(*is);
    add_sample(known->expected, same_text ? shown_typed(was) : shown(was));
    add_sample(known->actual, same_text ? shown_typed(is) : shown(is));
  }

  /// Without a key nobody knows which row became which: as many as both sides have are taken to be
  /// the same, and each column is compared by the values that it holds.
  void compare_unpaired() {
    const size_t pairs = std::min(gone_.size(), come_.size());
    if (pairs == 0) return;
    for (const Shared& column : columns_) {
      auto was = values(gone_, column.before);
      auto is = values(come_, column.after);
      std::vector<std::optional<std::string>> lost;
      std::vector<std::optional<std::string>> won;
      std::set_difference(was.begin(), was.end(), is.begin(), is.end(), std::back_inserter(lost));
      std::set_difference(is.begin(), is.end(), was.begin(), was.end(), std::back_inserter(won));
      for (size_t i = 0; i < std::min(lost.size(), won.size()); ++i)
        change(column.name, lost[i], won[i]);
    }
    gone_.erase(gone_.begin(), gone_.begin() + static_cast<std::ptrdiff_t>(pairs));
    come_.erase(come_.begin(), come_.begin() + static_cast<std::ptrdiff_t>(pairs));
  }

  static std::vector<std::optional<std::string>> values(const Pointers& rows, size_t column) {
    std::vector<std::optional<std::string>> values;
    for (const Row* row : rows) values.push_back((*row)[column]);
    std::sort(values.begin(), values.end());
    return values;
  }

  void add_rows(Type type, const Pointers& rows, size_t Shared::*side) {
    if (rows.empty()) return;
    DataDifference found = difference(type, {});
    found.count = static_cast<std::int64_t>(rows.size());
    const std::vector<Shared>& told = key_.empty() ? columns_ : key_;
    for (const Row* row : rows) {
      std::vector<std::string> cells;
      for (const Shared& column : told) {
        if (cells.size() < kSamples)
          cells.push_back(column.name + " " + shown((*row)[column.*side]));
      }
      add_sample(type == Type::missing ? found.expected : found.actual, joined(cells, ", "));
    }
    found_.push_back(std::move(found));
  }

  DataDifference difference(Type type, std::string column) const {
    return {.type = type,
            .schema = before_.schema,
            .table = before_.name,
            .column = std::move(column),
            .before = before_.count,
            .after = after_.count};
  }

  const TableRows& before_;
  const TableRows& after_;
  std::vector<Shared> columns_;
  std::vector<Shared> key_;  ///< empty: rows have none that both sides know
  Pointers gone_;
  Pointers come_;
  std::vector<DataDifference> found_;
};

/// Where one side is too big to be kept: how many rows, and which columns differ.
std::vector<DataDifference> compared_by_digest(const TableRows& before, const TableRows& after) {
  std::vector<DataDifference> found;
  const DataDifference same{
      .schema = before.schema, .table = before.name, .before = before.count, .after = after.count};
  if (before.count != after.count) {
    found.push_back(same);
    found.back().type = before.count > after.count ? Type::missing : Type::extra;
    found.back().count = std::abs(before.count - after.count);
    return found;
  }
  if (before.key != after.key) return found;
  for (const Shared& column : shared_columns(before, after, before.columns)) {
    if (before.digests.at(column.before) == after.digests.at(column.after)) continue;
    found.push_back(same);
    found.back().column = column.name;
    found.back().count = -1;
  }
  return found;
}

std::vector<DataDifference> compared(const TableRows& before, const TableRows& after) {
  if (before.is_digest || after.is_digest) return compared_by_digest(before, after);
  return Comparison(before, after).run();
}

/// True if inserts went well before (or would have, had a sequence given the numbers of generated
/// rows, too) and do not now.
bool fell_behind(const Numbering& was, const Numbering& is, const TableRows& before) {
  if (!is.is_behind()) return false;
  const bool is_anew = was.sequence != is.sequence && is.next <= was.next;
  return !was.is_behind() || (before.has_generated && is_anew);
}

void add_fallen_behind(const TableRows& before, const TableRows& after,
                       std::vector<DataDifference>& found) {
  for (const Numbering& is : after.numberings) {
    const auto was = std::find_if(before.numberings.begin(), before.numberings.end(),
                                  [&](const Numbering& one) { return one.column == is.column; });
    if (was == before.numberings.end() || !fell_behind(*was, is, before)) continue;
    found.push_back({.type = Type::behind,
                     .schema = after.schema,
                     .table = after.name,
                     .column = is.column,
                     .before = before.count,
                     .after = after.count,
                     .expected = {std::to_string(was->next)},
                     .actual = {std::to_string(is.next), std::to_string(*is.highest)}});
  }
}

}  // namespace

std::vector<DataDifference> lost_rows(const RowsChanges& upgrade) {
  std::vector<DataDifference> lost;
  for (const auto& [id, change] : upgrade) {
    if (!change.before || !change.after || change.after->count >= change.before->count) continue;
    for (DataDifference& found : compared(*change.before, *change.after)) {
      if (found.type != Type::missing) continue;
      found.count = change.before->count - change.after->count;
      lost.push_back(std::move(found));
    }
  }
  return lost;
}

std::vector<DataDifference> data_difference(const RowsChanges& there_and_back) {
  std::vector<DataDifference> all;
  for (const auto& [id, change] : there_and_back) {
    if (!change.before || !change.after || change.before == change.after) continue;
    std::vector<DataDifference> found = compared(*change.before, *change.after);
    add_fallen_behind(*change.before, *change.after, found);
    all.insert(all.end(), std::make_move_iterator(found.begin()),
               std::make_move_iterator(found.end()));
  }
  return all;
}

}  // namespace harness
