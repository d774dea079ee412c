#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"
#include "provision/engine/sqlite/ddl_table.h"
#include "provision/engine/sqlite/schema_objects.h"

namespace provision::sqlite {
namespace {

constexpr size_t kLongestMadeUpName = 60;

TableFacts facts_of(const TableDefinition& definition) {
  TableFacts facts;
  facts.names = {"rowid", "_rowid_", "oid"};
  for (const ColumnDefinition& column : definition.columns) {
    const bool binary = column.collation == "binary";
    facts.collations.emplace(column.name, binary ? std::string() : column.collation);
    facts.names.insert(column.name);
  }
  if (definition.primary_key) {
    for (const KeyPart& part : definition.primary_key->parts) {
      facts.primary_key.push_back(part.column);
    }
  }
  return facts;
}

/// Makes the objects of one table.
class TableBuilder {
 public:
  TableBuilder(const std::string& table, const TableDefinition& definition)
      : table_(table), definition_(definition) {
    result_.facts = facts_of(definition);
  }

  TableObjects objects() {
    add_table();
    for (const ColumnDefinition& column : definition_.columns) add_column(column);
    if (definition_.primary_key) add_primary_key(*definition_.primary_key);
    for (const KeyConstraint& key : definition_.uniques) add_unique(key);
    for (const CheckConstraint& check : definition_.checks) add_check(check);
    for (const ForeignKeyConstraint& key : definition_.foreign_keys) add_foreign_key(in_order(key));
    make_distinct();
    note_implicit_references();
    return std::move(result_);
  }

 private:
  void add_table() {
    SchemaObject object{.id = {ObjectKind::table, {}, {}, table_}};
    std::string order;
    for (const ColumnDefinition& column : definition_.columns) {
      order += (order.empty() ? "" : "\n") + column.name;
    }
    set_field(object, "column order", std::move(order));
    if (definition_.strict) set_field(object, "strict", "");
    if (definition_.without_rowid) set_field(object, "without rowid", "");
    result_.objects.push_back(std::move(object));
  }

  void add_column(const ColumnDefinition& column) {
    SchemaObject object{.id = {ObjectKind::column, {}, table_, column.name}};
    if (!column.type.empty()) set_field(object, "type", column.type);
    if (column.not_null && !is_never_null(column)) {
      set_field(object, "not null",
                column.not_null_conflict.empty() ? "" : "on conflict " + column.not_null_conflict);
    }
    const std::string value = default_text(column.default_value);
    if (!value.empty() && value != "null") set_field(object, "default", value);
    const std::string& collation = result_.facts.collations.at(column.name);
    if (!collation.empty()) set_field(object, "collation", collation);
    if (!column.generated.empty()) {
      set_field(object, "generated",
                fmt::format("always as ({}) {}", expression(column.generated),
                            column.stored ? "stored" : "virtual"));
    }
    result_.objects.push_back(std::move(object));
  }

  /// True for the column that is the rowid, and for the others of a key that has no NULLs anyway.
  bool is_never_null(const ColumnDefinition& column) const {
    const std::vector<std::string>& key = result_.facts.primary_key;
    if (std::find(key.begin(), key.end(), column.name) == key.end()) return false;
    return definition_.strict || definition_.without_rowid || has_rowid_key();
  }

  bool has_rowid_key() const {
    const std::optional<KeyConstraint>& key = definition_.primary_key;
    if (!key || key->parts.size() != 1 || key->descending_column || definition_.without_rowid) {
      return false;
    }
    return std::any_of(definition_.columns.begin(), definition_.columns.end(),
                       [&](const ColumnDefinition& column) {
                         return column.name == key->parts[0].column && column.type == "INTEGER";
                       });
  }

  std::string expression(Tokens tokens) const {
    return normalised(without_parentheses(tokens), &result_.facts.names);
  }

  /// A lone name is the string that it says, but for the literals that look like names.
  static std::string default_text(Tokens value) {
    if (value.size() == 1 &&
        (value[0].kind == TokenKind::word || value[0].kind == TokenKind::quoted)) {
      constexpr std::string_view kLiterals[] = {
          "null", "true", "false", "current_date", "current_time", "current_timestamp"};
      const bool literal = std::any_of(std::begin(kLiterals), std::end(kLiterals),
                                       [&](std::string_view word) { return is(value[0], word); });
      // Other words for numbers.
      if (is(value[0], "true")) return "1";
      if (is(value[0], "false")) return "0";
      return literal ? lower(value[0].text) : sql_literal(unquoted(value[0]));
    }
    static const Names kNoNames;
    return normalised(value, &kNoNames);
  }

  SchemaObject named(ObjectKind kind, const std::string& name, std::string made_up) const {
    if (!name.empty()) return {.id = {kind, {}, table_, name}};
    if (made_up.size() > kLongestMadeUpName) {
      made_up.replace(kLongestMadeUpName, std::string::npos, "...");
    }
    return {.id = {kind, {}, table_, "(" + made_up + ")"}, .fields = {}, .generated_name = true};
  }

  static std::vector<std::string> columns_of(const std::vector<KeyPart>& parts) {
    std::vector<std::string> columns;
    for (const KeyPart& part : parts) columns.push_back(part.column);
    return columns;
  }

  void add_primary_key(const KeyConstraint& key) {
    std::vector<KeyPart> parts = key.parts;
    // The rowid has one order.
    if (has_rowid_key()) parts[0].descending = false;
    SchemaObject object = named(ObjectKind::primary_key, key.name, written(columns_of(parts)));
    set_field(object, "columns", key_text(parts, &result_.facts));
    if (key.autoincrement) set_field(object, "autoincrement", "");
    if (!key.conflict.empty()) set_field(object, "on conflict", key.conflict);
    result_.objects.push_back(std::move(object));
  }

  void add_unique(const KeyConstraint& key) {
    SchemaObject object = named(ObjectKind::unique, key.name, written(columns_of(key.parts)));
    set_field(object, "columns", key_text(key.parts, &result_.facts));
    if (!key.conflict.empty()) set_field(object, "on conflict", key.conflict);
    result_.objects.push_back(std::move(object));
  }

  void add_check(const CheckConstraint& check) {
    const std::string text = expression(check.expression);
    SchemaObject object = named(ObjectKind::check, check.name, text);
    set_field(object, "definition", text);
    result_.objects.push_back(std::move(object));
  }

  /// The pairs of columns mean the same in any order, where both are named.
  static ForeignKeyConstraint in_order(ForeignKeyConstraint key) {
    if (key.columns.size() != key.parent_columns.size()) return key;
    std::vector<std::pair<std::string, std::string>> pairs;
    for (size_t i = 0; i < key.columns.size(); ++i) {
      pairs.emplace_back(key.columns[i], key.parent_columns[i]);
    }
    std::sort(pairs.begin(), pairs.end());
    for (size_t i = 0; i < pairs.size(); ++i) {
      std::tie(key.columns[i], key.parent_columns[i]) = pairs[i];
    }
    return key;
  }

  void add_foreign_key(const ForeignKeyConstraint& key) {
    SchemaObject object = named(ObjectKind::foreign_key, key.name, written(key.columns));
    set_field(object, "columns", written(key.columns));
    set_field(object, "references", reference(key.parent, key.parent_columns));
    if (!key.on_update.empty()) set_field(object, "on update", key.on_update);
    if (!key.on_delete.empty()) set_field(object, "on delete", key.on_delete);
    if (!key.deferrable.empty()) set_field(object, "deferrable", key.deferrable);
    if (!key.match.empty() && key.match != "simple") set_field(object, "match", key.match);
    result_.objects.push_back(std::move(object));
  }

  /// Sorts the objects; of two that say the same one goes, and two of one name get a number each.
  void make_distinct() {
    std::vector<SchemaObject>& objects = result_.objects;
    const auto fields_before = [](const SchemaObject& a, const SchemaObject& b) {
      return std::lexicographical_compare(a.fields.begin(), a.fields.end(), b.fields.begin(),
                                          b.fields.end(), [](const Field& x, const Field& y) {
                                            return std::tie(x.name, x.value) <
                                                   std::tie(y.name, y.value);
                                          });
    };
    std::sort(objects.begin(), objects.end(), [&](const SchemaObject& a, const SchemaObject& b) {
      return a.id != b.id ? a.id < b.id : fields_before(a, b);
    });
    objects.erase(std::unique(objects.begin(), objects.end()), objects.end());
    for (size_t i = 1, number = 1; i < objects.size(); ++i) {
      const ObjectId& first = objects[i - number].id;
      number = objects[i].id == first ? number + 1 : 1;
      if (number > 1) objects[i].id.name += fmt::format(" #{}", number);
    }
    // "a #2" may belong behind "a b".
    std::sort(objects.begin(), objects.end(),
              [](const SchemaObject& a, const SchemaObject& b) { return a.id < b.id; });
  }

  void note_implicit_references() {
    for (const ForeignKeyConstraint& key : definition_.foreign_keys) {
      if (!key.parent_columns.empty()) continue;
      const std::string parent = reference(key.parent, {});
      for (size_t i = 0; i < result_.objects.size(); ++i) {
        const SchemaObject& object = result_.objects[i];
        if (object.id.kind != ObjectKind::foreign_key || object.field("references") != parent) {
          continue;
        }
        if (object.field("columns") == written(key.columns)) {
          result_.implicit_references.push_back({i, key.parent});
        }
      }
    }
  }

  const std::string& table_;
  const TableDefinition& definition_;
  TableObjects result_;
};

}  // namespace

std::string key_text(const std::vector<KeyPart>& parts, const TableFacts* facts) {
  std::string text;
  for (const KeyPart& part : parts) {
    text += text.empty() ? "" : ", ";
    text += part.column.empty() ? normalised(part.expression, facts ? &facts->names : nullptr)
                                : written(part.column);
    // A column brings its own collation, an expression none.
    std::string usual;
    if (facts != nullptr) {
      const auto found = facts->collations.find(part.column);
      if (found != facts->collations.end()) usual = found->second;
    }
    const std::string collation = part.collation.empty() ? usual : part.collation;
    if (collation != usual && !(usual.empty() && collation == "binary")) {
      text += " collate " + written(collation);
    }
    if (part.descending) text += " desc";
  }
  return text;
}

TableObjects table_objects(const std::string& table, std::string_view sql) {
  const std::vector<Token> tokens = tokens_of(sql);
  if (const auto definition = table_definition(tokens)) {
    return TableBuilder(table, *definition).objects();
  }
  SchemaObject object{.id = {ObjectKind::table, {}, {}, table}};
  set_field(object, "definition", normalised(tokens));
  return {.objects = {std::move(object)}, .facts = {}, .implicit_references = {}};
}

}  // namespace provision::sqlite
