// A place among tokens, from which the readers of definitions go on.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "provision/engine/sqlite/ddl_tokens.h"

namespace provision::sqlite {

using Tokens = std::span<const Token>;

/// Steps over `tokens`, which must outlive it. What does not read as expected is noted, once, and
/// seen by `failed`; from then on there is nothing left to read.
class Cursor {
 public:
  explicit Cursor(Tokens tokens) : rest_(tokens) {}

  bool failed() const { return failed_; }
  bool done() const { return rest_.empty(); }
  /// What has not been read yet.
  Tokens rest() const { return rest_; }

  /// True if the token `ahead` of the next one is `what`.
  bool at(std::string_view what, size_t ahead = 0) const {
    return ahead < rest_.size() && is(rest_[ahead], what);
  }
  bool at_name() const { return !done() && is_name(rest_.front()); }

  /// Steps over `what` if it comes next.
  bool take(std::string_view what) {
    if (!at(what)) return false;
    rest_ = rest_.subspan(1);
    return true;
  }
  /// Steps over `first` and `second` if they come next.
  bool take(std::string_view first, std::string_view second) {
    if (!at(first) || !at(second, 1)) return false;
    rest_ = rest_.subspan(2);
    return true;
  }
  void expect(std::string_view what) {
    if (!take(what)) fail();
  }

  /// The next token; an empty one where there is none.
  Token take_any() {
    if (done()) {
      fail();
      return {};
    }
    const Token token = rest_.front();
    rest_ = rest_.subspan(1);
    return token;
  }
  std::string take_name() {
    if (!at_name()) {
      fail();
      return {};
    }
    return name_in(take_any());
  }
  /// A name without the schema that may stand before it.
  std::string take_object_name() {
    std::string name = take_name();
    return take(".") ? take_name() : name;
  }
  /// What stands between "(" and the ")" that belongs to it; steps over both.
  Tokens take_group();

  void fail() {
    failed_ = true;
    rest_ = {};
  }

 private:
  Tokens rest_;
  bool failed_ = false;
};

/// The parts of `tokens` between commas that are in no parentheses.
std::vector<Tokens> split_at_commas(Tokens tokens);

/// `tokens` without the parentheses around all of them.
Tokens without_parentheses(Tokens tokens);

}  // namespace provision::sqlite
