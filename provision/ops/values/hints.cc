#include "provision/ops/values/hints.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "provision/base/text.h"
#include "provision/ops/values/atoms.h"
#include "provision/ops/values/wildcards.h"

namespace provision::values {
namespace {

using Kind = Condition::Kind;

void collect_constants(const Condition& condition, std::vector<std::string>& constants) {
  if (condition.kind == Kind::constant) constants.push_back(condition.text);
  for (const Condition& part : condition.parts) collect_constants(part, constants);
}

std::optional<int> whole_number(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string turned(const std::string& comparison) {
  if (comparison[0] == '<' && comparison != "<>") return ">" + comparison.substr(1);
  if (comparison[0] == '>') return "<" + comparison.substr(1);
  return comparison;
}

std::string inverse(const std::string& comparison) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kInverse = {
      {{"=", "<>"}, {"<>", "="}, {"<", ">="}, {"<=", ">"}, {">", "<="}, {">=", "<"}}};
  for (const auto& [one, other] : kInverse) {
    if (comparison == one) return std::string(other);
  }
  return comparison;
}

bool is_length(const Condition& condition) {
  constexpr std::array<std::string_view, 5> kLengths = {"length", "char_length", "character_length",
                                                        "octet_length", "bit_length"};
  return condition.kind == Kind::call && condition.parts.size() == 1 &&
         condition.parts[0].kind == Kind::column &&
         std::find(kLengths.begin(), kLengths.end(), condition.text) != kLengths.end();
}

/// Values of JSON that a function says `type` of.
std::vector<std::string> json_of(const std::string& type) {
  if (type == "array") return {"[1]", "[2]", "[3]"};
  if (type == "object") return {R"({"n": 1})", R"({"n": 2})", R"({"n": 3})"};
  if (type == "string" || type == "text") return {R"("a")", R"("b")"};
  if (type == "number" || type == "integer") return {"1", "2", "3"};
  return {};
}

/// Writes into a way what atoms ask of the columns of `rules`.
class Hinting {
 public:
  explicit Hinting(const RowRules& rules) : rules_(rules) {}

  /// `value_column` is the column that VALUE stands for in the check of a domain.
  void apply(Way& way, const Atom& atom, const std::string& value_column) {
    way_ = &way;
    value_column_ = value_column;
    const Condition& condition = atom.condition;
    if (condition.kind == Kind::compare) {
      compare(condition.parts[0], atom.holds ? condition.text : inverse(condition.text),
              condition.parts[1]);
    } else if (ValueHints* hints = hints_for(condition)) {
      // A condition that is a column alone: a truth value.
      hints->choices = {atom.holds ? "1" : "0"};
    } else if (!condition.parts.empty()) {
      predicate(condition, atom.holds);
    }
  }

 private:
  /// The hints for the column that `condition` is; null if it is something else.
  ValueHints* hints_for(const Condition& condition) {
    const std::string name = column_of(condition);
    return name.empty() ? nullptr : &way_->columns[name];
  }

  std::string column_of(const Condition& condition) const {
    if (condition.kind != Kind::column) return {};
    if (!value_column_.empty()) {
      return lower(condition.text) == "value" ? value_column_ : std::string();
    }
    for (const RuledColumn& column : rules_.columns) {
      if (lower(column.name) == lower(condition.text)) return column.name;
    }
    return {};
  }

  void compare(const Condition& left, const std::string& comparison, const Condition& right) {
    const bool is_turned = (left.kind == Kind::constant && right.kind != Kind::constant) ||
                           (left.kind == Kind::column && right.kind == Kind::call);
    if (is_turned) {
      compare(right, turned(comparison), left);
    } else if (is_length(left) && right.kind == Kind::constant) {
      if (ValueHints* hints = hints_for(left.parts[0])) length(*hints, comparison, right.text);
    } else if (left.kind == Kind::call) {
      called(left, comparison, right);
    } else if (ValueHints* hints = hints_for(left)) {
      if (right.kind == Kind::constant) {
        bound(*hints, comparison, right.text);
      } else if (const std::string other = column_of(right); !other.empty()) {
        order(column_of(left), comparison, other);
      }
    }
  }

  static void bound(ValueHints& hints, const std::string& comparison, const std::string& constant) {
    if (comparison == "=") {
      hints.choices = {constant};
    } else if (comparison[0] == '<' && comparison != "<>") {
      hints.most = constant;
      hints.below_most = comparison == "<";
    } else if (comparison[0] == '>') {
      hints.least = constant;
      hints.above_least = comparison == ">";
    }
  }

  static void length(ValueHints& hints, const std::string& comparison,
                     const std::string& constant) {
    const std::optional<int> size = whole_number(constant);
    if (!size) return;
    if (comparison == "=") hints.min_length = hints.max_length = *size;
    if (comparison == ">=" || comparison == "<>") hints.min_length = *size + (comparison == "<>");
    if (comparison == ">") hints.min_length = *size + 1;
    if (comparison == "<=") hints.max_length = *size;
    if (comparison == "<") hints.max_length = *size - 1;
  }

  void called(const Condition& call, const std::string& comparison, const Condition& right) {
    if (call.parts.empty() || comparison != "=") return;
    ValueHints* hints = hints_for(call.parts[0]);
    if (hints == nullptr) return;
    if (call.text == "upper" && column_of(right) == column_of(call.parts[0]))
      hints->upper_case = true;
    if (call.text.find("json") != std::string::npos && right.kind == Kind::constant) {
      hints->choices = json_of(lower(right.text));
    }
  }

  void order(const std::string& left, const std::string& comparison, const std::string& right) {
    if (comparison[0] == '>') {
      way_->ascending.emplace_back(right, left);
    } else {
      (comparison == "=" ? way_->equal : way_->ascending).emplace_back(left, right);
    }
  }

  void predicate(const Condition& condition, bool holds) {
    const Condition& subject = condition.parts[0];
    if (condition.kind == Kind::call) {
      ValueHints* hints = hints_for(subject);
      if (hints != nullptr && holds && condition.text == "json_valid")
        hints->choices = json_of("object");
      return;
    }
    ValueHints* hints = hints_for(subject);
    if (hints == nullptr) return;
    if (condition.kind == Kind::is_null) {
      hints->is_null = holds;
    } else if (holds) {
      restrict(*hints, condition);
    }
  }

  static void restrict(ValueHints& hints, const Condition& condition) {
    const auto constant = [&](size_t part) {
      const bool is_there =
          condition.parts.size() > part && condition.parts[part].kind == Kind::constant;
      return is_there ? condition.parts[part].text : std::string();
    };
    if (condition.kind == Kind::among) {
      choose(hints, condition.parts.at(1));
    } else if (condition.kind == Kind::between && !constant(1).empty() && !constant(2).empty()) {
      hints.least = constant(1);
      hints.most = constant(2);
    } else if (condition.kind == Kind::like) {
      hints.regex = regex_of_like(constant(1));
    } else if (condition.kind == Kind::glob) {
      hints.regex = regex_of_glob(constant(1));
    } else if (condition.kind == Kind::regex) {
      take_regex(hints, condition.parts.at(1));
    }
  }

  static void take_regex(ValueHints& hints, const Condition& pattern) {
    const bool is_similar = pattern.kind == Kind::call && pattern.text == "similar_to_escape" &&
                            !pattern.parts.empty() && pattern.parts[0].kind == Kind::constant;
    if (is_similar) {
      hints.regex = regex_of_similar(pattern.parts[0].text);
    } else if (pattern.kind == Kind::constant &&
               (hints.regex.empty() || pattern.text.starts_with('^'))) {
      hints.regex = pattern.text;
    }
  }

  static void choose(ValueHints& hints, const Condition& list) {
    std::vector<std::string> choices;
    collect_constants(list, choices);
    if (hints.choices.empty()) {
      hints.choices = std::move(choices);
      return;
    }
    std::erase_if(hints.choices, [&](const std::string& value) {
      return std::find(choices.begin(), choices.end(), value) == choices.end();
    });
  }

  const RowRules& rules_;
  Way* way_ = nullptr;
  std::string value_column_;
};

/// Every one of `ways`, each further restricted by every one of the ways of `check`.
std::vector<Way> restricted(const RowRules& rules, const std::vector<Way>& ways,
                            const Condition& check, const std::string& value_column) {
  Hinting hinting(rules);
  std::vector<Way> result;
  for (const Atoms& atoms : ways_of(check, true)) {
    for (const Way& way : ways) {
      if (result.size() == kMostWays) return result;
      result.push_back(way);
      for (const Atom& atom : atoms) hinting.apply(result.back(), atom, value_column);
    }
  }
  return result;
}

}  // namespace

Rank rank_of(const Way& way, const std::string& column) {
  Rank rank{column, 0};
  for (const auto& [one, other] : way.equal) {
    if (rank.label == other) rank.label = one;
  }
  for (size_t steps = 0; steps < way.ascending.size(); ++steps) {
    const auto below = std::find_if(way.ascending.begin(), way.ascending.end(),
                                    [&](const auto& pair) { return pair.second == rank.label; });
    if (below == way.ascending.end() || below->first == rank.label) break;
    rank.label = below->first;
    ++rank.above;
  }
  return rank;
}

TableHints hints_of(const RowRules& rules) {
  TableHints hints{.ways = {Way{}}, .constants = {}};
  const auto read = [&](const std::string& check, const std::string& value_column) {
    const std::optional<Condition> condition = parse_condition(check);
    if (!condition) return;
    collect_constants(*condition, hints.constants);
    hints.ways = restricted(rules, hints.ways, *condition, value_column);
  };
  for (const RuledColumn& column : rules.columns) {
    for (const std::string& check : column.type.checks) read(check, column.name);
  }
  for (const std::string& check : rules.checks) read(check, {});
  return hints;
}

ValueHints hints_of(const ValueType& type) {
  if (type.checks.empty()) return {};
  const RowRules rules{.schema = {}, .name = {}, .columns = {{.name = "value", .type = type}}};
  return hints_of(rules).ways.at(0).columns["value"];
}

}  // namespace provision::values
