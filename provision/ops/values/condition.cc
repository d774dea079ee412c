#include "provision/ops/values/condition.h"

#include <algorithm>
#include <array>
#include <utility>

#include "provision/ops/values/condition_tokens.h"

namespace provision::values {
namespace {

using Kind = Condition::Kind;

constexpr int kDeepest = 60;

struct TooMuch {};

class Parser {
 public:
  explicit Parser(std::string_view sql) : tokens_(tokens_of(sql)) {}

  Condition run() {
    Condition condition = disjunction();
    if (current().kind != Token::Kind::end) throw TooMuch{};
    return condition;
  }

 private:
  const Token& current(size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  bool is_word(std::string_view word, size_t ahead = 0) const {
    return current(ahead).kind == Token::Kind::word && current(ahead).text == word;
  }
  bool is_sign(std::string_view sign, size_t ahead = 0) const {
    return current(ahead).kind == Token::Kind::sign && current(ahead).text == sign;
  }
  bool take_word(std::string_view word) {
    if (!is_word(word)) return false;
    ++at_;
    return true;
  }
  bool take_sign(std::string_view sign) {
    if (!is_sign(sign)) return false;
    ++at_;
    return true;
  }
  void expect_sign(std::string_view sign) {
    if (!take_sign(sign)) throw TooMuch{};
  }

  Condition disjunction() {
    if (++depth_ > kDeepest) throw TooMuch{};
    Condition first = conjunction();
    if (is_word("or")) first = {Kind::either, {}, {std::move(first)}};
    while (take_word("or")) first.parts.push_back(conjunction());
    --depth_;
    return first;
  }

  Condition conjunction() {
    Condition first = negation();
    if (is_word("and")) first = {Kind::both, {}, {std::move(first)}};
    while (take_word("and")) first.parts.push_back(negation());
    return first;
  }

  Condition negation() {
    if (!take_word("not")) return predicate();
    if (++depth_ > kDeepest) throw TooMuch{};
    Condition inner = negation();
    --depth_;
    return {Kind::inverse, {}, {std::move(inner)}};
  }

  Condition predicate() {
    Condition left = operand();
    while (true) {
      const bool is_negated = is_word("not") && at_ + 1 < tokens_.size();
      if (is_negated) ++at_;
      std::optional<Condition> condition = with_word(left);
      if (!condition && !is_negated) condition = with_sign(left);
      if (!condition) {
        if (is_negated) throw TooMuch{};
        return left;
      }
      left = is_negated ? Condition{Kind::inverse, {}, {std::move(*condition)}}
                        : std::move(*condition);
    }
  }

  std::optional<Condition> with_word(const Condition& left) {
    if (take_word("in")) return Condition{Kind::among, {}, {left, operand()}};
    if (take_word("between")) {
      Condition least = operand();
      if (!take_word("and")) throw TooMuch{};
      return Condition{Kind::between, {}, {left, std::move(least), operand()}};
    }
    if (take_word("like") || take_word("ilike"))
      return Condition{Kind::like, {}, {left, operand()}};
    if (take_word("glob")) return Condition{Kind::glob, {}, {left, operand()}};
    if (take_word("regexp")) return Condition{Kind::regex, {}, {left, operand()}};
    if (take_word("isnull")) return Condition{Kind::is_null, {}, {left}};
    if (take_word("notnull")) return not_null(left);
    if (take_word("is")) return identity(left);
    return std::nullopt;
  }

  static Condition not_null(const Condition& left) {
    return {Kind::inverse, {}, {{Kind::is_null, {}, {left}}}};
  }

  Condition identity(const Condition& left) {
    const bool is_negated = take_word("not");
    if (take_word("null"))
      return is_negated ? not_null(left) : Condition{Kind::is_null, {}, {left}};
    if (take_word("distinct")) {
      if (!take_word("from")) throw TooMuch{};
      return {Kind::compare, is_negated ? "=" : "<>", {left, operand()}};
    }
    return {Kind::compare, is_negated ? "<>" : "=", {left, operand()}};
  }

  std::optional<Condition> with_sign(const Condition& left) {
    if (current().kind != Token::Kind::sign) return std::nullopt;
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kComparisons = {
        {{"=", "="},
         {"==", "="},
         {"<>", "<>"},
         {"!=", "<>"},
         {"<", "<"},
         {"<=", "<="},
         {">", ">"},
         {">=", ">="}}};
    const std::string sign = current().text;
    for (const auto& [written, meant] : kComparisons) {
      if (sign != written) continue;
      ++at_;
      Condition right = operand();
      const bool is_any = right.kind == Kind::call && (right.text == "any" || right.text == "some");
      if (!is_any) return Condition{Kind::compare, std::string(meant), {left, std::move(right)}};
      if (meant != "=" || right.parts.size() != 1)
        return Condition{Kind::opaque, {}, {left, right}};
      return Condition{Kind::among, {}, {left, right.parts[0]}};
    }
    if (take_sign("~") || take_sign("~*")) return Condition{Kind::regex, {}, {left, operand()}};
    if (take_sign("~~") || take_sign("~~*")) return Condition{Kind::like, {}, {left, operand()}};
    return std::nullopt;
  }

  static bool is_comparison(const std::string& sign) {
    constexpr std::array<std::string_view, 12> kSigns = {
        "=", "==", "<>", "!=", "<", "<=", ">", ">=", "~", "~*", "~~", "~~*"};
    return std::find(kSigns.begin(), kSigns.end(), sign) != kSigns.end();
  }

  bool is_calculation() const {
    if (current().kind != Token::Kind::sign) return false;
    const std::string& sign = current().text;
    return sign.find_first_of("+-*/<>=~!@#%^&|?") == 0 && !is_comparison(sign);
  }

  /// A value, or a calculation with several, of which only the parts are of use.
  Condition operand() {
    Condition first = primary();
    if (!is_calculation()) return first;
    Condition all{Kind::opaque, {}, {std::move(first)}};
    while (is_calculation()) {
      ++at_;
      all.parts.push_back(primary());
    }
    return all;
  }

  Condition primary() {
    if (++depth_ > kDeepest) throw TooMuch{};
    Condition value = unadorned();
    while (true) {
      if (take_sign(":")) {
        expect_sign(":");
        skip_type();
      } else if (take_word("collate")) {
        ++at_;
        while (take_sign(".")) ++at_;
      } else {
        break;
      }
    }
    --depth_;
    return value;
  }

  /// A type behind "::": words, a length, brackets.
  void skip_type() {
    ++at_;
    while (is_word("varying") || is_word("precision") || is_word("with") || is_word("without") ||
           is_word("time") || is_word("zone")) {
      ++at_;
    }
    while (take_sign(".")) ++at_;
    if (is_sign("(")) group();
    while (is_word("with") || is_word("without") || is_word("time") || is_word("zone")) ++at_;
    while (is_sign("[") && is_sign("]", 1)) at_ += 2;
  }

  /// What parentheses or brackets hold: one condition, or a list of them.
  Condition group() {
    const std::string_view close = is_sign("[") ? "]" : ")";
    ++at_;
    Condition list{Kind::list, {}, {}};
    while (!take_sign(close)) {
      list.parts.push_back(disjunction());
      if (!is_sign(close)) expect_sign(",");
    }
    return list;
  }

  Condition unadorned() {
    const Token token = current();
    switch (token.kind) {
      case Token::Kind::string:
      case Token::Kind::number:
        ++at_;
        return {Kind::constant, token.text, {}};
      case Token::Kind::name:
        ++at_;
        return column(token.text);
      case Token::Kind::word:
        return word();
      default:
        break;
    }
    if (is_sign("(")) {
      Condition inside = group();
      // "(a)" is a, and "IN (a)" a list of one: `among` takes either.
      if (inside.parts.size() == 1) return inside.parts[0];
      return inside;
    }
    if (is_sign("-") || is_sign("+")) {
      const bool is_negative = take_sign("-") || !take_sign("+");
      Condition value = primary();
      if (value.kind != Kind::constant) return {Kind::opaque, {}, {std::move(value)}};
      if (is_negative) value.text.insert(0, "-");
      return value;
    }
    throw TooMuch{};
  }

  Condition column(std::string name) {
    while (take_sign(".")) {
      name = current().text;
      ++at_;
    }
    if (is_sign("(")) return {Kind::call, name, group().parts};
    return {Kind::column, std::move(name), {}};
  }

  Condition word() {
    const std::string text = current().text;
    ++at_;
    if (text == "true") return {Kind::constant, "1", {}};
    if (text == "false") return {Kind::constant, "0", {}};
    if (text == "case" || text == "select" || text == "exists") throw TooMuch{};
    if (text == "null") return {Kind::opaque, {}, {}};
    if (text == "array" && is_sign("[")) {
      Condition list = group();
      return list;
    }
    if (text == "cast" && is_sign("(")) {
      ++at_;
      Condition value = disjunction();
      if (!take_word("as")) throw TooMuch{};
      skip_type();
      expect_sign(")");
      return value;
    }
    // date '2024-01-01'
    if (current().kind == Token::Kind::string) return unadorned();
    return column(text);
  }

  std::vector<Token> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::optional<Condition> parse_condition(std::string_view sql) {
  try {
    return Parser(sql).run();
  } catch (const TooMuch&) {
    return std::nullopt;
  }
}

}  // namespace provision::values
