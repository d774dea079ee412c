#include "provision/report/text_compared.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"
#include "provision/report/difference_text.h"
#include "provision/report/text_style.h"
#include "provision/report/text_table.h"

namespace provision {
namespace {

constexpr int kSeverityWidth = 8;
constexpr int kWidestPart = 44;

std::string padded(const std::string& text, int width) {
  return text + padding(width - display_width(text));
}

std::string severity_text(std::string_view severity, const Style& style) {
  constexpr Tone kTones[] = {Tone::plain, Tone::dim, Tone::warning, Tone::bad};
  const std::string word = one_line(severity);
  return painted(word, kTones[rank_of(severity)], style) +
         padding(kSeverityWidth - display_width(word));
}

/// The values of `difference`, so many lines of them as tell what it is about.
void add_values(std::string& out, const Difference& difference, const Style& style) {
  constexpr size_t kMostChanged = 40;
  constexpr size_t kMostOfOneSide = 8;
  constexpr int kWidest = 400;
  const std::vector<DifferenceLine> lines = value_lines(difference);
  const bool is_changed = sign_of(difference.type) == '~';
  const size_t most = style.verbose ? lines.size() : is_changed ? kMostChanged : kMostOfOneSide;
  for (size_t i = 0; i < std::min(lines.size(), most); ++i) {
    const DifferenceLine& line = lines[i];
    const bool is_wide = !style.verbose && line.text.size() > kWidest;
    const std::string text = is_wide ? elided(line.text, kWidest) : line.text;
    const Tone tone = difference.counts ? tone_of_sign(line.sign) : Tone::dim;
    out += "      " + painted(fmt::format("{} {}", line.sign, text), tone, style) + "\n";
  }
  if (lines.size() > most) {
    const std::string rest =
        fmt::format("... and {} more (`-v` shows all)",
                    counted(static_cast<std::int64_t>(lines.size() - most), "line"));
    out += "      " + painted(rest, Tone::dim, style) + "\n";
  }
}

std::string name_in(const Difference& difference, const std::string& owner) {
  const std::string name = one_line(aspect(difference, owner));
  return name.empty() ? one_line(difference.object) : name;
}

std::vector<const Difference*> shown_differences(const Finding& finding, const Style& style) {
  std::vector<const Difference*> shown;
  for (const Difference& one : finding.differences) {
    if (one.counts || style.verbose) shown.push_back(&one);
  }
  return shown;
}

/// A line for each difference, severity and reason under each other, and its values.
void add_differences(std::string& out, const Finding& finding, const Style& style) {
  std::vector<std::pair<std::string, const Difference*>> named;
  int width = 0;
  for (const Difference* one : shown_differences(finding, style)) {
    named.emplace_back(name_in(*one, finding.subject), one);
    const int taken = display_width(named.back().first);
    if (taken <= kWidestPart) width = std::max(width, taken);
  }
  for (const auto& [name, one] : named) {
    const char sign = sign_of(one->type);
    std::string line = "  " + painted(fmt::format("{} {}", sign, name),
                                      one->counts ? tone_of_sign(sign) : Tone::dim, style);
    if (!one->counts) {
      line += painted("  not counted", Tone::dim, style);
    } else if (!one->severity.empty()) {
      line += padding(width - display_width(name)) + "  " + severity_text(one->severity, style) +
              "  " + one_line(one->reason);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
    add_values(out, *one, style);
  }
}

std::string heading_text(const ComparedObject& object, bool with_severity, const Style& style) {
  const char sign = sign_of(object.state);
  return (with_severity ? severity_text(object.severity, style) + "  " : "") +
         painted(fmt::format("{} {}", sign, one_line(object.finding->subject)), tone_of_sign(sign),
                 style);
}

std::string object_text(const ComparedObject& object, bool with_severity, const Style& style) {
  const Finding& finding = *object.finding;
  std::string out = heading_text(object, with_severity, style);
  const Difference* whole = whole_difference(finding);
  const bool says_nothing = finding.differences.empty() && finding.detail.empty();
  if (whole != nullptr && !whole->reason.empty()) {
    const bool says_more = finding.message.starts_with(whole->reason);
    out += "  " + one_line(says_more ? finding.message : whole->reason);
  }
  if (says_nothing && !finding.message.empty()) out += "  " + one_line(finding.message);
  out += "\n";
  if (whole != nullptr) {
    add_values(out, *whole, style);
  } else {
    add_differences(out, finding, style);
  }
  return out + quoted_detail(finding.detail);
}

bool has_severities(const Compared& one) {
  return std::any_of(one.objects.begin(), one.objects.end(),
                     [](const ComparedObject& object) { return !object.severity.empty(); });
}

/// The objects; those of several lines stand apart.
std::string objects_text(const Compared& one, const Style& style) {
  const bool with_severity = has_severities(one);
  std::string out;
  bool was_long = false;
  for (const ComparedObject& object : one.objects) {
    const std::string text = object_text(object, with_severity, style);
    const bool is_long = text.find('\n') + 1 < text.size();
    if (!out.empty() && (is_long || was_long)) out += "\n";
    out += text;
    was_long = is_long;
  }
  return out;
}

/// What the signs of the lines mean: "- expected  head of staging".
std::string sides_text(const Comparison& comparison, const Style& style) {
  return painted("- expected  " + one_line(comparison.expected), tone_of_sign('-'), style) + "\n" +
         painted("+ actual    " + one_line(comparison.actual), tone_of_sign('+'), style) + "\n";
}

std::string equal_text(const std::vector<std::string>& names, const Style& style) {
  constexpr size_t kMost = 20;
  std::vector<std::string> shown(
      names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kMost)));
  if (names.size() > kMost) shown.push_back(fmt::format("and {} more", names.size() - kMost));
  return painted("no difference", Tone::good, style) + "  " + joined(shown, ", ") + "\n";
}

std::string full_text(const ComparedReport& report, const Style& style) {
  const bool is_one = report.comparisons.size() == 1;
  if (is_one) {
    const Compared& one = report.comparisons.front();
    const std::string objects = objects_text(one, style);
    return sides_text(*one.comparison, style) + (objects.empty() ? "" : "\n" + objects);
  }
  std::vector<std::string> equal;
  std::string out;
  std::string sides;
  for (const Compared& one : report.comparisons) {
    const std::string name = one_line(one.comparison->database.empty() ? one.comparison->actual
                                                                       : one.comparison->database);
    if (one.objects.empty()) {
      equal.push_back(name);
      continue;
    }
    if (!out.empty()) out += "\n";
    out += fmt::format("{}  {}\n", painted(name, Tone::name, style), described(one));
    if (sides_text(*one.comparison, style) != sides) {
      sides = sides_text(*one.comparison, style);
      out += sides;
    }
    out += "\n" + objects_text(one, style);
  }
  if (!equal.empty()) out += (out.empty() ? "" : "\n") + equal_text(equal, style);
  return out;
}

std::string brief_text(const ComparedReport& report, const Style& style) {
  int width = 0;
  bool with_severity = false;
  for (const Compared& one : report.comparisons) {
    if (one.objects.empty()) continue;
    width = std::max(width, display_width(one_line(one.comparison->database)));
    with_severity = with_severity || has_severities(one);
  }
  if (report.comparisons.size() == 1) width = 0;
  std::string out;
  for (const Compared& one : report.comparisons) {
    const std::string name =
        width == 0 ? "" : padded(one_line(one.comparison->database), width) + "  ";
    for (const ComparedObject& object : one.objects) {
      out += name + heading_text(object, with_severity, style) + "\n";
    }
  }
  return out;
}

}  // namespace

std::string compared_text(const ComparedReport& report, const Style& style) {
  if (style.detail == Detail::brief) return brief_text(report, style);
  return style.detail == Detail::stat ? table_text(stat_table(report), style)
                                      : full_text(report, style);
}

}  // namespace provision
