#include <fmt/format.h>

#include <iterator>

#include "provision/base/error.h"
#include "provision/report/compared.h"
#include "provision/report/difference_text.h"
#include "provision/report/html_parts.h"
#include "provision/report/html_text.h"
#include "provision/report/subject.h"
#include "provision/report/verdicts.h"

namespace provision {
namespace {

std::string side(std::string_view kind, std::string_view name, const std::string& html) {
  return fmt::format(R"(<div class="{}">{}{}</div>)", kind, html_element("small", "", name), html);
}

/// `text`, or as much of it as is good on a page.
std::string bounded(const std::string& text) {
  constexpr size_t kMost = 20'000;
  if (text.size() <= kMost) return text;
  return text.substr(0, kMost) + fmt::format("\n... and {} bytes more", text.size() - kMost);
}

std::string html_of(const Difference& difference) {
  const bool is_known =
      difference.type == "missing" || difference.type == "extra" || difference.type == "changed";
  std::string html =
      fmt::format(R"(<div class="difference{}" data-kind="{}"><p>)",
                  difference.counts ? "" : " note", html_escaped(kind_of(difference)));
  html += html_element("span", is_known ? "type " + difference.type : "type", difference.type);
  html += html_element("span", "object", difference.object);
  if (!difference.attribute.empty()) html += ", " + html_element("b", "", difference.attribute);
  html += html_element("span", "class",
                       difference.difference_class + (difference.counts ? "" : ", not counted"));
  return html + "</p>" + html_sides(difference, "expected", "actual") + "</div>\n";
}

std::string help_of(const std::string& verdict) {
  const Verdict* known = find_verdict(verdict);
  if (known == nullptr) return "";
  return html_element("p", "help", fmt::format("{} {}", known->meaning, known->advice));
}

std::string kinds_of(const Finding& finding) {
  std::string kinds;
  for (const auto& [kind, count] : difference_kinds({finding})) kinds += html_escaped(kind) + "\n";
  return kinds;
}

std::string card_of(const Finding& finding, size_t index, const std::string& row) {
  std::string html = fmt::format(
      R"(<article class="card finding" id="f{}" data-row="{}" data-verdict="{}" data-kinds="{}"><h3>)",
      index, row, html_escaped(finding.verdict), kinds_of(finding));
  html += html_element("span", "badge bad", finding.verdict);
  const std::string subject = html_element("code", "", finding.subject);
  if (!finding.database.empty()) html += html_element("span", "of", finding.database) + " ";
  html += row.empty() ? subject : fmt::format(R"(<a href="#{}">{}</a>)", row, subject);
  html += " " + html_escaped(finding.message) + "</h3>";
  if (!finding.file.empty()) {
    html += html_element("p", "place", Place{finding.file, finding.line}.text());
  }
  html += help_of(finding.verdict);
  for (const Difference& difference : finding.differences) html += html_of(difference);
  if (!finding.detail.empty()) {
    html += "<details open><summary>what was said</summary>" +
            html_element("pre", "", finding.detail) + "</details>";
  }
  return html + "</article>\n";
}

/// The row of each check.
std::map<Subject, std::string> rows_of(const std::vector<Check>& checks) {
  std::map<Subject, std::string> rows;
  for (size_t i = 0; i < checks.size(); ++i) {
    rows.try_emplace(subject_of(checks[i]), fmt::format("r{}", i));
  }
  return rows;
}

std::string notes_of(const std::vector<Check>& checks) {
  std::string html;
  for (const Check& check : checks) {
    if (check.notes.empty()) continue;
    html += "<details class=\"card notes\"><summary>" + html_element("code", "", check.id) + " " +
            html_escaped(check.title) + "</summary>";
    for (Difference note : check.notes) {
      note.counts = false;
      html += html_of(note);
    }
    html += "</details>\n";
  }
  return html.empty() ? "" : "<h2>Differs, and is not counted</h2>\n" + html;
}

}  // namespace

std::string html_sides(const Difference& difference, std::string_view expected_name,
                       std::string_view actual_name) {
  if (difference.expected.empty() && difference.actual.empty()) return "";
  const auto [expected, actual] =
      marked_changes(bounded(difference.expected), bounded(difference.actual));
  const auto shown = [&](const std::string& html, std::string_view absent_type) {
    if (!html.empty()) return "<pre>" + html + "</pre>";
    const bool is_there = difference.type != "changed" && difference.type != absent_type;
    return html_element("span", "nothing", is_there ? "there" : "nothing");
  };
  return R"(<div class="sides">)" + side("expected", expected_name, shown(expected, "extra")) +
         side("actual", actual_name, shown(actual, "missing")) + "</div>";
}

std::map<std::string, int> difference_kinds(const std::vector<Finding>& findings) {
  std::map<std::string, int> kinds;
  for (const Finding& finding : findings) {
    for (const Difference& difference : finding.differences) ++kinds[kind_of(difference)];
  }
  return kinds;
}

std::string html_findings(const Report& report) {
  std::string html;
  const std::map<Subject, std::string> rows = rows_of(report.checks);
  for (const Finding* finding : compared(report).others) {
    const auto row = rows.find(subject_of(*finding));
    html += card_of(*finding, static_cast<size_t>(finding - report.findings.data()),
                    row == rows.end() ? "" : row->second);
  }
  if (!html.empty()) html = "<h2 id=\"findings\">Findings</h2>\n" + html;
  return html + notes_of(report.checks);
}

}  // namespace provision
