#include "provision/base/text.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/report/render.h"
#include "provision/report/tally.h"
#include "provision/report/text_checks.h"
#include "provision/report/text_style.h"

namespace provision {
namespace {

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

bool is_shown(Shown shown, const Style& style) {
  return shown == Shown::always || (shown == Shown::verbose && style.verbose);
}

std::string spaced(const std::string& key) {
  std::string text = key;
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

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

/// "label  value" lines with the values under each other; blank values are left out.
void add_pairs(std::string& out, const std::vector<std::pair<std::string, Cell>>& pairs,
               const Style& style) {
  int width = 0;
  for (const auto& [label, cell] : pairs) width = std::max(width, display_width(label));
  for (const auto& [label, cell] : pairs) {
    const std::string value = text_of(cell.value);
    if (value.empty()) continue;
    out += fmt::format("{}{}  {}\n", painted(label, Tone::dim, style),
                       padding(width - display_width(label)), painted(value, cell.tone, style));
  }
}

void add_facts(std::string& out, const Report& report, const Style& style) {
  std::vector<std::pair<std::string, Cell>> pairs;
  for (const Fact& fact : report.facts) {
    if (!is_shown(fact.shown, style)) continue;
    pairs.emplace_back(fact.label.empty() ? spaced(fact.key) : fact.label, fact.value);
  }
  add_pairs(out, pairs, style);
}

void add_blocks(std::string& out, const Table& table, const Style& style) {
  for (const std::vector<Cell>& row : table.rows) {
    std::vector<std::pair<std::string, Cell>> pairs;
    for (size_t i = 0; i < row.size(); ++i) {
      const Column& column = table.columns[i];
      if (!is_shown(column.shown, style)) continue;
      pairs.emplace_back(column.heading.empty() ? spaced(column.key) : column.heading, row[i]);
    }
    if (&row != &table.rows.front()) out += "\n";
    add_pairs(out, pairs, style);
  }
}

void add_grid(std::string& out, const Table& table, const Style& style) {
  const std::vector<size_t> columns = shown_columns(table, style);
  std::vector<int> widths(columns.size());
  std::vector<std::string> headings;
  for (size_t c = 0; c < columns.size(); ++c) {
    const Column& column = table.columns[columns[c]];
    headings.push_back(column.heading.empty() ? spaced(column.key) : column.heading);
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

void add_table(std::string& out, const Table& table, const Style& style) {
  if (table.rows.empty()) {
    if (!table.when_empty.empty()) out += table.when_empty + "\n";
    return;
  }
  if (shown_columns(table, style).empty()) return;
  if (!table.title.empty()) out += table.title + "\n";
  if (table.vertical) {
    add_blocks(out, table, style);
  } else {
    add_grid(out, table, style);
  }
}

void add_section(std::string& out, const std::string& text) {
  if (!out.empty() && !text.empty()) out += "\n";
  out += text;
}

}  // namespace

std::string to_text(const Report& report, const Style& style) {
  std::string out;
  add_facts(out, report, style);
  for (const Table& table : report.tables) {
    std::string text;
    add_table(text, table, style);
    add_section(out, text);
  }
  out += report.body;
  if (!report.body.empty() && report.body.back() != '\n') out += "\n";
  add_section(out, checks_text(report, style));
  add_section(out, findings_text(report, style));
  if (style.verbose) add_section(out, notes_text(report, style));
  if (!report.checks.empty()) {
    add_section(out,
                (report.summary.empty() ? described(tally(report.checks)) : report.summary) + "\n");
  } else if (!report.summary.empty()) {
    out += report.summary + "\n";
  }
  return out;
}

}  // namespace provision
