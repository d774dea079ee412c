#include "provision/engine/sqlite/ddl_text.h"

#include <algorithm>
#include <array>

#include "provision/base/text.h"

namespace provision::sqlite {
namespace {

constexpr bool is_among(std::span<const std::string_view> sorted, std::string_view word) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

/// True for words that mean something else without quotes than with them.
bool is_reserved(std::string_view name) {
  static constexpr auto kWords = std::to_array<std::string_view>({
      "add",     "all",           "alter",        "and",          "as",
      "asc",     "autoincrement", "begin",        "between",      "case",
      "cast",    "check",         "collate",      "commit",       "constraint",
      "create",  "cross",         "current_date", "current_time", "current_timestamp",
      "default", "deferrable",    "delete",       "desc",         "distinct",
      "drop",    "else",          "end",          "escape",       "except",
      "exists",  "false",         "filter",       "foreign",      "from",
      "full",    "glob",          "group",        "having",       "in",
      "index",   "inner",         "insert",       "intersect",    "into",
      "is",      "isnull",        "join",         "left",         "like",
      "limit",   "match",         "natural",      "not",          "nothing",
      "notnull", "null",          "offset",       "on",           "or",
      "order",   "outer",         "over",         "partition",    "primary",
      "raise",   "references",    "regexp",       "replace",      "returning",
      "right",   "select",        "set",          "table",        "then",
      "to",      "transaction",   "true",         "union",        "unique",
      "update",  "using",         "values",       "when",         "where",
      "window",  "with",
  });
  static_assert(std::is_sorted(kWords.begin(), kWords.end()));
  return is_among(kWords, name);
}

bool begins_clause(std::string_view word) {
  static constexpr auto kWords =
      std::to_array<std::string_view>({"except", "from", "group", "having", "intersect", "limit",
                                       "order", "union", "where", "window"});
  static_assert(std::is_sorted(kWords.begin(), kWords.end()));
  return is_among(kWords, word);
}

bool is_plain(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
  };
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '$'; });
}

std::string in_quotes(const std::string& text, char quote) {
  std::string result(1, quote);
  for (const char c : text) {
    if (c == quote) result += c;
    result += c;
  }
  return result + quote;
}

class Writer {
 public:
  Writer(Tokens tokens, const Names* names) : tokens_(tokens), names_(names) {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (is_main(i) && !at(i + 1, ".")) main_is_a_name_ = true;
    }
  }

  std::string text() {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (!main_is_a_name_ && is_main(i) && at(i + 1, ".")) {
        ++i;
        continue;
      }
      write(i);
    }
    return std::move(text_);
  }

 private:
  bool at(size_t i, std::string_view what) const {
    return i < tokens_.size() && is(tokens_[i], what);
  }
  bool follows_point(size_t i) const { return i > 0 && at(i - 1, "."); }
  bool is_main(size_t i) const {
    const Token& token = tokens_[i];
    if (token.kind == TokenKind::word) return is(token, "main") && !follows_point(i);
    return token.kind == TokenKind::quoted &&
           token.text.size() == std::string_view("'main'").size() && name_in(token) == "main" &&
           !follows_point(i);
  }

  void write(size_t i) {
    const std::string next = piece(i);
    const bool word = tokens_[i].kind == TokenKind::word;
    if (!text_.empty() && needs_space(next, word)) {
      const bool breaks = last_ == ";" || (depth_ == 0 && word && begins_clause(next));
      text_ += breaks ? '\n' : ' ';
    }
    if (next == "(") ++depth_;
    if (next == ")") --depth_;
    const bool sign = next == "-" || next == "+";
    after_sign_ = sign && (last_.empty() || last_ == "(" || last_ == "," || last_is_operator_ ||
                           (last_is_word_ && is_reserved(last_)));
    last_is_operator_ = tokens_[i].kind == TokenKind::symbol && next != ")";
    last_is_word_ = word;
    last_is_name_ = (word && !is_reserved(next)) || tokens_[i].kind == TokenKind::quoted;
    last_ = next;
    text_ += next;
  }

  bool needs_space(std::string_view next, bool word) const {
    if (last_ == "(" || last_ == "." || next == "." || after_sign_) return false;
    if (!word && (next == ")" || next == "," || next == ";")) return false;
    return next != "(" || !last_is_name_;
  }

  std::string piece(size_t i) const {
    const Token& token = tokens_[i];
    switch (token.kind) {
      case TokenKind::text:
        return std::string(token.text);
      case TokenKind::quoted:
        return is_string(i) ? in_quotes(unquoted(token), '\'') : written(name_in(token));
      case TokenKind::symbol:
        if (token.text == "==") return "=";
        return token.text == "!=" ? "<>" : std::string(token.text);
      default:
        return lower(token.text);
    }
  }

  bool is_string(size_t i) const {
    if (i >= 3 && at(i - 1, ",") && at(i - 3, "(") && i >= 4 && at(i - 4, "raise")) return true;
    if (names_ == nullptr || tokens_[i].text.front() != '"') return false;
    if (at(i + 1, ".") || at(i + 1, "(")) return false;
    if (i > 0 && (at(i - 1, ".") || at(i - 1, "collate") || at(i - 1, "as"))) return false;
    return !names_->contains(name_in(tokens_[i]));
  }

  Tokens tokens_;
  const Names* names_;
  bool main_is_a_name_ = false;
  std::string text_;
  std::string last_;
  int depth_ = 0;
  bool after_sign_ = false;
  bool last_is_operator_ = false;
  bool last_is_word_ = false;
  bool last_is_name_ = false;
};

}  // namespace

std::string normalised(Tokens tokens, const Names* names) { return Writer(tokens, names).text(); }

std::string written(const std::string& name) {
  return is_plain(name) && !is_reserved(name) ? name : in_quotes(name, '"');
}

std::string written(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + written(name);
  return text;
}

bool same_but_for_quotes(std::string_view one, std::string_view other, const Names& names) {
  const std::vector<Token> left = tokens_of(one);
  const std::vector<Token> right = tokens_of(other);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [&](const Token& a, const Token& b) {
                      if (a.kind == b.kind) return a.text == b.text;
                      const bool string = a.kind == TokenKind::text || b.kind == TokenKind::text;
                      return string && is_name(a) && is_name(b) && name_in(a) == name_in(b) &&
                             !names.contains(name_in(a));
                    });
}

}  // namespace provision::sqlite
