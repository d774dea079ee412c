#include "provision/project/python_literal.h"

#include <algorithm>
#include <cstdint>

#include "provision/base/text.h"

namespace provision {
namespace {

using Kind = PythonToken::Kind;
using Tokens = std::span<const PythonToken>;

bool is_sign(Tokens tokens, std::string_view sign) {
  return !tokens.empty() && tokens.front().kind == Kind::sign && tokens.front().text == sign;
}

std::string_view closing(std::string_view bracket) {
  if (bracket == "(") return ")";
  if (bracket == "[") return "]";
  return bracket == "{" ? "}" : "";
}

bool append_code_point(std::string& text, std::uint32_t value) {
  constexpr std::uint32_t kHighest = 0x10FFFF;
  if (value > kHighest || (value >= 0xD800 && value <= 0xDFFF)) return false;
  const auto tail = [](std::uint32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
  if (value < 0x80) {
    text += static_cast<char>(value);
  } else if (value < 0x800) {
    text += {static_cast<char>(0xC0 | value >> 6), tail(value)};
  } else if (value < 0x10000) {
    text += {static_cast<char>(0xE0 | value >> 12), tail(value >> 6), tail(value)};
  } else {
    text +=
        {static_cast<char>(0xF0 | value >> 18), tail(value >> 12), tail(value >> 6), tail(value)};
  }
  return true;
}

/// Reads what stands between a string's quotes.
class Unescaper {
 public:
  explicit Unescaper(std::string_view content) : content_(content) {}

  std::optional<std::string> run() && {
    while (at_ < content_.size()) {
      const char c = content_[at_++];
      if (c != '\\' || at_ == content_.size()) {
        text_ += c;
      } else if (!escape(content_[at_++])) {
        return std::nullopt;
      }
    }
    return std::move(text_);
  }

 private:
  bool escape(char c) {
    constexpr std::string_view kLetters = "\\'\"abfnrtv";
    constexpr std::string_view kMeanings = "\\'\"\a\b\f\n\r\t\v";
    if (c == '\n') return true;
    if (const size_t known = kLetters.find(c); known != std::string_view::npos) {
      text_ += kMeanings[known];
      return true;
    }
    if (c >= '0' && c <= '7') {
      --at_;
      return number(8, 3, false);
    }
    if (c == 'x') return number(16, 2, true);
    if (c == 'u') return number(16, 4, true);
    if (c == 'U') return number(16, 8, true);
    if (c == 'N') return false;  // by its Unicode name
    text_ += {'\\', c};
    return true;
  }

  /// Reads a character's number of at most `size` digits, or of exactly so many.
  bool number(std::uint32_t base, size_t size, bool is_exact) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::uint32_t value = 0;
    size_t count = 0;
    for (; count < size && at_ < content_.size(); ++count, ++at_) {
      const size_t digit = kDigits.find(lower(content_.substr(at_, 1)));
      if (digit >= base) break;  // npos is
      value = value * base + static_cast<std::uint32_t>(digit);
    }
    return (count == size || !is_exact) && append_code_point(text_, value);
  }

  std::string_view content_;
  size_t at_ = 0;
  std::string text_;
};

std::optional<std::string> text_of(std::string_view token) {
  const size_t quote = token.find_first_of("'\"");
  const std::string prefix = lower(token.substr(0, quote));
  if (prefix.find_first_of("bft") != std::string::npos) return std::nullopt;
  const size_t length = token.substr(quote).size() >= 6 && token[quote + 1] == token[quote] &&
                                token[quote + 2] == token[quote]
                            ? 3
                            : 1;
  const std::string_view content = token.substr(quote + length, token.size() - quote - 2 * length);
  if (prefix == "r") return std::string(content);
  return Unescaper(content).run();
}

/// Reads one literal after the other from a list of tokens.
class Reader {
 public:
  explicit Reader(Tokens tokens) : tokens_(tokens) {}

  bool is_at_end() const { return tokens_.empty(); }

  /// A literal, or a sequence of strings without brackets.
  std::optional<PythonLiteral> statement() {
    std::optional<PythonLiteral> first = value(0);
    if (!first || !is_sign(tokens_, ",")) return first;
    return rest_of_sequence(std::move(*first), "", 0);
  }

 private:
  std::optional<PythonLiteral> value(int depth) {
    constexpr int kDeepest = 50;
    if (tokens_.empty() || depth > kDeepest) return std::nullopt;
    const PythonToken& token = tokens_.front();
    if (token.kind == Kind::name && token.text == "None") {
      tokens_ = tokens_.subspan(1);
      return PythonLiteral{};
    }
    if (token.kind == Kind::string) {
      auto text = take_strings(tokens_);
      if (!text) return std::nullopt;
      return PythonLiteral{PythonLiteral::Kind::text, {std::move(*text)}};
    }
    if (token.kind != Kind::sign || closing(token.text).empty()) return std::nullopt;
    tokens_ = tokens_.subspan(1);
    return bracketed(token.text, depth);
  }

  std::optional<PythonLiteral> bracketed(std::string_view bracket, int depth) {
    const std::string_view end = closing(bracket);
    if (take(end)) return PythonLiteral{PythonLiteral::Kind::sequence, {}};
    std::optional<PythonLiteral> first = value(depth + 1);
    if (!first) return std::nullopt;
    if (bracket == "(" && take(end)) return first;  // brackets around one value
    return rest_of_sequence(std::move(*first), end, depth);
  }

  /// What follows the `first` value of a sequence, up to the bracket `end`, or to the end of all.
  std::optional<PythonLiteral> rest_of_sequence(PythonLiteral first, std::string_view end,
                                                int depth) {
    PythonLiteral sequence{PythonLiteral::Kind::sequence, {}};
    std::optional<PythonLiteral> item = std::move(first);
    while (item && item->kind == PythonLiteral::Kind::text) {
      sequence.items.push_back(std::move(item->items.front()));
      const bool goes_on = take(",");
      if (end.empty() ? tokens_.empty() : take(end)) return sequence;
      if (!goes_on) return std::nullopt;
      item = value(depth + 1);
    }
    return std::nullopt;
  }

  bool take(std::string_view sign) {
    if (!is_sign(tokens_, sign)) return false;
    tokens_ = tokens_.subspan(1);
    return true;
  }

  Tokens tokens_;
};

}  // namespace

std::optional<std::string> take_strings(std::span<const PythonToken>& tokens) {
  if (tokens.empty() || tokens.front().kind != Kind::string) return std::nullopt;
  std::optional<std::string> whole = std::string();
  for (; !tokens.empty() && tokens.front().kind == Kind::string; tokens = tokens.subspan(1)) {
    const auto part = text_of(tokens.front().text);
    if (!part) whole.reset();
    if (whole) *whole += *part;
  }
  return whole;
}

std::optional<PythonLiteral> literal_of(Tokens tokens) {
  Reader reader(tokens);
  std::optional<PythonLiteral> literal = reader.statement();
  if (!reader.is_at_end()) return std::nullopt;
  return literal;
}

}  // namespace provision
