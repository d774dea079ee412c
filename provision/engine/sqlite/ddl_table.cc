#include "provision/engine/sqlite/ddl_table.h"

#include <algorithm>

namespace provision::sqlite {
namespace {

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

bool begins_column_constraint(const Cursor& at) {
  constexpr std::string_view kWords[] = {"as",         "check",      "collate", "constraint",
                                         "deferrable", "default",    "not",     "null",
                                         "primary",    "references", "unique"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return at.at(word); });
}

bool begins_table_constraint(const Cursor& at) {
  constexpr std::string_view kWords[] = {"constraint", "primary", "unique", "check", "foreign"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return at.at(word); });
}

KeyPart key_part(Tokens part) {
  KeyPart result;
  const auto last_is = [&](std::string_view word, size_t from_end = 1) {
    return part.size() > from_end && is(part[part.size() - from_end], word);
  };
  if ((last_is("first") || last_is("last")) && last_is("nulls", 2)) {
    part = part.first(part.size() - 2);
  }
  result.descending = last_is("desc");
  if (result.descending || last_is("asc")) part = part.first(part.size() - 1);
  while (part.size() > 2 && last_is("collate", 2) && is_name(part.back())) {
    if (result.collation.empty()) result.collation = name_in(part.back());
    part = part.first(part.size() - 2);
  }
  part = without_parentheses(part);
  if (part.size() == 1 && is_name(part.front())) {
    result.column = name_in(part.front());
  }
  result.expression = part;
  return result;
}

/// Reads the statement from its first to its last word.
class TableReader {
 public:
  explicit TableReader(Tokens statement) : at_(statement) {}

  std::optional<TableDefinition> table() {
    head();
    Cursor after = at_;
    at_ = Cursor(after.take_group());
    if (after.failed()) return std::nullopt;
    body();
    if (at_.failed()) return std::nullopt;
    at_ = after;
    options();
    if (at_.failed()) return std::nullopt;
    return std::move(table_);
  }

 private:
  void head() {
    at_.expect("create");
    if (!at_.take("temp")) at_.take("temporary");
    at_.expect("table");
    if (at_.take("if", "not")) at_.expect("exists");
    at_.take_object_name();
  }

  void body() {
    do {
      if (begins_table_constraint(at_)) {
        // SQLite asks for no comma between them.
        while (!at_.done() && !at_.at(",")) table_constraint();
      } else {
        column();
      }
    } while (at_.take(","));
    if (!at_.done()) at_.fail();
  }

  void options() {
    do {
      if (at_.take("without", "rowid")) {
        table_.without_rowid = true;
      } else if (at_.take("strict")) {
        table_.strict = true;
      }
    } while (at_.take(","));
    at_.take(";");
    if (!at_.done()) at_.fail();
  }

  void column() {
    ColumnDefinition& column = table_.columns.emplace_back();
    column.name = at_.take_name();
    column.type = type();
    std::string name;
    while (!at_.done() && !at_.at(",")) {
      if (at_.take("constraint")) {
        name = at_.take_name();
        continue;
      }
      if (!key_of_column(column, name) && !attribute(column)) at_.fail();
      name.clear();
    }
  }

  /// SQLite takes GENERATED ALWAYS for words of the type, too, and then drops them.
  std::string type() {
    std::vector<std::string> words;
    while (at_.at_name() && !begins_column_constraint(at_)) {
      words.push_back(upper(unquoted(at_.take_any())));
    }
    if (words.size() > 1 && words.back() == "ALWAYS" && words[words.size() - 2] == "GENERATED") {
      words.resize(words.size() - 2);
    }
    std::string type;
    for (const std::string& word : words) type += (type.empty() ? "" : " ") + word;
    if (!at_.at("(")) return type;
    type += '(';
    for (const Token& token : at_.take_group()) type += upper(std::string(token.text));
    return type + ')';
  }

  /// Constraints that a table may have, too. False if none comes next.
  bool key_of_column(const ColumnDefinition& column, const std::string& name) {
    const KeyPart part{.column = column.name};
    if (at_.take("primary", "key")) {
      KeyConstraint key{.name = name, .parts = {part}};
      key.descending_column = at_.take("desc");
      if (!key.descending_column) at_.take("asc");
      key.parts[0].descending = key.descending_column;
      key.conflict = conflict();
      key.autoincrement = at_.take("autoincrement");
      table_.primary_key = std::move(key);
    } else if (at_.take("unique")) {
      table_.uniques.push_back({.name = name, .parts = {part}, .conflict = conflict()});
    } else if (at_.take("check")) {
      table_.checks.push_back({name, at_.take_group()});
      conflict();
    } else if (at_.take("references")) {
      references({.name = name, .columns = {column.name}});
    } else {
      return false;
    }
    return true;
  }

  /// What only a column has. False if nothing of it comes next.
  bool attribute(ColumnDefinition& column) {
    if (at_.take("not", "null")) {
      column.not_null = true;
      column.not_null_conflict = conflict();
    } else if (at_.take("null")) {
      conflict();
    } else if (at_.take("default")) {
      column.default_value = default_value();
    } else if (at_.take("collate")) {
      column.collation = at_.take_name();
    } else if (at_.at("as") || at_.take("generated", "always")) {
      at_.expect("as");
      column.generated = at_.take_group();
      column.stored = at_.take("stored");
      if (!column.stored) at_.take("virtual");
    } else if (at_.at("deferrable") || at_.at("not")) {
      if (table_.foreign_keys.empty()) return false;
      deferrable(table_.foreign_keys.back());
    } else {
      return false;
    }
    return true;
  }

  Tokens default_value() {
    const Tokens from = at_.rest();
    if (at_.at("(")) return without_parentheses(at_.take_group());
    if (at_.take("+")) return default_value();
    const bool negative = at_.take("-");
    at_.take_any();
    return at_.failed() ? Tokens() : from.first(negative ? 2 : 1);
  }

  /// ABORT is what happens anyway.
  std::string conflict() {
    if (!at_.take("on", "conflict")) return {};
    std::string resolution = at_.take_name();
    return resolution == "abort" ? std::string() : resolution;
  }

  void table_constraint() {
    std::string name;
    while (at_.take("constraint")) name = at_.take_name();
    if (at_.take("primary", "key")) {
      KeyConstraint key = key_constraint(name);
      table_.primary_key = std::move(key);
    } else if (at_.take("unique")) {
      table_.uniques.push_back(key_constraint(name));
    } else if (at_.take("check")) {
      table_.checks.push_back({name, at_.take_group()});
      conflict();
    } else if (at_.take("foreign", "key")) {
      ForeignKeyConstraint key{.name = name};
      for (const KeyPart& part : key_parts(at_.take_group())) key.columns.push_back(part.column);
      at_.expect("references");
      references(std::move(key));
      deferrable(table_.foreign_keys.back());
    } else if (!at_.done() && !at_.at(",")) {
      at_.fail();
    }
  }

  KeyConstraint key_constraint(const std::string& name) {
    KeyConstraint key{.name = name};
    Tokens list = at_.take_group();
    if (!list.empty() && is(list.back(), "autoincrement")) {
      key.autoincrement = true;
      list = list.first(list.size() - 1);
    }
    key.parts = key_parts(list);
    key.conflict = conflict();
    return key;
  }

  void references(ForeignKeyConstraint key) {
    key.parent = at_.take_name();
    if (at_.at("(")) {
      for (const KeyPart& part : key_parts(at_.take_group()))
        key.parent_columns.push_back(part.column);
    }
    for (;;) {
      if (at_.take("on", "delete")) {
        key.on_delete = action();
      } else if (at_.take("on", "update")) {
        key.on_update = action();
      } else if (at_.take("on", "insert")) {
        action();
      } else if (at_.take("match")) {
        key.match = at_.take_name();
      } else {
        break;
      }
    }
    table_.foreign_keys.push_back(std::move(key));
  }

  /// NO ACTION is what happens anyway.
  std::string action() {
    if (at_.take("no", "action")) return {};
    if (at_.take("set", "null")) return "set null";
    if (at_.take("set", "default")) return "set default";
    return at_.take_name();
  }

  /// NOT DEFERRABLE and INITIALLY IMMEDIATE are what happens anyway.
  void deferrable(ForeignKeyConstraint& key) {
    const bool never = at_.take("not");
    if (!at_.take("deferrable")) {
      if (never) at_.fail();
      return;
    }
    const bool deferred = at_.take("initially", "deferred");
    if (!deferred) at_.take("initially", "immediate");
    key.deferrable = never ? "" : deferred ? "initially deferred" : "initially immediate";
  }

  Cursor at_;
  TableDefinition table_;
};

}  // namespace

std::vector<KeyPart> key_parts(Tokens list) {
  std::vector<KeyPart> parts;
  for (const Tokens part : split_at_commas(list)) parts.push_back(key_part(part));
  return parts;
}

std::optional<TableDefinition> table_definition(Tokens statement) {
  return TableReader(statement).table();
}

}  // namespace provision::sqlite
