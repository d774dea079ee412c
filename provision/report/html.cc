#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "provision/base/text.h"
#include "provision/report/compared.h"
#include "provision/report/html_assets.h"
#include "provision/report/html_graph.h"
#include "provision/report/html_parts.h"
#include "provision/report/html_text.h"
#include "provision/report/render.h"
#include "provision/report/tally.h"

namespace provision {
namespace {

std::string spaced(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

struct ToHtml {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return fmt::format("{:.1f}", value); }
  std::string operator()(const std::string& value) const { return html_escaped(value); }
  std::string operator()(const std::vector<std::string>& value) const {
    return html_escaped(joined(value, ", "));
  }
};

std::string html_of(const Value& value) { return std::visit(ToHtml(), value); }

std::string verdict_line(const Report& report) {
  std::string said = report.checks.empty() ? report.summary : described(tally(report.checks));
  if (said.empty() && !report.comparisons.empty()) said = described(compared(report));
  std::string html = html_escaped(said.empty() && report.ok() ? "nothing found" : said);
  if (!report.ok() && report.comparisons.empty()) {
    html += fmt::format(R"({}<a href="#findings">{}</a>)", html.empty() ? "" : "; ",
                        counted(static_cast<std::int64_t>(report.findings.size()), "finding"));
  }
  return fmt::format("<p class=\"lead {}\">{}</p>\n", report.ok() ? "good" : "bad", html);
}

std::string facts_of(const Report& report) {
  std::string html;
  for (const Fact& fact : report.facts) {
    if (fact.shown == Shown::json_only) continue;
    const std::string value = html_of(fact.value.value);
    if (value.empty()) continue;
    html += "<div>" + html_element("dt", "", fact.label.empty() ? spaced(fact.key) : fact.label) +
            "<dd>" + value + "</dd></div>";
  }
  return html.empty() ? "" : "<dl class=\"facts\">" + html + "</dl>\n";
}

/// How many passed, failed and were skipped, as one bar.
std::string share_of(const Tally& tally) {
  if (tally.all() == 0) return "";
  std::string html = fmt::format(
      R"(<svg class="share" viewBox="0 0 {} 8" preserveAspectRatio="none" aria-hidden="true">)",
      tally.all());
  int x = 0;
  for (const auto& [kind, count] :
       {std::pair("failed", tally.failed), {"skipped", tally.skipped}, {"passed", tally.passed}}) {
    html += fmt::format(R"(<rect class="f-{}" x="{}" width="{}" height="8"/>)", kind, x, count);
    x += count;
  }
  return html + "</svg>\n";
}

/// Every verdict of a check or of a finding, and how many have it.
std::map<std::string, int> verdicts_of(const Report& report) {
  std::map<std::string, int> verdicts;
  for (const Check& check : report.checks) ++verdicts[check.verdict];
  std::map<std::string, int> found;
  for (const Finding& finding : report.findings) ++found[finding.verdict];
  for (const auto& [verdict, count] : found) verdicts.try_emplace(verdict, count);
  return verdicts;
}

std::string severity_chips(const Report& report) {
  std::map<std::string_view, int> severities;
  for (const Compared& one : compared(report).comparisons) {
    for (const ComparedObject& object : one.objects) ++severities[object.severity];
  }
  std::string html;
  for (const std::string_view severity : {"breaking", "risky", "cosmetic"}) {
    const auto found = severities.find(severity);
    if (found == severities.end()) continue;
    html += fmt::format(
        R"(<button class="severity {0}" data-severity="{0}" aria-pressed="false">{0} <span class="count">{1}</span></button>)",
        severity, found->second);
  }
  return html;
}

// Shown by the script, which alone makes it work.
std::string tools_of(const Report& report) {
  std::string html =
      "<div class=\"tools\" id=\"tools\" hidden>\n<input id=\"q\" type=\"search\" "
      "placeholder=\"Search names and reasons\" aria-label=\"Search\">\n" +
      severity_chips(report);
  for (const auto& [verdict, count] : verdicts_of(report)) {
    html += fmt::format(
        R"(<button data-verdict="{}" aria-pressed="false">{} <span class="count">{}</span></button>)",
        html_escaped(verdict), html_escaped(verdict), count);
  }
  const std::map<std::string, int> kinds = difference_kinds(report.findings);
  if (!kinds.empty()) {
    html +=
        "\n<select id=\"k\" aria-label=\"Kind of object\"><option value=\"\">all kinds</option>";
    for (const auto& [kind, count] : kinds) {
      html += fmt::format(R"(<option value="{0}">{0} ({1})</option>)", html_escaped(kind), count);
    }
    html += "</select>";
  }
  if (!report.checks.empty()) {
    html +=
        "\n<select id=\"o\" aria-label=\"Order\"><option value=\"\">in order</option>"
        "<option value=\"time\">slowest first</option></select>";
  }
  return html + "\n<span class=\"shown\" id=\"shown\" aria-live=\"polite\"></span>\n</div>\n";
}

std::string slowest_of(const std::vector<Check>& checks) {
  std::vector<std::string> parts;
  const double all = tally(checks).milliseconds;
  for (const size_t i : slowest(checks)) {
    const double time = duration(checks[i]);
    parts.push_back(fmt::format(R"(<a href="#r{}">{}</a> {} ({:.0f} %))", i,
                                html_element("code", "", checks[i].id), shown_duration(time),
                                time / all * 100));
  }
  return parts.empty() ? "" : "<p class=\"lead\">Slowest: " + joined(parts, ", ") + "</p>\n";
}

/// The positions of the columns that are for people and not blank in every row.
std::vector<size_t> shown_columns(const Table& table) {
  std::vector<size_t> shown;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const bool is_filled = std::any_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
      return i < row.size() && !html_of(row[i].value).empty();
    });
    if (is_filled && table.columns[i].shown != Shown::json_only) shown.push_back(i);
  }
  return shown;
}

std::string table_of(const Table& table) {
  if (table.rows.empty()) {
    return table.when_empty.empty() ? "" : html_element("p", "when-empty", table.when_empty) + "\n";
  }
  const std::vector<size_t> columns = shown_columns(table);
  if (columns.empty()) return "";
  std::string html = html_element("h2", "", table.title.empty() ? spaced(table.key) : table.title) +
                     "\n<div class=\"scroll\"><table><tr>";
  for (const size_t i : columns) {
    const Column& column = table.columns[i];
    html += html_element("th", "", column.heading.empty() ? spaced(column.key) : column.heading);
  }
  html += "</tr>\n";
  for (const std::vector<Cell>& row : table.rows) {
    html += "<tr>";
    for (const size_t i : columns) {
      html += "<td>" + (i < row.size() ? html_of(row[i].value) : "") + "</td>";
    }
    html += "</tr>\n";
  }
  return html + "</table></div>\n";
}

std::string head_of(const Report& report, int width) {
  const std::string style =
      fmt::format("\n:root {{ --graph: {}px; }}{}{}", width, kHtmlStyle,
                  report.comparisons.empty() ? std::string_view() : kComparedStyle);
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<title>provision {}: {}</title>\n<style>{}</style>\n</head>\n",
      policy_hash(style), policy_hash(kHtmlScript), html_escaped(report.command),
      report.ok() ? "ok" : counted(static_cast<std::int64_t>(report.findings.size()), "finding"),
      style);
}

}  // namespace

std::string to_html(const Report& report, const Style&) {
  std::string html = head_of(report, graph_width(graph_rows(report.checks)));
  html += fmt::format("<body>\n<h1>provision {}</h1>\n", html_escaped(report.command));
  html += verdict_line(report) + facts_of(report) + share_of(tally(report.checks));
  html += slowest_of(report.checks) + tools_of(report);
  html += html_rows(report) + html_compared(report) + html_findings(report);
  for (const Table& table : report.tables) html += table_of(table);
  if (!report.body.empty()) html += html_element("pre", "body", report.body) + "\n";
  return html + fmt::format("<script>{}</script>\n</body>\n</html>\n", kHtmlScript);
}

}  // namespace provision
