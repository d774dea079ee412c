#include "provision/project/file_pattern.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/project/engine_words.h"

namespace provision {
namespace {

constexpr std::string_view kSeparators = "._-/";

}  // namespace

FilePattern::FilePattern(std::string_view text, const std::string& what) {
  const std::vector<std::string> known = {"id", "name", "engine"};
  while (text.starts_with("./")) text.remove_prefix(2);
  for (size_t begin = 0; begin < text.size();) {
    const size_t open = std::min(text.find('{', begin), text.size());
    add(Kind::literal, text.substr(begin, open - begin));
    if (open == text.size()) break;
    const size_t close = text.find('}', open);
    if (close == std::string_view::npos) {
      throw usage_error(fmt::format("{}: '{{' has no '}}' in '{}'", what, text));
    }
    const std::string place(text.substr(open + 1, close - open - 1));
    const auto found = std::find(known.begin(), known.end(), place);
    if (found == known.end()) {
      throw usage_error(fmt::format("{}: unknown place '{{{}}}'", what, place),
                        name_hint(place, known));
    }
    const auto kind = static_cast<Kind>(1 + (found - known.begin()));
    if (std::any_of(parts_.begin(), parts_.end(), [&](const Part& p) { return p.kind == kind; })) {
      throw usage_error(fmt::format("{}: '{{{}}}' is in '{}' twice", what, place, text));
    }
    add(kind, {});
    begin = close + 1;
  }
  if (std::none_of(parts_.begin(), parts_.end(),
                   [](const Part& p) { return p.kind == Kind::id; })) {
    throw usage_error(fmt::format("{}: '{}' says nowhere where the id is", what, text),
                      "as in '{id}_{name}.up.sql'");
  }
}

void FilePattern::add(Kind kind, std::string_view text) {
  if (kind == Kind::literal && text.empty()) return;
  if (kind == Kind::literal && !parts_.empty() && parts_.back().kind == Kind::literal) {
    parts_.back().text += text;
  } else {
    parts_.push_back({kind, std::string(text)});
  }
}

std::optional<FilePattern::Match> FilePattern::match(std::string_view path) const {
  Match match;
  for (const Part& part : parts_) match.fixed += part.text.size();
  if (!match_from(0, path, match)) return std::nullopt;
  return match;
}

bool FilePattern::match_from(size_t part, std::string_view rest, Match& match) const {
  if (part == parts_.size()) return rest.empty();
  if (parts_[part].kind != Kind::literal) return match_place(part, rest, match);
  const std::string& text = parts_[part].text;
  return rest.starts_with(text) && match_from(part + 1, rest.substr(text.size()), match);
}

bool FilePattern::match_place(size_t part, std::string_view rest, Match& match) const {
  const Kind kind = parts_[part].kind;
  const size_t longest = std::min(rest.find('/'), rest.size());
  for (size_t i = 1; i <= longest; ++i) {
    const size_t size = kind == Kind::id ? i : longest + 1 - i;
    const std::string_view text = rest.substr(0, size);
    if (kind == Kind::engine && !engine_word(text).is_known) continue;
    if (!match_from(part + 1, rest.substr(size), match)) continue;
    (kind == Kind::id ? match.id : kind == Kind::name ? match.name : match.engine) = text;
    return true;
  }
  return false;
}

bool FilePattern::has_engine() const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [](const Part& part) { return part.kind == Kind::engine; });
}

FilePattern FilePattern::without_engine() const {
  FilePattern rest;
  bool skips_separator = false;
  for (const Part& part : parts_) {
    if (part.kind == Kind::engine) {
      // The sign before it goes with it, or, where the path begins with it, the one after it.
      Part* before = rest.parts_.empty() ? nullptr : &rest.parts_.back();
      const bool has_sign = before != nullptr && before->kind == Kind::literal &&
                            kSeparators.find(before->text.back()) != std::string_view::npos;
      if (has_sign) before->text.pop_back();
      if (has_sign && before->text.empty()) rest.parts_.pop_back();
      skips_separator = !has_sign;
      continue;
    }
    std::string_view text = part.text;
    if (skips_separator && !text.empty() &&
        kSeparators.find(text.front()) != std::string_view::npos) {
      text.remove_prefix(1);
    }
    skips_separator = false;
    rest.add(part.kind, text);
  }
  return rest;
}

std::string FilePattern::filled(const std::string& id, const std::string& name) const {
  std::string path;
  for (const Part& part : parts_) {
    path += part.kind == Kind::literal ? part.text : part.kind == Kind::id ? id : name;
  }
  return path;
}

}  // namespace provision
