#include "provision/engine/postgresql/split.h"

#include <pg_query.h>

#include <algorithm>
#include <array>

#include "provision/base/error.h"
#include "provision/engine/postgresql/lexer.h"

namespace provision::postgresql {
namespace {

/// Follows one statement token by token and knows whether a semicolon ends it: the rule of psql.
class StatementEnd {
 public:
  /// True if this token is the semicolon that ends the statement.
  bool passes(const Token& token, std::string_view text) {
    if (token.kind == TokenKind::word) {
      pass_word(text);
    } else if (text == "(") {
      ++parentheses_;
    } else if (text == ")" && parentheses_ > 0) {
      --parentheses_;
    }
    return text == ";" && token.kind == TokenKind::symbol && parentheses_ == 0 && blocks_ == 0;
  }
  bool had_block() const { return had_block_; }

 private:
  void pass_word(std::string_view text) {
    if (count_ < words_.size()) words_[count_] = text;
    ++count_;
    if (parentheses_ > 0) return;
    if (blocks_ == 0) {
      if (after_begin_ && is_keyword(text, "ATOMIC")) {
        had_block_ = true;
        blocks_ = 1;
      }
      after_begin_ = makes_routine() && is_keyword(text, "BEGIN");
    } else if (is_keyword(text, "CASE") || is_keyword(text, "BEGIN")) {
      ++blocks_;
    } else if (is_keyword(text, "END")) {
      --blocks_;
    }
  }

  bool makes_routine() const {
    if (!is_keyword(words_[0], "CREATE")) return false;
    const size_t at = is_keyword(words_[1], "OR") ? 3 : 1;
    return is_keyword(words_[at], "FUNCTION") || is_keyword(words_[at], "PROCEDURE");
  }

  std::array<std::string_view, 4> words_;
  size_t count_ = 0;
  int parentheses_ = 0;
  int blocks_ = 0;
  bool after_begin_ = false;
  bool had_block_ = false;
};

int lines_in(std::string_view text) {
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

bool has_words_in_order(std::string_view sql, std::initializer_list<std::string_view> expected) {
  const std::vector<std::string> words = leading_words(sql, 256);
  auto at = words.begin();
  for (const std::string_view word : expected) {
    at = std::find(at, words.end(), word);
    if (at == words.end()) return false;
    ++at;
  }
  return true;
}

/// Throws for a statement that a revision may not have.
void refuse_foreign(std::string_view sql, int line) {
  const std::vector<std::string> words = leading_words(sql, 2);
  if (words.empty()) return;
  const std::string& verb = words[0];
  const auto is_any = [&](std::initializer_list<std::string_view> verbs) {
    return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
  };
  if (is_any({"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"}) ||
      (verb == "PREPARE" && words.size() > 1 && words[1] == "TRANSACTION")) {
    throw usage_error(fmt::format("'{}' may not be used here", verb),
                      "each revision is a transaction already; `-- transaction: off` runs it "
                      "without one")
        .with_line(line);
  }
  if (verb == "COPY" && has_words_in_order(sql, {"FROM", "STDIN"})) {
    throw usage_error("'COPY ... FROM STDIN' may not be used here",
                      "write INSERT statements (pg_dump --inserts does), or make it a seed")
        .with_line(line);
  }
}

/// The statement at `span`, from its first token on; `counted` lines come before `from`.
struct Cursor {
  size_t from = 0;
  int line = 1;

  int line_at(std::string_view script, size_t position) {
    line += lines_in(script.substr(from, position - from));
    from = position;
    return line;
  }
};

/// SET LOCAL ends with its own transaction.
bool sets_session(std::string_view statement) {
  const std::vector<std::string> words = leading_words(statement, 2);
  if (words.empty()) return false;
  return words[0] == "RESET" || (words[0] == "SET" && (words.size() < 2 || words[1] != "LOCAL"));
}

void append_statement(std::vector<Statement>& statements, std::string_view text, int line) {
  refuse_foreign(text, line);
  statements.push_back({std::string(text), line, needs_autocommit(text), sets_session(text)});
}

void refuse_client_command(std::string_view script, const Token& token, int line) {
  const std::string_view rest = script.substr(token.begin);
  throw usage_error(fmt::format("'{}' is a command of psql, not SQL",
                                rest.substr(0, rest.find_first_of(" \t\r\n"))),
                    "leave it out, or write what it does as SQL")
      .with_line(line);
}

/// The parser's answer, where plain tokens may have been misled.
std::vector<Statement> split_by_parser(std::string_view script) {
  std::vector<Statement> statements;
  Cursor cursor;
  for (const Span& span : parser_spans(script)) {
    std::string_view text = script.substr(span.begin, span.size);
    Lexer lexer(text);
    Token first;
    if (!lexer.next(first)) continue;
    size_t end = first.end;
    for (Token token; lexer.next(token);) end = token.end;
    text = text.substr(first.begin, end - first.begin);
    append_statement(statements, text, cursor.line_at(script, span.begin + first.begin));
  }
  return statements;
}

}  // namespace

std::vector<Span> parser_spans(std::string_view script) {
  std::vector<Span> spans;
  const PgQuerySplitResult result = pg_query_split_with_parser(std::string(script).c_str());
  for (int i = 0; result.error == nullptr && i < result.n_stmts; ++i) {
    spans.push_back({static_cast<size_t>(result.stmts[i]->stmt_location),
                     static_cast<size_t>(result.stmts[i]->stmt_len)});
  }
  pg_query_free_split_result(result);
  return spans;
}

std::vector<Statement> split(std::string_view script) {
  if (const size_t nul = script.find('\0'); nul != std::string_view::npos) {
    throw usage_error("the SQL has a NUL byte in it")
        .with_line(1 + lines_in(script.substr(0, nul)));
  }
  std::vector<Statement> statements;
  Lexer lexer(script);
  Cursor cursor;
  StatementEnd end;
  size_t begin = 0;
  size_t last = 0;
  bool open = false;
  bool odd = false;
  for (Token token; lexer.next(token);) {
    const std::string_view text = token.in(script);
    if (text == "\\") refuse_client_command(script, token, cursor.line_at(script, token.begin));
    if (end.passes(token, text)) {
      odd = odd || end.had_block();
      if (open) {
        append_statement(statements, script.substr(begin, last - begin),
                         cursor.line_at(script, begin));
      }
      end = StatementEnd();
      open = false;
      continue;
    }
    if (!open) begin = token.begin;
    open = true;
    last = token.end;
  }
  if (open) {
    odd = odd || end.had_block();
    append_statement(statements, script.substr(begin, last - begin), cursor.line_at(script, begin));
  }
  if (!odd) return statements;
  std::vector<Statement> parsed = split_by_parser(script);
  return parsed.empty() ? statements : parsed;
}

}  // namespace provision::postgresql
