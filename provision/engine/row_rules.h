// What the rows of a table must obey: all that generating and comparing rows needs to know of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace provision {

/// How values are written; `other` is told apart by the name of the type.
enum class ValueKind : std::uint8_t {
  boolean,
  integer,
  number,
  text,
  bytes,
  bits,
  uuid,
  date,
  time,
  timestamp,
  interval,
  json,
  xml,
  enumeration,
  array,
  range,
  multirange,
  composite,
  other,
};

/// The type of a column, seen through domains.
struct ValueType {
  ValueKind kind = ValueKind::other;
  std::string name = {};     ///< lower case, without length and the like: "smallint", "inet"
  std::string spelled = {};  ///< as CAST reads it, without domains; empty: none is needed
  int length = 0;            ///< of text and bits: the most that fits, 0 for any
  int precision = 0;         ///< of numbers: digits in all, 0 for any
  int scale = -1;            ///< of numbers: digits behind the point, -1 for any
  bool has_zone = false;     ///< of times
  std::vector<std::string> labels = {};  ///< of an enumeration
  std::vector<ValueType> parts = {};     ///< of an element, a bound, the attributes of a composite
  std::vector<std::string> checks = {};  ///< of a domain, about VALUE
};

/// The type that is written `declared`: "varchar(30)", "numeric(10,2)", "timestamp with time zone",
/// "integer[]". Kind `other` if no engine of ours has a type of that name.
ValueType value_type(std::string_view declared);

struct RuledColumn {
  std::string name;
  ValueType type;
  bool not_null = false;
  bool generated = false;        ///< a value may never be given
  bool has_default = false;      ///< a sequence counts as one
  bool identity_always = false;  ///< a value needs OVERRIDING SYSTEM VALUE
};

/// Columns whose values together come once; of an exclusion constraint, which do not meet.
struct UniqueRule {
  std::vector<std::string> columns;
  bool primary = false;
};

struct ReferenceRule {
  std::vector<std::string> columns = {};
  std::string schema = {};  ///< of the table that it points to
  std::string table = {};
  std::vector<std::string> target_columns = {};
  bool deferrable = false;

  std::string target_id() const { return schema.empty() ? table : schema + "." + table; }
};

/// How much of the rules is asked for: what tells rows apart, or what makes them, too.
enum class RuleDetail : std::uint8_t { keys, all };

struct RowRules {
  std::string schema;  ///< empty where the engine has none
  std::string name;
  std::vector<RuledColumn> columns = {};
  std::vector<UniqueRule> keys = {};  ///< the primary key first
  std::vector<ReferenceRule> references = {};
  std::vector<std::string> checks =
      {};                         ///< SQL that must not be false; of partitions: which row fits
  bool has_deferred = false;      ///< some rule may be looked at as late as COMMIT
  std::string partition_of = {};  ///< id of the table at the root, if this is a part of one
  bool has_no_partition = false;  ///< partitioned, and so far no part of it takes rows

  /// "schema.name", or "name" where the engine has no schemas; never quoted.
  std::string id() const { return schema.empty() ? name : schema + "." + name; }
  const RuledColumn* column(std::string_view column_name) const;
  /// True if a row cannot do without what `reference` points to.
  bool requires_target(const ReferenceRule& reference) const;
};

}  // namespace provision
