#include "provision/project/alembic_version_table.h"

#include <optional>
#include <span>

#include "provision/project/python_literal.h"
#include "provision/project/python_module.h"
#include "provision/project/python_tokens.h"

namespace provision {
namespace {

using Tokens = std::span<const PythonToken>;

/// `tokens` up to the comma, bracket or line end that ends a value.
Tokens value_in(Tokens tokens) {
  size_t depth = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view text = tokens[i].text;
    if (tokens[i].kind == PythonToken::Kind::newline) return tokens.first(i);
    if (tokens[i].kind != PythonToken::Kind::sign) continue;
    if (depth == 0 && (text == "," || text == ")" || text == "}")) return tokens.first(i);
    if (text == "(" || text == "[" || text == "{") ++depth;
    if (text == ")" || text == "]" || text == "}") --depth;
  }
  return tokens;
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& file)
      : tokens_(python_tokens(text, file)), module_(parse_python_module(text, file)) {}

  /// What `name` is given as, as an argument or as a key; nothing where nothing is. Tells
  /// `is_unknown` where that is no literal.
  std::string value_of(std::string_view name, bool& is_unknown) const {
    std::optional<std::string> value;
    for (size_t i = 0; i + 2 < tokens_.size(); ++i) {
      if (!is_given(i, name)) continue;
      const std::optional<std::string> here = literal(value_in(Tokens(tokens_).subspan(i + 2)));
      if (!here || (value && *value != *here)) is_unknown = true;
      if (here) value = here;
    }
    return value.value_or("");
  }

 private:
  bool is_given(size_t at, std::string_view name) const {
    const PythonToken& token = tokens_[at];
    const std::string_view sign = tokens_[at + 1].text;
    if (token.kind == PythonToken::Kind::name) return token.text == name && sign == "=";
    if (token.kind != PythonToken::Kind::string || (sign != ":" && sign != "]")) return false;
    Tokens one = Tokens(tokens_).subspan(at, 1);
    if (take_strings(one) != name) return false;
    // `arguments["version_table"] = ...` is given, too, in a way that is not followed here.
    return sign == ":" || tokens_[at + 2].text == "=";
  }

  /// The text that `tokens` are: a string, None, or a name that is one of these.
  std::optional<std::string> literal(Tokens tokens) const {
    std::optional<PythonLiteral> value = literal_of(tokens);
    if (!value && tokens.size() == 1 && tokens[0].kind == PythonToken::Kind::name) {
      const PythonAssignment* assigned = module_.assigned(tokens[0].text);
      if (assigned != nullptr) value = assigned->value;
    }
    if (!value || value->kind == PythonLiteral::Kind::sequence) return std::nullopt;
    return value->items.empty() ? std::string() : value->items.front();
  }

  std::vector<PythonToken> tokens_;
  PythonModule module_;
};

}  // namespace

VersionTableName version_table_in(std::string_view env_py, const std::string& file) {
  VersionTableName table;
  if (env_py.find("version_table") == std::string_view::npos) return table;
  const Reader reader(env_py, file);
  table.name = reader.value_of("version_table", table.is_known_to_python);
  table.schema = reader.value_of("version_table_schema", table.is_known_to_python);
  return table;
}

}  // namespace provision
