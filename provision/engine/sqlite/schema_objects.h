// The objects that a row of `sqlite_schema` stands for.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "provision/engine/sqlite/ddl_table.h"
#include "provision/engine/sqlite/ddl_text.h"
#include "provision/model/schema.h"

namespace provision::sqlite {

/// What others need to know of a table: its columns, what they are compared by, and its key.
struct TableFacts {
  std::map<std::string, std::string, std::less<>> collations;  ///< by column; empty: BINARY
  Names names;                                                 ///< of columns, and of the rowid
  std::vector<std::string> primary_key;
};

/// A foreign key that refers to a primary key without naming its columns.
struct ImplicitReference {
  size_t object = 0;  ///< its place among the table's objects
  std::string parent;
};

/// Objects are sorted by id; a text that nobody understands makes one object with that text as its
/// `definition`.
struct TableObjects {
  std::vector<SchemaObject> objects;
  TableFacts facts;
  std::vector<ImplicitReference> implicit_references;
};

/// `table` is its name, `sql` what made it.
TableObjects table_objects(const std::string& table, std::string_view sql);

/// `facts` are those of `table`, if they are known.
SchemaObject index_object(const std::string& table, const std::string& name, std::string_view sql,
                          const TableFacts* facts);
SchemaObject view_object(const std::string& name, std::string_view sql);
SchemaObject trigger_object(const std::string& table, const std::string& name,
                            std::string_view sql);
SchemaObject virtual_table_object(const std::string& name, std::string_view sql);

/// "a, lower(b) desc": the parts of a key of the table that `facts` are of, if they are known.
std::string key_text(const std::vector<KeyPart>& parts, const TableFacts* facts);

/// "customers (id)"; without columns where there are none.
std::string reference(const std::string& parent, const std::vector<std::string>& columns);

/// Puts `name` = `value` where it belongs among the object's fields.
void set_field(SchemaObject& object, std::string name, std::string value);

}  // namespace provision::sqlite
