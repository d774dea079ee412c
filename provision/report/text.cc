#include <fmt/format.h>

#include "provision/report/compared.h"
#include "provision/report/render.h"
#include "provision/report/tally.h"
#include "provision/report/text_checks.h"
#include "provision/report/text_compared.h"
#include "provision/report/text_table.h"

namespace provision {
namespace {

std::string facts_text(const Report& report, const Style& style) {
  Pairs pairs;
  for (const Fact& fact : report.facts) {
    if (!is_shown(fact.shown, style)) continue;
    pairs.emplace_back(fact.label.empty() ? spaced(fact.key) : fact.label, fact.value);
  }
  return pairs_text(pairs, style);
}

void add_section(std::string& out, const std::string& text) {
  if (!out.empty() && !text.empty()) out += "\n";
  out += text;
}

void add_tables(std::string& out, const Report& report, const Style& style) {
  for (const Table& table : report.tables) add_section(out, table_text(table, style));
}

/// True for a table with a line for each of many databases: it is what is asked for, in whatever
/// detail the rest is told.
bool is_overview(const Table& table) {
  return table.key == "environments" || table.key.starts_with("fleet");
}

/// What differs stands above the tables, which are about it.
std::string drift_text(const Report& report, const Style& style) {
  const ComparedReport sorted = compared(report);
  const bool is_full = style.detail == Detail::full;
  std::string out = is_full ? facts_text(report, style) : "";
  add_section(out, compared_text(sorted, style));
  add_section(out, findings_text(sorted.others, style));
  for (const Table& table : report.tables) {
    if (is_full || is_overview(table)) add_section(out, table_text(table, style));
  }
  add_section(out, (report.summary.empty() ? described(sorted) : report.summary) + "\n");
  return out;
}

}  // namespace

std::string to_text(const Report& report, const Style& style) {
  if (!report.comparisons.empty()) return drift_text(report, style);
  std::string out = facts_text(report, style);
  add_tables(out, report, style);
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
