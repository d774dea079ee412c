// Which statements the server refuses in a transaction block (PreventInTransactionBlock in its
// source), told by their words: a parser would refuse what is newer than itself.
#include <algorithm>

#include "provision/engine/postgresql/lexer.h"
#include "provision/engine/postgresql/split.h"

namespace provision::postgresql {
namespace {

using Words = std::vector<std::string>;

bool has(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool begins(const Words& words, std::initializer_list<std::string_view> expected) {
  return words.size() >= expected.size() &&
         std::equal(expected.begin(), expected.end(), words.begin());
}

/// The first parenthesis of `statement`, where REINDEX and CLUSTER have their options.
bool option_is_on(std::string_view statement, std::string_view option) {
  const size_t open = statement.find('(');
  const size_t close = statement.find(')', open);
  if (open == std::string_view::npos || close == std::string_view::npos) return false;
  const std::string_view list = statement.substr(open + 1, close - open - 1);
  const Words words = leading_words(list, 64);
  const auto found = std::find(words.begin(), words.end(), option);
  if (found == words.end()) return false;
  const auto value = found + 1;
  return value == words.end() || (*value != "OFF" && *value != "FALSE" && *value != "0");
}

bool is_create_or_drop(const Words& words, size_t at) {
  const std::string& what = words[at];
  if (what == "DATABASE" || what == "TABLESPACE" || what == "SUBSCRIPTION") return true;
  if (what == "UNIQUE") return words.size() > at + 2 && words[at + 2] == "CONCURRENTLY";
  return what == "INDEX" && words.size() > at + 1 && words[at + 1] == "CONCURRENTLY";
}

bool is_reindex(const Words& words, std::string_view statement) {
  const bool options = words.size() > 1 && words[1] == "()";
  if (options && option_is_on(statement, "CONCURRENTLY")) return true;
  const size_t at = options ? 2 : 1;
  if (words.size() <= at) return false;
  return words[at] == "SCHEMA" || words[at] == "DATABASE" || words[at] == "SYSTEM" ||
         (words.size() > at + 1 && words[at + 1] == "CONCURRENTLY");
}

bool is_alter(const Words& words) {
  if (begins(words, {"ALTER", "SYSTEM"})) return true;
  if (begins(words, {"ALTER", "DATABASE"})) return has(words, "TABLESPACE");
  if (begins(words, {"ALTER", "SUBSCRIPTION"})) {
    return has(words, "REFRESH") || has(words, "PUBLICATION");
  }
  return begins(words, {"ALTER", "TABLE"}) && has(words, "DETACH") && has(words, "CONCURRENTLY");
}

/// CLUSTER, alone or with options, does all tables, each in a transaction of its own.
bool is_cluster_of_all(const Words& words) {
  return std::all_of(words.begin() + 1, words.end(),
                     [](const std::string& word) { return word == "VERBOSE" || word == "()"; });
}

/// A DO block may end transactions, but only where none is open around it.
bool body_ends_transactions(std::string_view statement) {
  Lexer outer(statement);
  for (Token token; outer.next(token);) {
    if (token.kind != TokenKind::string) continue;
    std::string_view body = token.in(statement);
    if (body.front() != '$') continue;
    const size_t tag = body.find('$', 1) + 1;
    body = body.substr(tag, body.size() - 2 * tag);
    Lexer inner(body);
    for (Token word; inner.next(word);) {
      if (is_keyword(word.in(body), "COMMIT") || is_keyword(word.in(body), "ROLLBACK") ||
          is_keyword(word.in(body), "CALL")) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

bool needs_autocommit(std::string_view statement) {
  const Words first = leading_words(statement, 1);
  if (first.empty()) return false;
  const std::string& verb = first[0];
  // Most statements are none of these; they are told by one word.
  // What a procedure does is not known here: it may end transactions, too.
  if (verb == "VACUUM" || verb == "CALL") return true;
  if (verb == "DO") return body_ends_transactions(statement);
  if (verb != "CREATE" && verb != "DROP" && verb != "ALTER" && verb != "REINDEX" &&
      verb != "CLUSTER" && verb != "DISCARD") {
    return false;
  }
  const Words words = leading_words(statement, verb == "ALTER" ? 64 : 6);
  if (verb == "ALTER") return is_alter(words);
  if (verb == "REINDEX") return is_reindex(words, statement);
  if (verb == "CLUSTER") return is_cluster_of_all(words);
  if (verb == "DISCARD") return begins(words, {"DISCARD", "ALL"});
  return words.size() > 1 && (verb == "CREATE" || verb == "DROP") && is_create_or_drop(words, 1);
}

}  // namespace provision::postgresql
