#include "provision/model/difference_parts.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "provision/base/text.h"

namespace provision {
namespace {

using Type = ObjectDifference::Type;

constexpr std::array kKindsWithParts = {
    ObjectKind::table,         ObjectKind::virtual_table,     ObjectKind::foreign_table,
    ObjectKind::view,          ObjectKind::materialized_view, ObjectKind::domain,
    ObjectKind::composite_type};

const SchemaObject* find(const SchemaSnapshot& snapshot, const ObjectId& id) {
  const auto found = std::lower_bound(
      snapshot.objects.begin(), snapshot.objects.end(), id,
      [](const SchemaObject& object, const ObjectId& wanted) { return object.id < wanted; });
  return found != snapshot.objects.end() && found->id == id ? &*found : nullptr;
}

/// The name of a table, with its schema.
using TableName = std::pair<std::string, std::string>;

/// The columns of a table on both sides, in order.
struct Orders {
  std::vector<std::string> expected;
  std::vector<std::string> actual;
};

std::map<TableName, Orders> orders_of(const SchemaChanges& changes) {
  constexpr std::string_view kOrder = "column order";
  std::map<TableName, Orders> orders;
  for (const ObjectChange& change : changes) {
    if (!change.before || !change.after || !has_parts(change.before->id.kind)) continue;
    const ObjectId& id = change.before->id;
    orders[{id.schema, id.name}] = {split_list(change.before->field(kOrder), '\n'),
                                    split_list(change.after->field(kOrder), '\n')};
  }
  return orders;
}

/// The last of `order` before `column` that `others` have, too; `column` if they have that.
std::string column_before(const std::string& column, const std::vector<std::string>& order,
                          const std::vector<std::string>& others) {
  const std::set<std::string> common(others.begin(), others.end());
  std::string last;
  for (const std::string& name : order) {
    if (common.contains(name)) last = name;
    if (name == column) break;
  }
  return last;
}

}  // namespace

bool has_parts(ObjectKind kind) {
  return std::find(kKindsWithParts.begin(), kKindsWithParts.end(), kind) != kKindsWithParts.end();
}

void fold_parts(std::vector<ObjectDifference>& differences) {
  std::map<std::pair<std::string, std::string>, size_t> wholes[2];
  const auto side = [](const ObjectDifference& one) { return one.type == Type::extra ? 1 : 0; };
  for (size_t i = 0; i < differences.size(); ++i) {
    const ObjectDifference& one = differences[i];
    if (one.type == Type::changed || !has_parts(one.id().kind)) continue;
    wholes[side(one)][{one.id().schema, one.id().name}] = i;
  }
  std::vector<bool> folded(differences.size());
  for (size_t i = 0; i < differences.size(); ++i) {
    ObjectDifference& one = differences[i];
    if (one.type == Type::changed || one.id().table.empty()) continue;
    const auto& known = wholes[side(one)];
    const auto whole = known.find({one.id().schema, one.id().table});
    if (whole == known.end()) continue;
    differences[whole->second].parts.push_back(
        std::move(one.type == Type::extra ? one.actual : one.expected));
    folded[i] = true;
  }
  size_t kept = 0;
  for (size_t i = 0; i < differences.size(); ++i) {
    if (folded[i]) continue;
    if (kept != i) differences[kept] = std::move(differences[i]);
    ++kept;
  }
  differences.resize(kept);
}

void note_wholes(std::vector<ObjectDifference>& differences, const SchemaSnapshot& expected,
                 const SchemaSnapshot& actual) {
  for (ObjectDifference& one : differences) {
    const ObjectId& id = one.id();
    if (id.table.empty()) continue;
    for (const ObjectKind kind : kKindsWithParts) {
      const ObjectId whole{kind, id.schema, {}, id.table};
      if (!find(expected, whole) && !find(actual, whole)) continue;
      one.whole = kind;
      break;
    }
  }
}

void note_order(std::vector<ObjectDifference>& differences, const SchemaChanges& changes) {
  const std::map<TableName, Orders> orders = orders_of(changes);
  for (ObjectDifference& one : differences) {
    const ObjectId& id = one.id();
    if (id.kind != ObjectKind::column || one.type == Type::changed) continue;
    const auto found = orders.find({id.schema, id.table});
    if (found == orders.end()) continue;
    const auto& [expected, actual] = found->second;
    one.follows = one.type == Type::missing ? column_before(id.name, expected, actual)
                                            : column_before(id.name, actual, expected);
  }
}

}  // namespace provision
