#include "provision/project/goose_variables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include "provision/base/error.h"
#include "provision/base/text.h"

namespace provision {
namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

bool continues_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

class Substitution {
 public:
  Substitution(std::string_view text, const Variables& variables)
      : text_(text), variables_(variables) {}

  std::string whole() { return expression(false, 0); }

 private:
  bool at(std::string_view what) const { return text_.substr(position_).starts_with(what); }
  char current() const { return position_ < text_.size() ? text_[position_] : '\0'; }

  /// Up to the end, or to the '}' that ends it.
  std::string expression(bool braced, int depth) {
    constexpr int kDeepest = 32;
    if (depth > kDeepest) throw usage_error("variables stand too deep in each other");
    std::string result;
    while (position_ < text_.size() && !(braced && current() == '}')) {
      if (at("\\\\") || at("$(")) {
        result += text_.substr(position_, 2);
        position_ += 2;
      } else if (at("\\$") || at("$$")) {
        result += '$';
        position_ += 2;
      } else if (current() == '$' && position_ + 1 < text_.size()) {
        ++position_;
        result += current() == '{' ? braces(depth) : value(name()).value_or("");
      } else {
        result += text_[position_++];
      }
    }
    return result;
  }

  std::string braces(int depth) {
    ++position_;
    const std::string variable = name();
    const std::optional<std::string> known = value(variable);
    std::string result = known.value_or("");
    if (at(":-")) {
      position_ += 2;
      const std::string otherwise = expression(true, depth + 1);
      if (result.empty()) result = otherwise;
    } else if (at(":")) {
      result = part(result);
    } else if (at("-") || at("?")) {
      const bool required = current() == '?';
      ++position_;
      const std::string otherwise = expression(true, depth + 1);
      if (required && !known) {
        throw usage_error(
            fmt::format("variable '{}': {}", variable, otherwise.empty() ? "not set" : otherwise));
      }
      if (!known) result = otherwise;
    }
    if (current() != '}') throw usage_error(fmt::format("'${{{}' does not end", variable));
    ++position_;
    return result;
  }

  /// What ":from:length" leaves of `text`; negative numbers count from its end.
  std::string part(const std::string& text) {
    const auto size = static_cast<long>(text.size());
    const long from = counted_from(number(), size);
    if (!at(":")) return text.substr(static_cast<size_t>(from));
    const long length = number();
    const long to =
        std::clamp(length < 0 ? size + length : from + std::min(length, size), from, size);
    return text.substr(static_cast<size_t>(from), static_cast<size_t>(to - from));
  }

  static long counted_from(long from, long size) {
    return std::clamp(from < 0 ? size + from : from, 0L, size);
  }

  /// The number after a ':'.
  long number() {
    ++position_;
    const size_t end = std::min(text_.find_first_of(":}", position_), text_.size());
    const std::string_view digits = trimmed(text_.substr(position_, end - position_));
    position_ = end;
    int number = 0;
    const auto [stop, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (failure != std::errc() || stop != digits.data() + digits.size()) {
      throw usage_error(fmt::format("'{}' is no number of characters", digits));
    }
    return number;
  }

  std::string name() {
    if (!is_letter(current()))
      throw usage_error("a '$' is followed by no name of a variable", "write '$$' for a dollar");
    const size_t begin = position_;
    while (position_ < text_.size() && continues_name(text_[position_])) ++position_;
    return std::string(text_.substr(begin, position_ - begin));
  }

  std::optional<std::string> value(const std::string& variable) const {
    return find_variable(variables_, variable);
  }

  std::string_view text_;
  const Variables& variables_;
  size_t position_ = 0;
};

}  // namespace

std::string substituted(std::string_view text, const Variables& variables) {
  return Substitution(text, variables).whole();
}

}  // namespace provision
