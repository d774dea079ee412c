#include "provision/project/sqitch_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "provision/base/error.h"
#include "provision/base/text.h"

namespace provision {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// True if `text` holds "2026-01-31T12:00:00Z".
bool has_timestamp(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00Z";
  const size_t end = text.find('Z');
  if (end == std::string_view::npos || end + 1 < kShape.size()) return false;
  const std::string_view stamp = text.substr(end + 1 - kShape.size(), kShape.size());
  return std::equal(kShape.begin(), kShape.end(), stamp.begin(),
                    [](char shape, char c) { return shape == '0' ? is_digit(c) : shape == c; });
}

bool is_sha1(std::string_view text) {
  return text.size() == 40 && std::all_of(text.begin(), text.end(), [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'f');
         });
}

SqitchDependency dependency_of(std::string_view text, std::string_view project) {
  SqitchDependency dependency;
  dependency.whole = text;
  if (text.starts_with('!')) {
    dependency.conflicts = true;
    text.remove_prefix(1);
  }
  if (const size_t colon = text.find(':'); colon != std::string_view::npos) {
    dependency.is_external = text.substr(0, colon) != project;
    text.remove_prefix(colon + 1);
  }
  if (is_sha1(text)) dependency.is_external = true;
  const size_t at = std::min(text.find('@'), text.size());
  dependency.change = text.substr(0, at);
  if (at < text.size()) dependency.tag = text.substr(at + 1);
  return dependency;
}

class Parser {
 public:
  explicit Parser(const std::string& file) : file_(file) {}

  std::vector<SqitchChange> parse(std::string_view text) && {
    for (const std::string_view line : lines_of(text)) {
      ++number_;
      read(trimmed(line));
    }
    if (project_.empty()) {
      throw usage_error(Place{file_, 1}, "the plan has no line '%project=NAME'");
    }
    return std::move(changes_);
  }

 private:
  void read(std::string_view line) {
    const size_t hash = std::min(line.find('#'), line.size());
    const std::string_view note = hash < line.size() ? trimmed(line.substr(hash + 1)) : "";
    line = trimmed(line.substr(0, hash));
    if (line.empty()) return;
    if (line.front() == '%') return read_pragma(line.substr(1));
    const bool has_sign = line.front() == '+' || line.front() == '-';
    if (line.front() == '-') throw error("a change that is to be reverted is not understood");
    if (has_sign) line = trimmed(line.substr(1));
    const std::string_view name = line.substr(0, line.find_first_of(" \t["));
    const std::string_view rest = line.substr(name.size());
    if (name.empty()) throw error("the line names no change");
    if (!has_timestamp(rest) || rest.find('<') == std::string_view::npos) {
      throw error(fmt::format("'{}' lacks its time or its planner", name));
    }
    if (name.front() == '@') {
      read_tag(name.substr(1));
    } else {
      read_change(name, rest, note);
    }
  }

  void read_pragma(std::string_view line) {
    if (!changes_.empty()) throw error("a pragma stands below the first change");
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) return;
    if (trimmed(line.substr(0, equals)) == "project") project_ = trimmed(line.substr(equals + 1));
  }

  void read_tag(std::string_view tag) {
    if (changes_.empty()) throw error(fmt::format("tag '@{}' has no change before it", tag));
    for (const SqitchChange& change : changes_) {
      if (std::find(change.tags.begin(), change.tags.end(), tag) == change.tags.end()) continue;
      throw error(fmt::format("tag '@{}' is there twice", tag));
    }
    changes_.back().tags.emplace_back(tag);
    since_tag_ = changes_.size();
  }

  void read_change(std::string_view name, std::string_view rest, std::string_view note) {
    for (size_t i = changes_.size(); i-- > 0;) {
      if (changes_[i].name != name) continue;
      if (i >= since_tag_) {
        throw error(fmt::format("change '{}' is there twice", name),
                    "a change can be reworked after a tag");
      }
      rework(i);
      break;
    }
    SqitchChange change;
    change.name = name;
    change.note = note;
    change.line = number_;
    const size_t open = rest.find('[');
    const size_t close = rest.find(']');
    if (open != std::string_view::npos && trimmed(rest.substr(0, open)).empty() &&
        close != std::string_view::npos) {
      for (const std::string& word : split_list(rest.substr(open + 1, close - open - 1), ' ')) {
        change.dependencies.push_back(dependency_of(word, project_));
      }
    }
    changes_.push_back(std::move(change));
  }

  void rework(size_t old) {
    std::vector<std::string>& tags = changes_[old].rework_tags;
    for (size_t i = since_tag_; i-- > old;) {
      tags.insert(tags.end(), changes_[i].tags.begin(), changes_[i].tags.end());
    }
  }

  Error error(std::string_view message, std::string hint = {}) const {
    return usage_error(Place{file_, number_}, message, std::move(hint));
  }

  const std::string& file_;
  int number_ = 0;
  std::string project_;
  std::vector<SqitchChange> changes_;
  size_t since_tag_ = 0;  ///< the position after the last tagged change
};

}  // namespace

std::vector<SqitchChange> parse_sqitch_plan(std::string_view text, const std::string& file) {
  return Parser(file).parse(text);
}

std::optional<size_t> find_required(const std::vector<SqitchChange>& changes, size_t position,
                                    const SqitchDependency& dependency) {
  bool is_tagged = dependency.tag.empty();
  for (size_t i = position; i-- > 0;) {
    const SqitchChange& change = changes[i];
    is_tagged = is_tagged || std::find(change.tags.begin(), change.tags.end(), dependency.tag) !=
                                 change.tags.end();
    if (is_tagged && (dependency.change.empty() || dependency.change == change.name)) return i;
  }
  return std::nullopt;
}

}  // namespace provision
