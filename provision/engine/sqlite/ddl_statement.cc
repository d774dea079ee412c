#include "provision/engine/sqlite/ddl_statement.h"

#include <algorithm>

namespace provision::sqlite {
namespace {

/// After CREATE: over what makes an object of the session, and IF NOT EXISTS, to its name.
void take_kind(Cursor& at, std::string_view kind) {
  if (!at.take("temp")) at.take("temporary");
  at.expect(kind);
  if (at.take("if", "not")) at.expect("exists");
}

void take_semicolon(Cursor& at) {
  at.take(";");
  if (!at.done()) at.fail();
}

/// All up to the first word `end`, which stays.
Tokens take_until(Cursor& at, std::string_view end) {
  const Tokens from = at.rest();
  while (!at.done() && !at.at(end)) at.take_any();
  return from.first(from.size() - at.rest().size());
}

Tokens without_semicolon(Tokens tokens) {
  return !tokens.empty() && is(tokens.back(), ";") ? tokens.first(tokens.size() - 1) : tokens;
}

std::vector<std::string> take_names(Cursor& at) {
  std::vector<std::string> names;
  do names.push_back(at.take_name());
  while (at.take(","));
  return names;
}

std::string timing(Cursor& at) {
  if (at.take("after")) return "after";
  if (at.take("instead", "of")) return "instead of";
  at.take("before");
  return "before";
}

}  // namespace

std::optional<IndexDefinition> index_definition(Tokens statement) {
  Cursor at(statement);
  IndexDefinition index;
  at.expect("create");
  index.unique = at.take("unique");
  take_kind(at, "index");
  at.take_object_name();
  at.expect("on");
  at.take_name();
  index.parts = key_parts(at.take_group());
  if (at.take("where")) {
    index.where = without_parentheses(without_semicolon(at.rest()));
  } else {
    take_semicolon(at);
  }
  if (at.failed()) return std::nullopt;
  return index;
}

std::optional<ViewDefinition> view_definition(Tokens statement) {
  Cursor at(statement);
  ViewDefinition view;
  at.expect("create");
  take_kind(at, "view");
  at.take_object_name();
  if (at.at("(")) {
    for (const KeyPart& column : key_parts(at.take_group())) view.columns.push_back(column.column);
  }
  at.expect("as");
  view.query = without_semicolon(at.rest());
  if (at.failed()) return std::nullopt;
  return view;
}

std::optional<TriggerDefinition> trigger_definition(Tokens statement) {
  Cursor at(statement);
  TriggerDefinition trigger;
  at.expect("create");
  take_kind(at, "trigger");
  at.take_object_name();
  trigger.timing = timing(at);
  trigger.event = at.take_name();
  if (at.take("of")) trigger.columns = take_names(at);
  std::sort(trigger.columns.begin(), trigger.columns.end());
  at.expect("on");
  at.take_object_name();
  if (at.take("for", "each")) at.expect("row");
  if (at.take("when")) trigger.when = without_parentheses(take_until(at, "begin"));
  at.expect("begin");
  trigger.body = without_semicolon(at.rest());
  if (at.failed() || trigger.body.empty() || !is(trigger.body.back(), "end")) return std::nullopt;
  trigger.body = trigger.body.first(trigger.body.size() - 1);
  return trigger;
}

std::optional<VirtualTableDefinition> virtual_table_definition(Tokens statement) {
  Cursor at(statement);
  VirtualTableDefinition table;
  at.expect("create");
  at.expect("virtual");
  take_kind(at, "table");
  at.take_object_name();
  at.expect("using");
  table.module = at.take_name();
  if (at.at("(")) {
    for (const Tokens argument : split_at_commas(at.take_group())) {
      if (!argument.empty()) table.arguments.push_back(argument);
    }
  }
  take_semicolon(at);
  if (at.failed()) return std::nullopt;
  return table;
}

}  // namespace provision::sqlite
