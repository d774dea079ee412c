#include "provision/project/database_keys.h"

#include <algorithm>

#include "provision/base/text.h"

namespace provision {
namespace {

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

const Place& DatabaseKeys::place(std::string_view key) const {
  const YamlNode* node = find(key);
  return node == nullptr ? source_.node.place : node->place;
}

std::optional<std::string> DatabaseKeys::text(std::string_view key) const {
  const YamlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  const std::string& value = node->as_text(fmt::format("'{}'", key));
  if (value.empty()) throw usage_error(node->place, fmt::format("'{}' is empty", key));
  if (has_control_character(value)) {
    throw usage_error(node->place, fmt::format("'{}' has a control character", key));
  }
  return value;
}

std::vector<std::string> DatabaseKeys::names(std::string_view key) const {
  const YamlNode* node = find(key);
  if (node == nullptr) return {};
  std::vector<std::string> values = node->as_list(fmt::format("'{}'", key));
  for (size_t i = 0; i < values.size(); ++i) {
    const Place& place = node->items[i].place;
    check_postgresql_name(values[i], fmt::format("a name in '{}'", key), place);
    const auto end = values.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(values.begin(), end, values[i]) != end) {
      throw usage_error(place, fmt::format("'{}' is in '{}' twice", values[i], key));
    }
  }
  return values;
}

std::string DatabaseKeys::variable(std::string_view key) const {
  std::string value = lines(key);
  if (!has_control_character(value)) return value;
  throw usage_error(place(key),
                    fmt::format("variable '{}' has characters that it may not have", *text(key)));
}

std::string DatabaseKeys::lines(std::string_view key) const {
  const std::string name = *text(key);
  const auto value = find_variable(source_.variables, name);
  std::string plain = value.value_or("");
  std::erase_if(plain, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
  if (!plain.empty() && is_utf8(plain) && !has_control_character(plain)) return *value;
  std::string_view trouble = "is not set";
  if (value) trouble = plain.empty() ? "is empty" : "has characters that it may not have";
  throw usage_error(place(key), fmt::format("variable '{}' {}", name, trouble));
}

std::filesystem::path DatabaseKeys::absolute(const std::filesystem::path& path) const {
  return (environment_.project / path).lexically_normal();
}

std::string DatabaseKeys::name_by_environment() const {
  if (source_.is_only) return environment_.name;
  return fmt::format("{}_{}", environment_.name, source_.name);
}

void DatabaseKeys::refuse(const std::vector<std::string>& keys, std::string_view why) const {
  for (const YamlNode& key : source_.node.keys) {
    if (std::find(keys.begin(), keys.end(), key.text) == keys.end()) continue;
    throw usage_error(key.place, fmt::format("'{}' does not go with {}", key.text, why));
  }
}

void DatabaseKeys::add_value(std::string_view key, std::string value, std::string origin) const {
  environment_.values.push_back({dotted(source_.key, key), std::move(value), std::move(origin)});
}

void DatabaseKeys::add_default(std::string_view key, std::string value) const {
  add_value(key, std::move(value), "default");
}

void check_postgresql_name(std::string_view name, std::string_view what, const Place& place) {
  constexpr size_t kLongestName = 63;
  if (name.empty()) throw usage_error(place, fmt::format("{} is empty", what));
  if (name.size() > kLongestName) {
    throw usage_error(place, fmt::format("{} has {} bytes, more than the {} that PostgreSQL keeps",
                                         what, name.size(), kLongestName));
  }
  if (name.find('=') != std::string_view::npos || name.find("://") != std::string_view::npos ||
      has_control_character(name)) {
    throw usage_error(place, fmt::format("{} cannot be '{}'", what, printable(name)),
                      "'=', '://' and control characters would be taken for something else");
  }
}

}  // namespace provision
