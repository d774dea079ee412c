#include "provision/report/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "provision/base/text.h"
#include "provision/report/text_style.h"

namespace provision {
namespace {

std::string heading_of(const Column& column) {
  return column.heading.empty() ? spaced(column.key) : column.heading;
}

struct ToText {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return fmt::format("{:.1f}", value); }
  std::string operator()(const std::string& value) const { return printable(value); }
  std::string operator()(const std::vector<std::string>& value) const {
    return printable(joined(value, ", "));
  }
};

std::string text_of(const Value& value) { return std::visit(ToText(), value); }

bool is_number(const Value& value) {
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

/// The indices of the columns that are shown: asked for, and not blank in every row.
std::vector<size_t> shown_columns(const Table& table, const Style& style) {
  std::vector<size_t> indices;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (!is_shown(table.columns[i].shown, style)) continue;
    const bool filled =
        std::any_of(table.rows.begin(), table.rows.end(), [&](const std::vector<Cell>& row) {
          return i < row.size() && !text_of(row[i].value).empty();
        });
    if (filled) indices.push_back(i);
  }
  return indices;
}

void add_blocks(std::string& out, const Table& table, const Style& style) {
  for (const std::vector<Cell>& row : table.rows) {
    Pairs pairs;
    for (size_t i = 0; i < row.size(); ++i) {
      const Column& column = table.columns[i];
      if (!is_shown(column.shown, style)) continue;
      pairs.emplace_back(heading_of(column), row[i]);
    }
    if (&row != &table.rows.front()) out += "\n";
    out += pairs_text(pairs, style);
  }
}

void add_grid(std::string& out, const Table& table, const Style& style) {
  const std::vector<size_t> columns = shown_columns(table, style);
  std::vector<int> widths(columns.size());
  std::vector<std::string> headings;
  for (size_t c = 0; c < columns.size(); ++c) {
    const Column& column = table.columns[columns[c]];
    headings.push_back(heading_of(column));
    widths[c] = display_width(headings[c]);
    for (const std::vector<Cell>& row : table.rows) {
      if (columns[c] < row.size()) {
        widths[c] = std::max(widths[c], display_width(text_of(row[columns[c]].value)));
      }
    }
  }
  const auto add_line = [&](const auto& cell_at) {
    std::string line;
    for (size_t c = 0; c < columns.size(); ++c) {
      const auto [text, tone, right] = cell_at(c);
      const std::string gap = padding(widths[c] - display_width(text));
      line += (c == 0 ? "" : "  ") + (right ? gap : "") + painted(text, tone, style) +
              (right ? "" : gap);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  add_line([&](size_t c) {
    const bool right = !table.rows.empty() && columns[c] < table.rows[0].size() &&
                       is_number(table.rows[0][columns[c]].value);
    return std::tuple(headings[c], Tone::dim, right);
  });
  for (const std::vector<Cell>& row : table.rows) {
    add_line([&](size_t c) {
      const Cell cell = columns[c] < row.size() ? row[columns[c]] : Cell();
      return std::tuple(text_of(cell.value), cell.tone, is_number(cell.value));
    });
  }
}

}  // namespace

bool is_shown(Shown shown, const Style& style) {
  return shown == Shown::always || (shown == Shown::verbose && style.verbose);
}

std::string spaced(const std::string& key) {
  std::string text = key;
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string pairs_text(const Pairs& pairs, const Style& style) {
  std::string out;
  int width = 0;
  for (const auto& [label, cell] : pairs) width = std::max(width, display_width(label));
  for (const auto& [label, cell] : pairs) {
    const std::string value = text_of(cell.value);
    if (value.empty()) continue;
    out += fmt::format("{}{}  {}\n", painted(label, Tone::dim, style),
                       padding(width - display_width(label)), painted(value, cell.tone, style));
  }
  return out;
}

std::string table_text(const Table& table, const Style& style) {
  if (table.rows.empty()) return table.when_empty.empty() ? "" : table.when_empty + "\n";
  if (shown_columns(table, style).empty()) return "";
  std::string out = table.title.empty() ? "" : table.title + "\n";
  if (table.vertical) {
    add_blocks(out, table, style);
  } else {
    add_grid(out, table, style);
  }
  return out;
}

}  // namespace provision
