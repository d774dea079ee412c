// The schema of a database as plain values: what a snapshot holds and what a fingerprint is made
// of.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provision {

/// Every kind of object that a snapshot may hold. `kKinds` of schema.cc has a row for each.
enum class ObjectKind : std::uint8_t {
  database,
  schema,
  extension,
  language,
  foreign_data_wrapper,
  foreign_server,
  user_mapping,
  collation,
  conversion,
  enum_type,
  domain,
  composite_type,
  range_type,
  base_type,
  sequence,
  table,
  virtual_table,
  foreign_table,
  view,
  materialized_view,
  column,
  primary_key,
  unique,
  check,
  exclude,
  foreign_key,
  not_null,
  index,
  statistics,
  trigger,
  rule,
  policy,
  function,
  procedure,
  aggregate,
  cast,
  transform,
  operator_,  // NOLINT(readability-identifier-naming): the word alone is a keyword
  operator_family,
  operator_class,
  access_method,
  text_search_parser,
  text_search_dictionary,
  text_search_template,
  text_search_configuration,
  event_trigger,
  publication,
  subscription,
  default_privileges,
};

/// "table", "foreign key"; what people and JSON read.
std::string_view name_of(ObjectKind kind);
/// The kind called `name`, if there is one.
std::optional<ObjectKind> object_kind(std::string_view name);

/// What names an object. `table` is the table, view, domain or type that a part belongs to, and
/// empty for what stands on its own. Names of functions carry their argument types.
struct ObjectId {
  ObjectKind kind = ObjectKind::table;
  std::string schema;
  std::string table;
  std::string name;

  friend auto operator<=>(const ObjectId&, const ObjectId&) = default;
};

/// "column shop.users.email", "function shop.total(integer)"; the schema `public` is left out.
std::string to_string(const ObjectId& id);

/// What a difference concerns; a policy says which classes are findings.
enum class DifferenceClass : std::uint8_t { structure, privilege, comment, order, setting, server };
std::string_view name_of(DifferenceClass difference_class);
std::optional<DifferenceClass> difference_class(std::string_view name);

/// One attribute. What has its default value is left out, so that an absent field is one too.
/// The names `owner`, `privilege to ROLE` (privilege), `comment` and what ends in " comment"
/// (comment), `column order` (order, but structure of a composite type: the names of the columns, a
/// line each) have the class said here; those of a database are setting, or server if they begin
/// with "server "; names that end in " version" are server; all others are structure.
struct Field {
  std::string name;
  std::string value;

  friend bool operator==(const Field&, const Field&) = default;
};

DifferenceClass class_of(ObjectKind kind, std::string_view field);

struct SchemaObject {
  ObjectId id;
  std::vector<Field> fields = {};  ///< sorted by name
  /// The name is one that the server makes up, so that it says nothing: two such objects of one
  /// table are the same if their fields are.
  bool generated_name = false;

  /// The value of the field called `name`; empty if it has none.
  std::string_view field(std::string_view name) const;

  friend bool operator==(const SchemaObject&, const SchemaObject&) = default;
};

/// Objects of users that no query covers: said, never silently passed over.
struct NotCompared {
  std::string what;  ///< "large object", "security label"
  std::int64_t count = 0;

  friend bool operator==(const NotCompared&, const NotCompared&) = default;
};

struct SchemaSnapshot {
  std::string engine;                      ///< "postgresql"
  std::string version;                     ///< of the server: "15.18"
  std::vector<SchemaObject> objects = {};  ///< sorted by id
  std::vector<NotCompared> not_compared = {};
};

/// What one object was and is: nothing where it was not there, or is not any more.
struct ObjectChange {
  std::optional<SchemaObject> before;
  std::optional<SchemaObject> after;
};

/// Changes, at most one an object, sorted by id.
using SchemaChanges = std::vector<ObjectChange>;

/// `earlier`, then `later`, as one step; what is as it was before both is left out.
SchemaChanges composed(const SchemaChanges& earlier, const SchemaChanges& later);

/// What equal schemas have in common and others have not, whatever the order in which objects are
/// added: names that a server made up, and the fields of the classes order and server, do not
/// count.
class Fingerprint {
 public:
  void add(const SchemaObject& object);
  void remove(const SchemaObject& object);
  /// Takes the step from what each object was to what it is.
  void apply(const SchemaChanges& changes);
  /// 64 hexadecimal digits: the sum of the SHA-256 of every object.
  std::string text() const;

 private:
  std::array<std::uint64_t, 4> sum_{};  ///< the lowest digits first
};

std::string fingerprint(const SchemaSnapshot& snapshot);

}  // namespace provision
