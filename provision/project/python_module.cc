#include "provision/project/python_module.h"

#include <algorithm>
#include <span>

#include "provision/base/error.h"
#include "provision/project/python_literal.h"
#include "provision/project/python_tokens.h"

namespace provision {
namespace {

using Kind = PythonToken::Kind;
using Tokens = std::span<const PythonToken>;

bool is_text(Tokens tokens, size_t index, std::string_view text) {
  return index < tokens.size() && tokens[index].text == text &&
         (tokens[index].kind == Kind::name || tokens[index].kind == Kind::sign);
}

/// Splits what is before the next line end or semicolon from `rest`.
Tokens take_statement(Tokens& rest) {
  size_t end = 0;
  while (end < rest.size() && rest[end].kind != Kind::newline && !is_text(rest, end, ";")) ++end;
  const Tokens statement = rest.first(end);
  rest = rest.subspan(std::min(end + 1, rest.size()));
  return statement;
}

/// Where the value of "name: annotation =" begins in `statement`, or 0.
size_t value_after_annotation(Tokens statement) {
  int depth = 0;
  for (size_t i = 2; i < statement.size(); ++i) {
    const std::string_view text = statement[i].kind == Kind::sign ? statement[i].text : "";
    if (text == "(" || text == "[" || text == "{") ++depth;
    if (text == ")" || text == "]" || text == "}") --depth;
    if (text == "=" && depth == 0) return i + 1;
  }
  return 0;
}

bool is_augmented(std::string_view sign) {
  return sign.size() > 1 && sign.back() == '=' && sign != "==" && sign != "!=" && sign != "<=" &&
         sign != ">=" && sign != ":=";
}

class ModuleReader {
 public:
  ModuleReader(std::string_view source, const std::string& file)
      : source_(source), all_(python_tokens(source, file)), rest_(all_) {}

  PythonModule run() && {
    take_docstring();
    while (!rest_.empty()) {
      const size_t def = is_text(rest_, 0, "async") ? 1 : 0;
      const bool is_outermost = rest_.front().column == 0;
      if (is_outermost && is_text(rest_, def, "def")) {
        take_function(def);
      } else if (is_outermost && is_text(rest_, 0, "class")) {
        skip_block();
      } else {
        take_line();
      }
    }
    return std::move(module_);
  }

 private:
  void take_docstring() {
    Tokens after = rest_;
    const Tokens statement = take_statement(after);
    Tokens strings = statement;
    auto text = take_strings(strings);
    if (text && strings.empty()) module_.docstring = std::move(text);
  }

  /// Moves `rest_` behind the lines that are indented.
  void skip_indented() {
    while (!rest_.empty() && rest_.front().column > 0) skip_line();
  }

  void skip_line() {
    while (!rest_.empty() && rest_.front().kind != Kind::newline) rest_ = rest_.subspan(1);
    if (!rest_.empty()) rest_ = rest_.subspan(1);
  }

  void skip_block() {
    skip_line();
    skip_indented();
  }

  void take_function(size_t def) {
    const Tokens from = rest_;
    skip_block();
    const Tokens tokens = from.first(from.size() - rest_.size());
    // The last token is the end of a line: the one before it ends the function.
    const PythonToken& last = tokens[tokens.size() - 2];
    const size_t end = last.begin + last.text.size();
    PythonFunction function;
    if (tokens[def + 1].kind == Kind::name) function.name = tokens[def + 1].text;
    function.line = tokens.front().line;
    function.text = source_.substr(tokens.front().begin, end - tokens.front().begin);
    function.last_line = function.line + static_cast<int>(std::count(function.text.begin(),
                                                                     function.text.end(), '\n'));
    module_.functions.push_back(std::move(function));
  }

  /// One logical line, which may hold several statements. What is indented, outside functions and
  /// classes, depends on a condition.
  void take_line() {
    const int line = rest_.front().line;
    const bool is_certain = rest_.front().column == 0;
    Tokens before = rest_;
    skip_line();
    Tokens whole = before.first(before.size() - rest_.size());
    while (!whole.empty()) take_assignment(take_statement(whole), line, is_certain);
  }

  void take_assignment(Tokens statement, int line, bool is_certain) {
    std::vector<std::string_view> names;
    bool is_known = is_certain;
    while (statement.size() > 2 && statement[0].kind == Kind::name && is_text(statement, 1, "=")) {
      names.push_back(statement[0].text);
      statement = statement.subspan(2);
    }
    if (names.empty()) {
      if (statement.size() < 3 || statement[0].kind != Kind::name)
        return add_targets(statement, line);
      const std::string_view sign = statement[1].kind == Kind::sign ? statement[1].text : "";
      const size_t value = sign == ":" ? value_after_annotation(statement) : 2;
      if (value == 0 || (sign != ":" && !is_augmented(sign))) return add_targets(statement, line);
      is_known = is_known && sign == ":";
      names.push_back(statement[0].text);
      statement = statement.subspan(value);
    }
    const auto literal = is_known ? literal_of(statement) : std::nullopt;
    for (const std::string_view name : names) {
      module_.assignments.push_back({std::string(name), line, literal});
    }
  }

  /// The targets of "a, b = value", whose values only Python can tell.
  void add_targets(Tokens statement, int line) {
    size_t equals = 0;
    for (int depth = 0; equals < statement.size(); ++equals) {
      const PythonToken& token = statement[equals];
      if (token.text == "=" && depth == 0) break;
      const bool is_target =
          token.kind == Kind::name ||
          (token.kind == Kind::sign &&
           std::string_view("(),[]*=").find(token.text) != std::string_view::npos);
      if (!is_target) return;
      if (token.text == "(" || token.text == "[") ++depth;
      if (token.text == ")" || token.text == "]") --depth;
    }
    if (equals == statement.size()) return;
    for (const PythonToken& token : statement.first(equals)) {
      if (token.kind != Kind::name) continue;
      module_.assignments.push_back({std::string(token.text), line, std::nullopt});
    }
  }

  std::string_view source_;
  std::vector<PythonToken> all_;
  Tokens rest_;
  PythonModule module_;
};

/// The last of `items` that is called `name`, or nullptr.
template <typename Item>
const Item* last_called(const std::vector<Item>& items, std::string_view name) {
  const auto found = std::find_if(items.rbegin(), items.rend(),
                                  [&](const Item& item) { return item.name == name; });
  return found == items.rend() ? nullptr : &*found;
}

/// The tokens behind the colon that ends "def name(arguments) -> result:".
Tokens behind_signature(Tokens tokens) {
  int depth = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view text = tokens[i].kind == Kind::sign ? tokens[i].text : "";
    if (text == "(" || text == "[" || text == "{") ++depth;
    if (text == ")" || text == "]" || text == "}") --depth;
    if (text == ":" && depth == 0) return tokens.subspan(i + 1);
  }
  return {};
}

bool does_nothing(Tokens statement) {
  if (statement.size() == 1 && statement[0].kind == Kind::string) return true;
  if (is_text(statement, 0, "return")) {
    return statement.size() == 1 || (statement.size() == 2 && is_text(statement, 1, "None"));
  }
  return statement.size() == 1 && (is_text(statement, 0, "pass") || is_text(statement, 0, "..."));
}

/// "text" of `raise NotImplementedError("text")`.
std::string raised_message(Tokens statement) {
  if (statement.size() < 5 || !is_text(statement, 2, "(")) return {};
  Tokens argument = statement.subspan(3, statement.size() - 4);
  return take_strings(argument).value_or("");
}

}  // namespace

const PythonAssignment* PythonModule::assigned(std::string_view name) const {
  return last_called(assignments, name);
}

const PythonFunction* PythonModule::function(std::string_view name) const {
  return last_called(functions, name);
}

PythonModule parse_python_module(std::string_view source, const std::string& file) {
  return ModuleReader(source, file).run();
}

PythonBody body_of(std::string_view text) {
  std::vector<PythonToken> all;
  try {
    all = python_tokens(text, {});
  } catch (const Error&) {
    return {};  // whoever runs it says what is wrong with it
  }
  Tokens rest = behind_signature(all);
  if (rest.empty()) return {};
  while (!rest.empty()) {
    const Tokens statement = take_statement(rest);
    if (statement.empty() || does_nothing(statement)) continue;
    if (!is_text(statement, 0, "raise") || !is_text(statement, 1, "NotImplementedError")) return {};
    return {PythonBody::Kind::raises, raised_message(statement)};
  }
  return {PythonBody::Kind::empty, {}};
}

}  // namespace provision
