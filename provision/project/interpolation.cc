#include "provision/project/interpolation.h"

#include "provision/base/text.h"

namespace provision {
namespace {

constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

/// What stands between "${" and "}".
struct Expression {
  std::string name;
  std::string_view mark;  ///< ":-", ":?" or nothing
  std::string_view rest;
};

Expression parse_expression(std::string_view inside, const Place& place) {
  const size_t end = std::min(inside.find_first_not_of(kNameCharacters), inside.size());
  Expression expression{std::string(inside.substr(0, end)), {}, {}};
  const bool is_name = end > 0 && (inside[0] < '0' || inside[0] > '9');
  if (end < inside.size()) {
    expression.mark = inside.substr(end, 2);
    expression.rest = inside.substr(end).substr(expression.mark.size());
  }
  const bool is_mark =
      expression.mark.empty() || expression.mark == ":-" || expression.mark == ":?";
  if (!is_name || !is_mark || expression.rest.find('$') != std::string_view::npos) {
    throw usage_error(place, fmt::format("cannot read the variable '${{{}}}'", inside),
                      "write ${NAME}, ${NAME:-default} or ${NAME:?message}; $$ is a '$'");
  }
  return expression;
}

std::string value_of(const Expression& expression, const Variables& variables, const Place& place) {
  const auto value = find_variable(variables, expression.name);
  if (value && !is_utf8(*value)) {
    throw usage_error(place, fmt::format("variable '{}' is not UTF-8", expression.name));
  }
  if (value && (expression.mark.empty() || !value->empty())) return *value;
  if (expression.mark == ":-") return std::string(expression.rest);
  const std::string trouble =
      fmt::format("variable '{}' is {}", expression.name, value ? "empty" : "not set");
  if (expression.rest.empty()) {
    throw usage_error(place, trouble,
                      fmt::format("set it, or give a default: ${{{}:-...}}", expression.name));
  }
  throw usage_error(place, fmt::format("{}: {}", trouble, expression.rest));
}

void put_in(Interpolated& result, const Expression& expression, const Variables& variables,
            const Place& place) {
  const std::string value = value_of(expression, variables, place);
  const auto set = find_variable(variables, expression.name);
  const bool is_default = !set || (set->empty() && !expression.mark.empty());
  if (!is_default) result.variables.push_back(expression.name);
  result.text += value;
  result.written += expression.mark == ":-" ? expression.rest : "***";
}

}  // namespace

Interpolated interpolate(std::string_view text, const Variables& variables, const Place& place) {
  Interpolated result;
  for (size_t start = 0; start < text.size();) {
    const size_t dollar = std::min(text.find('$', start), text.size());
    result.text += text.substr(start, dollar - start);
    result.written += text.substr(start, dollar - start);
    if (dollar == text.size()) break;
    const std::string_view rest = text.substr(dollar + 1);
    if (rest.starts_with('$')) {
      result.text += '$';
      result.written += '$';
      start = dollar + 2;
      continue;
    }
    const size_t close = rest.find('}');
    if (!rest.starts_with('{') || close == std::string_view::npos) {
      throw usage_error(place, "a single '$'", "write ${NAME} for a variable, $$ for a '$'");
    }
    put_in(result, parse_expression(rest.substr(1, close - 1), place), variables, place);
    start = dollar + 1 + close + 1;
  }
  return result;
}

}  // namespace provision
