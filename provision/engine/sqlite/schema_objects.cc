#include "provision/engine/sqlite/schema_objects.h"

#include <algorithm>

#include "provision/base/text.h"
#include "provision/engine/sqlite/ddl_statement.h"

namespace provision::sqlite {
namespace {

/// As it was declared, but for white space: what the words mean is up to the module.
std::string argument_text(const Tokens argument) {
  std::string text;
  bool open = true;  // nothing before it that a blank would part it from
  for (const Token& token : argument) {
    const bool symbol = token.kind == TokenKind::symbol;
    if (!open && !symbol) text += ' ';
    text += token.text;
    open = symbol;
  }
  return text;
}

SchemaObject unread(ObjectId id, const std::vector<Token>& tokens) {
  SchemaObject object{.id = std::move(id)};
  set_field(object, "definition", normalised(tokens));
  return object;
}

}  // namespace

void set_field(SchemaObject& object, std::string name, std::string value) {
  const auto place = std::lower_bound(
      object.fields.begin(), object.fields.end(), name,
      [](const Field& field, const std::string& wanted) { return field.name < wanted; });
  if (place != object.fields.end() && place->name == name) {
    place->value = std::move(value);
  } else {
    object.fields.insert(place, {std::move(name), std::move(value)});
  }
}

std::string reference(const std::string& parent, const std::vector<std::string>& columns) {
  return columns.empty() ? written(parent) : written(parent) + " (" + written(columns) + ")";
}

SchemaObject index_object(const std::string& table, const std::string& name, std::string_view sql,
                          const TableFacts* facts) {
  const std::vector<Token> tokens = tokens_of(sql);
  const auto definition = index_definition(tokens);
  ObjectId id{ObjectKind::index, {}, table, name};
  if (!definition) return unread(std::move(id), tokens);
  SchemaObject object{.id = std::move(id)};
  set_field(object, "columns", key_text(definition->parts, facts));
  if (definition->unique) set_field(object, "unique", "");
  if (!definition->where.empty()) {
    set_field(object, "where", normalised(definition->where, facts ? &facts->names : nullptr));
  }
  return object;
}

SchemaObject view_object(const std::string& name, std::string_view sql) {
  const std::vector<Token> tokens = tokens_of(sql);
  const auto definition = view_definition(tokens);
  ObjectId id{ObjectKind::view, {}, {}, name};
  if (!definition) return unread(std::move(id), tokens);
  SchemaObject object{.id = std::move(id)};
  if (!definition->columns.empty()) set_field(object, "columns", written(definition->columns));
  set_field(object, "definition", normalised(definition->query));
  return object;
}

SchemaObject trigger_object(const std::string& table, const std::string& name,
                            std::string_view sql) {
  const std::vector<Token> tokens = tokens_of(sql);
  const auto definition = trigger_definition(tokens);
  ObjectId id{ObjectKind::trigger, {}, table, name};
  if (!definition) return unread(std::move(id), tokens);
  SchemaObject object{.id = std::move(id)};
  set_field(object, "timing", definition->timing);
  set_field(object, "event",
            definition->columns.empty()
                ? definition->event
                : definition->event + " of " + written(definition->columns));
  if (!definition->when.empty()) set_field(object, "when", normalised(definition->when));
  set_field(object, "definition", normalised(definition->body));
  return object;
}

SchemaObject virtual_table_object(const std::string& name, std::string_view sql) {
  const std::vector<Token> tokens = tokens_of(sql);
  const auto definition = virtual_table_definition(tokens);
  ObjectId id{ObjectKind::virtual_table, {}, {}, name};
  if (!definition) return unread(std::move(id), tokens);
  SchemaObject object{.id = std::move(id)};
  set_field(object, "module", definition->module);
  std::string arguments;
  for (const Tokens argument : definition->arguments) {
    arguments += (arguments.empty() ? "" : ", ") + argument_text(argument);
  }
  if (!arguments.empty()) set_field(object, "arguments", arguments);
  return object;
}

}  // namespace provision::sqlite
