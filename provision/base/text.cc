#include "provision/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "provision/base/error.h"
#include "provision/base/utf8.h"

namespace provision {
namespace {

constexpr std::string_view kBlank = " \t\n\r\f\v";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// How many insertions, removals, replacements and swaps of neighbours make `a` into `b`.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + cost});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

size_t character_size(std::string_view text) {
  return std::max<size_t>(first_code_point(text).size, 1);
}

std::string quoted(std::string_view text, char quote) {
  std::string result(1, quote);
  result.reserve(text.size() + 2);
  for (const char c : text) {
    if (c == quote) result += quote;
    result += c;
  }
  return result += quote;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower(c);
  return result;
}

std::vector<std::string> split_list(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(separator, start), text.size());
    const std::string_view part = trimmed(text.substr(start, end - start));
    if (!part.empty()) parts.emplace_back(part);
    start = end + 1;
  }
  return parts;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    std::string_view line = text.substr(start, end - start);
    if (end < text.size() && line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    start = end + 1;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

bool is_utf8(std::string_view text) { return first_bad_byte(text) == std::string_view::npos; }

std::string with_unix_lines(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\r', start), text.size());
    result += text.substr(start, end - start);
    if (end == text.size()) break;
    result += '\n';
    start = end + (text.substr(end).starts_with("\r\n") ? 2 : 1);
  }
  return result;
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> known) {
  constexpr size_t kLongestName = 200;  // the distance of two megabytes would take for ever
  if (word.empty() || word.size() > kLongestName) return std::nullopt;
  const std::string wanted = lower(word);
  const size_t allowed = std::max<size_t>(1, word.size() / 3);

  const std::string* best = nullptr;
  const std::string* longer = nullptr;
  size_t best_distance = std::min(allowed + 1, word.size());  // all letters new is no likeness
  size_t with_prefix = 0;
  for (const std::string& name : known) {
    const std::string candidate = lower(name);
    if (candidate.starts_with(wanted)) {
      ++with_prefix;
      longer = &name;
    }
    if (candidate == wanted) return name;
    if (candidate.size() > wanted.size() + allowed) continue;
    const size_t distance = edit_distance(wanted, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = &name;
    }
  }
  if (with_prefix == 1) return *longer;
  return best == nullptr ? std::nullopt : std::optional(*best);
}

std::string name_hint(std::string_view word, std::span<const std::string> known) {
  constexpr size_t kMostNames = 20;
  if (const auto name = nearest(word, known)) return fmt::format("did you mean '{}'?", *name);
  if (known.empty()) return {};
  const auto shown = known.first(std::min(known.size(), kMostNames));
  return fmt::format("known: {}{}", fmt::join(shown, ", "),
                     known.size() > kMostNames ? ", ..." : "");
}

bool matches_glob(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;
  size_t star_end = 0;  // what the last star takes ends here
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_end = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      t += character_size(text.substr(t));
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      star_end += character_size(text.substr(star_end));
      t = star_end;
      p = star + 1;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string sql_literal(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    throw usage_error("a text with a NUL byte cannot be stored in a database");
  }
  return quoted(text, '\'');
}

std::string sql_identifier(std::string_view name) {
  if (name.empty()) throw usage_error("an empty name cannot name anything in a database");
  if (name.find('\0') != std::string_view::npos) {
    throw usage_error("a name with a NUL byte cannot name anything in a database");
  }
  return quoted(name, '"');
}

std::string sql_name(std::string_view schema, std::string_view name) {
  return schema.empty() ? sql_identifier(name)
                        : sql_identifier(schema) + "." + sql_identifier(name);
}

std::string counted(std::int64_t count, std::string_view singular, std::string_view plural) {
  if (count == 1) return fmt::format("1 {}", singular);
  if (plural.empty()) return fmt::format("{} {}s", count, singular);
  return fmt::format("{} {}", count, plural);
}

}  // namespace provision
