#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "provision/base/error.h"
#include "provision/report/html_graph.h"
#include "provision/report/html_parts.h"
#include "provision/report/html_text.h"
#include "provision/report/subject.h"
#include "provision/report/tally.h"

namespace provision {
namespace {

constexpr size_t kStepColours = 4;

std::string_view tone_of(Check::Outcome outcome) {
  switch (outcome) {
    case Check::Outcome::passed:
      return "good";
    case Check::Outcome::failed:
      return "bad";
    case Check::Outcome::skipped:
      return "idle";
  }
  return "";
}

/// What all rows need to know of each other.
struct Scale {
  std::vector<std::string> steps;
  double longest = 0;
  int graph_width = 0;
  std::set<size_t> slowest;
  std::map<Subject, size_t> findings;  ///< the first of each
};

size_t colour_of(const std::string& step, const Scale& scale) {
  const auto found = std::find(scale.steps.begin(), scale.steps.end(), step);
  return static_cast<size_t>(found - scale.steps.begin()) % kStepColours;
}

std::string bar_of(const Check& check, const Scale& scale) {
  constexpr double kWidth = 1000;
  std::string svg = R"(<svg class="bar" viewBox="0 0 1000 8" preserveAspectRatio="none"><title>)";
  std::string rectangles;
  double x = 0;
  for (const Check::Timing& timing : check.timings) {
    const double width =
        scale.longest > 0 ? std::max(timing.milliseconds, 0.0) / scale.longest * kWidth : 0;
    fmt::format_to(std::back_inserter(rectangles),
                   R"(<rect class="s{}" x="{:.1f}" width="{:.1f}" height="8"/>)",
                   colour_of(timing.step, scale), x, width);
    x += width;
    svg += html_escaped(fmt::format("{} {}  ", timing.step, shown_duration(timing.milliseconds)));
  }
  return svg + "</title>" + rectangles + "</svg>";
}

std::string why_of(const Check& check, bool is_slow) {
  std::string html;
  if (!check.reason.empty()) html += html_element("span", "why", check.reason);
  if (is_slow) html += R"(<span class="why">one of the slowest</span>)";
  return html;
}

/// The id, which leads to what was found.
std::string id_of(const Check& check, const Scale& scale) {
  const auto finding = scale.findings.find(subject_of(check));
  if (finding == scale.findings.end() || check.outcome == Check::Outcome::passed) {
    return html_element("span", "id", check.id);
  }
  return fmt::format(R"(<a class="id" href="#f{}">{}</a>)", finding->second,
                     html_escaped(check.id));
}

std::string row_of(const Check& check, size_t index, const GraphRow& graph, const Scale& scale) {
  const bool is_slow = scale.slowest.contains(index);
  std::string html =
      fmt::format(R"(<li class="row{}" id="r{}" data-verdict="{}" data-time="{:.3f}">{})",
                  is_slow ? " slow" : "", index, html_escaped(check.verdict), duration(check),
                  graph_picture(graph, check.outcome, scale.graph_width));
  html += html_element("span", fmt::format("badge {}", tone_of(check.outcome)), check.verdict);
  const std::string place = check.file.empty() ? "" : Place{check.file, check.line}.text();
  html += fmt::format(R"(<div class="what" title="{}">{} {}{}</div>)", html_escaped(place),
                      id_of(check, scale), html_escaped(check.title), why_of(check, is_slow));
  html += bar_of(check, scale);
  const std::string time = check.timings.empty() ? "" : shown_duration(duration(check));
  return html + html_element("span", "time", time) + "</li>\n";
}

std::string legend_of(const Scale& scale) {
  std::string html = R"(<p class="legend">)";
  for (size_t i = 0; i < scale.steps.size(); ++i) {
    html +=
        fmt::format(R"(<span><svg viewBox="0 0 12 10"><rect class="s{}" width="12" height="10"/>)"
                    "</svg>{}</span>",
                    i % kStepColours, html_escaped(scale.steps[i]));
  }
  return html + "</p>\n";
}

}  // namespace

std::string html_rows(const Report& report) {
  const std::vector<Check>& checks = report.checks;
  if (checks.empty()) return "";
  const std::vector<GraphRow> graph = graph_rows(checks);
  Scale scale;
  scale.steps = step_names(checks);
  scale.graph_width = graph_width(graph);
  for (const Check& check : checks) scale.longest = std::max(scale.longest, duration(check));
  for (const size_t i : slowest(checks)) scale.slowest.insert(i);
  for (size_t i = 0; i < report.findings.size(); ++i) {
    scale.findings.try_emplace(subject_of(report.findings[i]), i);
  }
  std::string html =
      "<h2>Revisions</h2>\n" + legend_of(scale) + "<ol class=\"card\" id=\"rows\">\n";
  const bool with_databases = has_databases(checks);
  for (size_t i = 0; i < checks.size(); ++i) {
    if (with_databases && (i == 0 || checks[i].database != checks[i - 1].database)) {
      html += html_element("li", "group", checks[i].database) + "\n";
    }
    html += row_of(checks[i], i, graph[i], scale);
  }
  return html + "</ol>\n";
}

}  // namespace provision
