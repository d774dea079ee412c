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

using Words = std::vector<std::string>;

bool is_any(const std::string& verb, std::initializer_list<std::string_view> verbs) {
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

/// What the words of a statement do to the transaction; savepoints leave it as it is.
Control control_of(const Words& words) {
  const std::string& verb = words[0];
  const bool partly = std::find(words.begin(), words.end(), "TO") != words.end();
  if (verb == "BEGIN" || verb == "START") return Control::begin;
  if (verb == "COMMIT" || verb == "END") return Control::commit;
  return verb == "ABORT" || (verb == "ROLLBACK" && !partly) ? Control::rollback : Control::none;
}

bool is_two_phase(const Words& words) {
  return words.size() > 1 && ((words[0] == "PREPARE" && words[1] == "TRANSACTION") ||
                              (is_any(words[0], {"COMMIT", "ROLLBACK"}) && words[1] == "PREPARED"));
}

bool is_copy_in(std::string_view sql, const Words& words) {
  return words[0] == "COPY" && has_words_in_order(sql, {"FROM", "STDIN"});
}

/// Throws for a statement that a revision may not have.
void refuse_transaction(const Words& words, int line) {
  throw usage_error(fmt::format("'{}' may not be used here", words[0]),
                    "each revision is a transaction already; `-- transaction: off` runs it "
                    "without one")
      .with_line(line);
}

void check_own(std::string_view sql, const Words& words, int line) {
  if (is_any(words[0],
             {"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"})) {
    refuse_transaction(words, line);
  }
  if (is_copy_in(sql, words)) {
    throw usage_error("'COPY ... FROM STDIN' may not be used here",
                      "write INSERT statements (pg_dump --inserts does), or make it a seed")
        .with_line(line);
  }
}

/// The lines of a script, counted as far as they are asked for.
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

Statement make_statement(std::string_view text, int line, Origin origin) {
  Statement statement{.text = std::string(text),
                      .line = line,
                      .needs_autocommit = needs_autocommit(text),
                      .origin = origin,
                      .sets_session = sets_session(text)};
  const Words words = leading_words(text, 4);
  if (words.empty()) return statement;
  if (is_two_phase(words)) refuse_transaction(words, line);
  if (origin == Origin::own) {
    check_own(text, words, line);
  } else {
    statement.control = control_of(words);
  }
  return statement;
}

/// True for a command of psql that only says how psql itself behaves or what it prints.
bool is_harmless(std::string_view command) {
  constexpr std::array<std::string_view, 11> kCommands = {
      "restrict", "unrestrict", "echo", "qecho", "warn",      "timing",
      "pset",     "x",          "t",    "a",     "errverbose"};
  constexpr std::array<std::string_view, 6> kVariables = {
      "ON_ERROR_STOP", "ON_ERROR_ROLLBACK", "QUIET", "ECHO", "VERBOSITY", "SHOW_CONTEXT"};
  std::array<std::string_view, 3> words;
  size_t count = 0;
  for (size_t at = 1; count < words.size();) {
    at = std::min(command.find_first_not_of(" \t\r", at), command.size());
    const size_t end = std::min(command.find_first_of(" \t\r", at), command.size());
    if (at == end) break;
    words[count++] = command.substr(at, end - at);
    at = end;
  }
  const auto is_in = [](const auto& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  };
  if (words[0] == "set" || words[0] == "unset") return is_in(kVariables, words[1]);
  if (words[0] == "encoding") {
    return words[1].find("UTF") != std::string_view::npos ||
           words[1].find("utf") != std::string_view::npos;
  }
  return is_in(kCommands, words[0]);
}

Error client_command(std::string_view command, int line) {
  return usage_error(fmt::format("'{}' is a command of psql, not SQL",
                                 command.substr(0, command.find_first_of(" \t\r"))),
                     "leave it out, or write what it does as SQL")
      .with_line(line);
}

class Splitter {
 public:
  Splitter(std::string_view script, Origin origin)
      : script_(script), origin_(origin), lexer_(script) {}

  std::vector<Statement> split() {
    for (Token token; lexer_.next(token);) {
      const std::string_view text = token.in(script_);
      if (text == "\\") {
        pass_client_command(token);
      } else if (end_.passes(token, text)) {
        close();
        if (!statements_.empty()) take_copy_data(token);
      } else {
        if (!open_) begin_ = token.begin;
        open_ = true;
        last_ = token.end;
      }
    }
    close();
    return std::move(statements_);
  }

  /// True if plain tokens may have been misled.
  bool is_odd() const { return odd_; }

 private:
  void close() {
    odd_ = odd_ || end_.had_block();
    ended_ = open_;
    if (open_) {
      statements_.push_back(make_statement(script_.substr(begin_, last_ - begin_),
                                           cursor_.line_at(script_, begin_), origin_));
    }
    end_ = StatementEnd();
    open_ = false;
  }

  void pass_client_command(const Token& token) {
    const size_t end = std::min(script_.find('\n', token.begin), script_.size());
    const std::string_view command = script_.substr(token.begin, end - token.begin);
    if (origin_ == Origin::own || open_ || !is_harmless(command)) {
      throw client_command(command, cursor_.line_at(script_, token.begin));
    }
    lexer_.skip_to(end);
  }

  /// Where the statement that `semicolon` ends is a COPY FROM STDIN: the lines below it.
  void take_copy_data(const Token& semicolon) {
    Statement& statement = statements_.back();
    if (!ended_ || origin_ == Origin::own) return;
    const Words words = leading_words(statement.text, 1);
    if (words.empty() || !is_copy_in(statement.text, words)) return;
    size_t at = std::min(script_.find('\n', semicolon.end), script_.size());
    at += at < script_.size() ? 1 : 0;
    const size_t begin = at;
    while (at < script_.size()) {
      const size_t end = std::min(script_.find('\n', at), script_.size());
      const std::string_view line = script_.substr(at, end - at);
      if (line == "\\." || line == "\\.\r") {
        statement.copy_data = script_.substr(begin, at - begin);
        lexer_.skip_to(end);
        return;
      }
      at = std::min(end + 1, script_.size());
    }
    statement.copy_data = script_.substr(begin);
    lexer_.skip_to(script_.size());
  }

  std::string_view script_;
  Origin origin_;
  Lexer lexer_;
  Cursor cursor_;
  StatementEnd end_;
  std::vector<Statement> statements_;
  size_t begin_ = 0;
  size_t last_ = 0;
  bool open_ = false;
  bool ended_ = false;  ///< the last semicolon ended a statement, not nothing
  bool odd_ = false;
};

/// The parser's answer, where plain tokens may have been misled.
std::vector<Statement> split_by_parser(std::string_view script, Origin origin) {
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
    const int line = cursor.line_at(script, span.begin + first.begin);
    statements.push_back(make_statement(text, line, origin));
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

std::vector<Statement> split(std::string_view script, Origin origin) {
  if (const size_t nul = script.find('\0'); nul != std::string_view::npos) {
    throw usage_error("the SQL has a NUL byte in it")
        .with_line(1 + lines_in(script.substr(0, nul)));
  }
  Splitter splitter(script, origin);
  std::vector<Statement> statements = splitter.split();
  if (!splitter.is_odd()) return statements;
  std::vector<Statement> parsed = split_by_parser(script, origin);
  return parsed.empty() ? statements : parsed;
}

}  // namespace provision::postgresql
