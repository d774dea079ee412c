#include "provision/project/ini_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/text.h"

namespace provision {
namespace {

constexpr std::string_view kDefault = "DEFAULT";

}  // namespace

IniFile::IniFile(std::string_view text, std::string file) : file_(std::move(file)) {
  Section* section = nullptr;
  Value* value = nullptr;  // that an indented line goes on with
  int number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    const std::string_view content = trimmed(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') continue;
    if (value != nullptr && (line.front() == ' ' || line.front() == '\t')) {
      value->text += (value->text.empty() ? "" : "\n") + std::string(content);
      continue;
    }
    if (content.front() == '[' && content.find(']') != std::string_view::npos) {
      section = &sections_[std::string(content.substr(1, content.rfind(']') - 1))];
      value = nullptr;
      continue;
    }
    const size_t sign = content.find_first_of("=:");
    if (section == nullptr || sign == 0 || sign == std::string_view::npos) {
      throw usage_error(Place{file_, number}, section == nullptr
                                                  ? "the line stands before the first '[section]'"
                                                  : "the line is no 'key = value'");
    }
    value = &(*section)[lower(trimmed(content.substr(0, sign)))];
    *value = {std::string(trimmed(content.substr(sign + 1))), number};
  }
}

std::vector<std::string> IniFile::sections_with(const std::string& key) const {
  std::vector<std::string> names;
  for (const auto& [name, values] : sections_) {
    if (values.contains(key)) names.push_back(name);
  }
  return names;
}

const IniFile::Value* IniFile::find(const std::string& section, const std::string& key) const {
  for (const std::string& name : {section, std::string(kDefault)}) {
    const auto values = sections_.find(name);
    if (values == sections_.end()) continue;
    const auto value = values->second.find(key);
    if (value != values->second.end()) return &value->second;
  }
  return nullptr;
}

std::optional<std::string> IniFile::value(const std::string& section, const std::string& key,
                                          const std::map<std::string, std::string>& known) const {
  const Value* value = find(section, key);
  if (value == nullptr) return std::nullopt;
  return interpolated(section, *value, known, 0);
}

std::string IniFile::interpolated(const std::string& section, const Value& value,
                                  const std::map<std::string, std::string>& known,
                                  int depth) const {
  constexpr int kDeepest = 10;
  const auto error = [&](std::string_view trouble) {
    return usage_error(Place{file_, value.line}, trouble, "a '%' itself is written as '%%'");
  };
  if (depth > kDeepest) throw error("the value is made of itself");
  std::string result;
  std::string_view rest = value.text;
  for (size_t at = rest.find('%'); at != std::string_view::npos; at = rest.find('%')) {
    result += rest.substr(0, at);
    rest.remove_prefix(at + 1);
    if (rest.starts_with('%')) {
      result += '%';
      rest.remove_prefix(1);
      continue;
    }
    const size_t end = rest.find(")s");
    if (!rest.starts_with('(') || end == std::string_view::npos) {
      throw error("a '%' is followed by neither '%' nor '(name)s'");
    }
    const std::string name = lower(rest.substr(1, end - 1));
    rest.remove_prefix(end + 2);
    if (const auto here = known.find(name); here != known.end()) {
      result += here->second;
    } else if (const Value* other = find(section, name)) {
      result += interpolated(section, *other, known, depth + 1);
    } else {
      throw error(fmt::format("nothing is called '{}' here", name));
    }
  }
  return result += rest;
}

}  // namespace provision
