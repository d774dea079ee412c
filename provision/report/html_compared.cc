// The comparisons of a report as parts of the page.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "provision/base/text.h"
#include "provision/report/compared.h"
#include "provision/report/difference_text.h"
#include "provision/report/html_overview.h"
#include "provision/report/html_parts.h"
#include "provision/report/html_text.h"

namespace provision {
namespace {

constexpr size_t kMostBytes = 3'000'000;  ///< of cards in full; beyond it only headings
constexpr size_t kMostPictures = 30;

/// What an object may have been renamed from or to, as the table `likely_renames` says.
class Renames {
 public:
  explicit Renames(const std::vector<Table>& tables) {
    for (const Table& table : tables) {
      if (table.key == "likely_renames") read(table);
    }
  }

  /// "perhaps renamed to ..."; empty if nothing is known of `object`.
  std::string remark(const std::string& database, const std::string& object) const {
    auto found = remarks_.find({database, object});
    if (found == remarks_.end()) found = remarks_.find({"", object});
    return found == remarks_.end() ? "" : found->second;
  }

 private:
  void read(const Table& table) {
    for (const std::vector<Cell>& row : table.rows) {
      std::map<std::string_view, std::string> cells;
      for (size_t i = 0; i < std::min(row.size(), table.columns.size()); ++i) {
        const auto* text = std::get_if<std::string>(&row[i].value);
        if (text != nullptr) cells[table.columns[i].key] = *text;
      }
      const std::string& from = cells["expected"];
      const std::string& to = cells["actual"];
      remarks_.try_emplace({cells["database"], from}, "perhaps renamed to " + to);
      remarks_.try_emplace({cells["database"], to}, "perhaps renamed from " + from);
    }
  }

  std::map<std::pair<std::string, std::string>, std::string> remarks_;
};

std::string severity_badge(std::string_view severity) {
  constexpr std::string_view kClasses[] = {"unjudged", "cosmetic", "risky", "breaking"};
  if (severity.empty()) return "";
  return html_element("span", fmt::format("severity {}", kClasses[rank_of(severity)]), severity) +
         " ";
}

std::string state_badge(std::string_view state) {
  const char sign = sign_of(state);
  const std::string_view kind = sign == '-' ? "missing" : sign == '+' ? "extra" : "changed";
  return html_element("span", fmt::format("type {}", kind),
                      fmt::format("{} {}", sign == '-' ? "−" : std::string(1, sign), state));
}

/// What differs and why that matters, in a line; nothing where the heading of the card says it.
std::string line_html(const Difference& one, const ComparedObject& object,
                      const std::string& renamed) {
  const std::string remark = renamed.empty() ? "" : " " + html_element("span", "renamed", renamed);
  if (whole_difference(*object.finding) != nullptr) return remark;
  const std::string part = part_name(one.object, object.finding->subject);
  const bool is_itself = part.empty() && one.attribute.empty();
  std::string html = state_badge(one.type);
  if (!part.empty() || is_itself)
    html += html_element("span", "object", is_itself ? one.object : part);
  if (!part.empty() && !one.attribute.empty()) html += ", ";
  if (!one.attribute.empty()) html += html_element("b", "", one.attribute);
  if (!one.counts) {
    return html + html_element("span", "class", one.difference_class + ", not counted") + remark;
  }
  html += " " + severity_badge(one.severity);
  return html + (one.reason.empty() ? "" : html_element("span", "reason", one.reason)) + remark;
}

std::string difference_html(const Difference& one, const ComparedObject& object,
                            const Comparison& sides, const Renames& renames) {
  const std::string line = line_html(one, object, renames.remark(sides.database, one.object));
  const std::string values = html_sides(one, sides.expected, sides.actual);
  if (line.empty() && values.empty()) return "";
  return fmt::format(R"(<div class="difference{}" data-kind="{}">)", one.counts ? "" : " note",
                     html_escaped(kind_of(one))) +
         (line.empty() ? "" : "<p>" + line + "</p>") + values + "</div>\n";
}

std::string kinds_of(const ComparedObject& object) {
  std::set<std::string> kinds = {kind_of(object.finding->subject)};
  for (const Difference& one : object.finding->differences) kinds.insert(kind_of(one));
  std::string html;
  for (const std::string& kind : kinds) html += html_escaped(kind) + "\n";
  return html;
}

/// The message; where it only repeats the worst of the differences below it, their number.
std::string summary_of(const Finding& finding) {
  const Difference* worst = worst_difference(finding);
  const bool repeats =
      worst != nullptr && whole_difference(finding) == nullptr && worst->reason == finding.message;
  if (!repeats) return finding.message;
  const auto count = std::count_if(finding.differences.begin(), finding.differences.end(),
                                   [](const Difference& one) { return one.counts; });
  return counted(count, "difference");
}

/// The heading of a card: all that is said of an object in a line.
std::string heading_html(const ComparedObject& object, size_t number) {
  const Finding& finding = *object.finding;
  std::string html = fmt::format(
      R"(<article class="card finding" id="f{}" data-verdict="{}" data-severity="{}" data-kinds="{}"><h3>)",
      number, html_escaped(object.state), html_escaped(object.severity), kinds_of(object));
  html += severity_badge(object.severity) + state_badge(object.state) +
          html_element("code", "", finding.subject);
  const std::string said = summary_of(finding);
  if (!said.empty()) html += " " + html_element("span", "reason", said);
  return html + "</h3>";
}

std::string card_html(const ComparedObject& object, const std::string& heading,
                      const Comparison& sides, const Renames& renames) {
  std::string html = heading;
  for (const Difference& one : object.finding->differences) {
    html += difference_html(one, object, sides, renames);
  }
  if (!object.finding->detail.empty()) html += html_element("pre", "", object.finding->detail);
  return html + "</article>\n";
}

/// Draws all comparisons, and keeps the page from growing beyond what a browser shows with ease.
class Sections {
 public:
  explicit Sections(const Report& report)
      : report_(report), sorted_(compared(report)), renames_(report.tables) {}

  std::string html() {
    std::string html;
    std::vector<std::string> equal;
    for (const Compared& one : sorted_.comparisons) {
      const Comparison& sides = *one.comparison;
      if (one.objects.empty() && sorted_.comparisons.size() > 1) {
        equal.push_back(sides.database.empty() ? sides.actual : sides.database);
      } else {
        html += section(one);
      }
    }
    if (!equal.empty()) html += equal_html(equal);
    if (headings_only_ > 0) {
      html = html_element("p", "lead",
                          fmt::format("The page would be too long: of {} only the heading is "
                                      "shown. `--format json` has all.",
                                      counted(headings_only_, "object"))) +
             "\n" + html;
    }
    return html;
  }

 private:
  std::string section(const Compared& one) {
    const Comparison& sides = *one.comparison;
    std::string html = "<section class=\"comparison\">\n";
    if (sorted_.comparisons.size() > 1) {
      html += html_element("h2", "", sides.database.empty() ? sides.actual : sides.database) +
              html_element("p", "lead", described(one)) + "\n";
    }
    if (++pictures_ <= kMostPictures) {
      html += "<div class=\"card overview\">\n" + html_bars(one) + html_map(one, report_.findings) +
              "</div>\n";
    }
    for (const ComparedObject& object : one.objects) html += card(object, sides);
    return html + "</section>\n";
  }

  std::string card(const ComparedObject& object, const Comparison& sides) {
    const auto number = static_cast<size_t>(object.finding - report_.findings.data());
    const std::string heading = heading_html(object, number);
    std::string html = bytes_ > kMostBytes ? heading + "</article>\n"
                                           : card_html(object, heading, sides, renames_);
    if (bytes_ > kMostBytes) ++headings_only_;
    bytes_ += html.size();
    return html;
  }

  static std::string equal_html(const std::vector<std::string>& names) {
    constexpr size_t kMost = 500;
    std::string html = "<h2>No difference</h2>\n<p class=\"names\">";
    for (size_t i = 0; i < std::min(names.size(), kMost); ++i) {
      html += html_element("code", "", names[i]) + "\n";
    }
    if (names.size() > kMost) html += fmt::format("and {} more", names.size() - kMost);
    return html + "</p>\n";
  }

  const Report& report_;
  ComparedReport sorted_;
  Renames renames_;
  size_t bytes_ = 0;
  size_t pictures_ = 0;
  std::int64_t headings_only_ = 0;
};

}  // namespace

std::string html_compared(const Report& report) {
  return report.comparisons.empty() ? "" : Sections(report).html();
}

}  // namespace provision
