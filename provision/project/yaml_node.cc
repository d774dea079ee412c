#include <charconv>

#include "provision/base/text.h"
#include "provision/project/yaml.h"

namespace provision {
namespace {

std::string_view description(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::null:
      return "empty";
    case YamlNode::Kind::scalar:
      return "text";
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::mapping:
      return "a mapping";
  }
  return "something else";
}

std::string described(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::scalar) return std::string(description(node.kind));
  return fmt::format("{}'{}'", node.quoted ? "the text " : "", node.text);
}

Error wrong_value(const YamlNode& node, std::string_view what, std::string_view expected) {
  return usage_error(node.place,
                     fmt::format("{} must be {}, not {}", what, expected, described(node)));
}

/// "0123" would be 83 to some readers of YAML and 123 to others.
bool looks_octal(std::string_view digits) {
  if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
  return digits.size() > 1 && digits.front() == '0' &&
         digits.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].text == key) return &items[i];
  }
  return nullptr;
}

void YamlNode::must_be(Kind expected, std::string_view what) const {
  if (kind != expected) throw wrong_value(*this, what, description(expected));
}

const std::string& YamlNode::as_text(std::string_view what) const {
  must_be(Kind::scalar, what);
  return text;
}

bool YamlNode::as_bool(std::string_view what) const {
  const bool is_word = kind == Kind::scalar && !quoted;
  if (is_word && text == "true") return true;
  if (is_word && text == "false") return false;
  throw wrong_value(*this, what, "true or false");
}

std::int64_t YamlNode::as_integer(std::string_view what) const {
  if (kind != Kind::scalar || quoted) throw wrong_value(*this, what, "a whole number");
  if (looks_octal(text)) {
    throw usage_error(place, fmt::format("{} is '{}', which looks octal", what, text),
                      "leave out the leading zeros");
  }
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) throw wrong_value(*this, what, "a whole number");
  return value;
}

std::vector<std::string> YamlNode::as_list(std::string_view what) const {
  must_be(Kind::sequence, what);
  std::vector<std::string> values;
  values.reserve(items.size());
  for (const YamlNode& item : items) values.push_back(item.as_text(fmt::format("each {}", what)));
  return values;
}

void YamlNode::allow_keys(const std::vector<std::string>& known, std::string_view what) const {
  must_be(Kind::mapping, what);
  for (const YamlNode& key : keys) {
    if (std::find(known.begin(), known.end(), key.text) != known.end()) continue;
    throw usage_error(key.place, fmt::format("unknown key '{}' in {}", key.text, what),
                      name_hint(key.text, known));
  }
}

}  // namespace provision
