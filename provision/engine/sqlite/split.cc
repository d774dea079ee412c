#include "provision/engine/sqlite/split.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "provision/base/error.h"
#include "provision/base/text.h"

namespace provision::sqlite {
namespace {

/// Steps over a script, token by token as far as statement ends need it.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool done() const { return position_ >= text_.size(); }
  size_t position() const { return position_; }
  char current() const { return text_[position_]; }
  bool at(std::string_view what) const { return text_.substr(position_).starts_with(what); }

  bool skip_blank_or_comment() {
    if (std::isspace(static_cast<unsigned char>(current())) != 0) {
      ++position_;
    } else if (at("--")) {
      skip_past("\n");
    } else if (at("/*")) {
      position_ += 2;
      skip_past("*/");
    } else {
      return false;
    }
    return true;
  }

  /// Over a quoted text, or one character. A doubled quote reads as two quoted texts, side by side.
  void skip_token() {
    const char c = current();
    ++position_;
    if (c == '\'' || c == '"' || c == '`') skip_past(std::string_view(&c, 1));
    if (c == '[') skip_past("]");
  }

 private:
  void skip_past(std::string_view end) {
    const size_t found = text_.find(end, position_);
    position_ = found == std::string_view::npos ? text_.size() : found + end.size();
  }

  std::string_view text_;
  size_t position_ = 0;
};

std::vector<std::string> leading_words(std::string_view text, size_t count) {
  std::vector<std::string> words;
  Scanner scanner(text);
  while (!scanner.done() && words.size() < count) {
    if (scanner.skip_blank_or_comment()) continue;
    const size_t start = scanner.position();
    size_t end = start;
    while (end < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_')) {
      ++end;
    }
    if (end == start) break;
    words.push_back(lower(text.substr(start, end - start)));
    while (scanner.position() < end) scanner.skip_token();
  }
  return words;
}

bool is_one_of(const std::string& word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// What `words` do to the transaction; savepoints leave it as it is.
Control control_of(const std::vector<std::string>& words) {
  if (words.empty()) return Control::none;
  if (words[0] == "begin") return Control::begin;
  if (words[0] == "commit" || words[0] == "end") return Control::commit;
  const bool partly = std::find(words.begin(), words.end(), "to") != words.end();
  return words[0] == "rollback" && !partly ? Control::rollback : Control::none;
}

Statement make_statement(std::string_view text, int line, Origin origin) {
  const std::vector<std::string> words = leading_words(text, 3);
  const std::string first = words.empty() ? std::string() : words[0];
  if (origin == Origin::own &&
      is_one_of(first, {"begin", "commit", "end", "rollback", "savepoint", "release"})) {
    throw usage_error(
        fmt::format("a revision may not contain {}: each one is a transaction already", first),
        "remove it; `-- transaction: off` runs statements one by one")
        .with_line(line);
  }
  if (text.starts_with('.')) {
    throw usage_error("commands of the sqlite3 shell are no SQL", "remove the line")
        .with_line(line);
  }
  const std::string second = words.size() > 1 ? words[1] : std::string();
  const bool alone =
      is_one_of(first, {"vacuum", "attach", "detach"}) ||
      (first == "pragma" && is_one_of(second, {"journal_mode", "synchronous", "auto_vacuum",
                                               "page_size", "wal_checkpoint", "encoding"}));
  Statement statement{.text = std::string(text),
                      .line = line,
                      .needs_autocommit = alone,
                      .origin = origin,
                      .sets_session = is_one_of(first, {"attach", "detach", "pragma"})};
  if (origin == Origin::foreign) statement.control = control_of(words);
  return statement;
}

/// True if the text up to a semicolon is whole: only the body of a trigger holds semicolons.
bool is_complete(std::string_view text) {
  const std::vector<std::string> words = leading_words(text, 3);
  const bool trigger = words.size() > 1 && words[0] == "create" &&
                       (words[1] == "trigger" || (words.size() > 2 && words[2] == "trigger"));
  return !trigger || sqlite3_complete(std::string(text).c_str()) != 0;
}

}  // namespace

std::vector<Statement> split(std::string_view script, Origin origin) {
  if (script.find('\0') != std::string_view::npos) {
    throw usage_error("a script may not contain a NUL byte");
  }
  std::vector<Statement> statements;
  Scanner scanner(script);
  size_t counted_to = 0;
  int line = 1;
  while (!scanner.done()) {
    if (scanner.skip_blank_or_comment()) continue;
    const size_t start = scanner.position();
    line += static_cast<int>(std::count(script.begin() + static_cast<std::ptrdiff_t>(counted_to),
                                        script.begin() + static_cast<std::ptrdiff_t>(start), '\n'));
    counted_to = start;
    size_t end = start;  // of the last token; a comment after it is not part of the statement
    while (!scanner.done()) {
      if (scanner.skip_blank_or_comment()) continue;
      const bool semicolon = scanner.current() == ';';
      scanner.skip_token();
      if (semicolon && is_complete(script.substr(start, scanner.position() - start))) break;
      end = scanner.position();
    }
    const std::string_view text = trimmed(script.substr(start, end - start));
    if (!text.empty()) statements.push_back(make_statement(text, line, origin));
  }
  return statements;
}

}  // namespace provision::sqlite
