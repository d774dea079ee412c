#include "provision/ops/values/pattern.h"

#include <algorithm>
#include <vector>

namespace provision::values {
namespace {

constexpr int kLongestRun = 12;
constexpr int kDeepest = 20;

struct NotPlain {};

/// Writes a text while it reads the expression: each choice takes its part of the ordinal.
class Writer {
 public:
  Writer(std::string_view regex, std::int64_t ordinal) : regex_(regex), ordinal_(ordinal) {}

  std::string run() {
    std::string text = alternatives();
    if (at_ < regex_.size()) throw NotPlain{};
    return text;
  }

 private:
  bool done() const { return at_ >= regex_.size(); }
  char current() const { return done() ? '\0' : regex_[at_]; }

  std::int64_t chosen(std::int64_t count) {
    const std::int64_t which = ordinal_ % count;
    ordinal_ /= count;
    return which;
  }

  /// Branches begin at the top level of the group that `at_` stands in; returns where.
  std::vector<size_t> branches() const {
    std::vector<size_t> starts{at_};
    int depth = 0;
    bool in_class = false;
    for (size_t i = at_; i < regex_.size(); ++i) {
      if (regex_[i] == '\\') {
        ++i;
      } else if (in_class) {
        in_class = regex_[i] != ']';
      } else if (regex_[i] == '[') {
        in_class = true;
      } else if (regex_[i] == '(') {
        ++depth;
      } else if (regex_[i] == ')' && --depth < 0) {
        break;
      } else if (regex_[i] == '|' && depth == 0) {
        starts.push_back(i + 1);
      }
    }
    return starts;
  }

  std::string alternatives() {
    if (++depth_ > kDeepest) throw NotPlain{};
    const std::vector<size_t> starts = branches();
    at_ = starts[static_cast<size_t>(chosen(static_cast<std::int64_t>(starts.size())))];
    std::string text = sequence();
    // What is left of the other branches is passed over.
    int depth = 0;
    bool in_class = false;
    for (; !done(); ++at_) {
      const char c = current();
      if (c == '\\') {
        ++at_;
      } else if (in_class) {
        in_class = c != ']';
      } else if (c == '[') {
        in_class = true;
      } else if (c == '(') {
        ++depth;
      } else if (c == ')' && --depth < 0) {
        break;
      }
    }
    --depth_;
    return text;
  }

  std::string sequence() {
    std::string text;
    while (!done() && current() != '|' && current() != ')') text += repeated();
    return text;
  }

  std::string repeated() {
    const size_t start = at_;
    const std::int64_t ordinal = ordinal_;
    std::string text = atom();
    const auto [least, most] = quantifier();
    const size_t end = at_;
    if (least == 1 && most == 1) return text;
    // One at least where one may be, and more as long as there is an ordinal to be told.
    ordinal_ = ordinal;
    text.clear();
    for (int i = 0; i < std::min(most, kLongestRun) || i < least; ++i) {
      if (i >= std::max(least, 1) && ordinal_ == 0) break;
      at_ = start;
      text += atom();
    }
    at_ = end;
    return text;
  }

  std::pair<int, int> quantifier() {
    int least = 1;
    int most = 1;
    if (current() == '*' || current() == '+' || current() == '?') {
      least = current() == '+' ? 1 : 0;
      most = current() == '?' ? 1 : kLongestRun;
      ++at_;
    } else if (current() == '{') {
      ++at_;
      least = number();
      most = least;
      if (current() == ',') {
        ++at_;
        most = current() == '}' ? std::max(kLongestRun, least) : number();
      }
      if (current() != '}') throw NotPlain{};
      ++at_;
    }
    if (current() == '?') ++at_;  // not greedy: the same texts
    if (least > 1000 || most < least) throw NotPlain{};
    return {least, most};
  }

  int number() {
    int value = 0;
    while (current() >= '0' && current() <= '9' && value < 10'000)
      value = value * 10 + (current() - '0'), ++at_;
    return value;
  }

  std::string atom() {
    const char c = current();
    ++at_;
    switch (c) {
      case '^':
      case '$':
        return {};
      case '.':
        return one_of("abcdefghijklmnopqrstuvwxyz0123456789");
      case '[':
        return one_of(character_class());
      case '(':
        return group();
      case '\\':
        return escaped();
      case '*':
      case '+':
      case '?':
        throw NotPlain{};
      default:
        return std::string(1, c);
    }
  }

  std::string group() {
    if (current() == '?') {
      if (regex_.substr(at_, 2) != "?:") throw NotPlain{};
      at_ += 2;
    }
    std::string text = alternatives();
    if (current() != ')') throw NotPlain{};
    ++at_;
    return text;
  }

  std::string one_of(const std::string& characters) {
    if (characters.empty()) throw NotPlain{};
    return std::string(
        1, characters[static_cast<size_t>(chosen(static_cast<std::int64_t>(characters.size())))]);
  }

  /// The characters that "\d" and its like stand for; empty for a character that stands for itself.
  static std::string shorthand(char c) {
    switch (c) {
      case 'd':
        return "0123456789";
      case 'w':
        return "abcdefghijklmnopqrstuvwxyz0123456789_";
      case 's':
        return " ";
      case 'S':
      case 'D':
        return "abcdefghijklmnopqrstuvwxyz";
      default:
        return {};
    }
  }

  std::string escaped() {
    const char c = current();
    ++at_;
    if (c == 'A' || c == 'Z' || c == 'y' || c == 'm' || c == 'M' || c == 'b') return {};
    if (c >= '0' && c <= '9') throw NotPlain{};
    const std::string characters = shorthand(c);
    return characters.empty() ? std::string(1, c) : one_of(characters);
  }

  /// What stands between brackets; the first bracket is read.
  std::string character_class() {
    const bool is_negated = current() == '^';
    if (is_negated) ++at_;
    std::string characters;
    for (bool is_first = true; !done() && (is_first || current() != ']'); is_first = false) {
      characters += class_item();
    }
    if (done()) throw NotPlain{};
    ++at_;
    if (!is_negated) return characters;
    std::string others;
    for (const char c :
         std::string_view("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_")) {
      if (characters.find(c) == std::string::npos) others += c;
    }
    return others;
  }

  std::string class_item() {
    if (regex_.substr(at_, 2) == "[:") return named_class();
    char c = current();
    ++at_;
    if (c == '\\') {
      c = current();
      ++at_;
      if (const std::string characters = shorthand(c); !characters.empty()) return characters;
    }
    std::string characters(1, c);
    if (current() != '-' || at_ + 1 >= regex_.size() || regex_[at_ + 1] == ']') return characters;
    const char last = regex_[at_ + 1];
    at_ += 2;
    while (c < last) characters += ++c;
    return characters;
  }

  std::string named_class() {
    const size_t end = regex_.find(":]", at_);
    if (end == std::string_view::npos) throw NotPlain{};
    const std::string_view name = regex_.substr(at_ + 2, end - at_ - 2);
    at_ = end + 2;
    if (name == "digit" || name == "xdigit") return shorthand('d');
    if (name == "upper") return "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if (name == "space" || name == "blank") return " ";
    if (name == "punct") return "-_.";
    return shorthand('S');
  }

  std::string_view regex_;
  std::int64_t ordinal_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::optional<std::string> text_for_regex(std::string_view regex, std::int64_t ordinal) {
  try {
    return Writer(regex, ordinal).run();
  } catch (const NotPlain&) {
    return std::nullopt;
  }
}

}  // namespace provision::values
