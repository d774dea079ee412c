#include <algorithm>
#include <map>

#include "provision/engine/postgresql/catalog_rows.h"

namespace provision::postgresql {
namespace {

/// The objects that differ, by what they are called: what is dropped and made again is in another
/// unit, and yet the same object.
using Found = std::map<ObjectId, ObjectChange>;

void compare(const std::vector<SchemaObject>& before, const std::vector<SchemaObject>& after,
             Found& found) {
  auto left = before.begin();
  auto right = after.begin();
  while (left != before.end() || right != after.end()) {
    if (right == after.end() || (left != before.end() && left->id < right->id)) {
      found[left->id].before = *left;
      ++left;
    } else if (left == before.end() || right->id < left->id) {
      found[right->id].after = *right;
      ++right;
    } else {
      if (*left != *right) found[left->id] = {*left, *right};
      ++left;
      ++right;
    }
  }
}

SchemaChanges listed(Found& found) {
  SchemaChanges changes;
  for (auto& [unused, change] : found) {
    if (change.before != change.after) changes.push_back(std::move(change));
  }
  return changes;
}

const std::vector<SchemaObject>& objects_of(const Units& units, const Address& address) {
  static const std::vector<SchemaObject> none;
  const auto unit = units.find(address);
  return unit == units.end() ? none : unit->second.objects;
}

}  // namespace

const SchemaObject* whole(const Unit& unit) {
  for (const SchemaObject& object : unit.objects) {
    if (object.id.table.empty()) return &object;
  }
  return nullptr;
}

SchemaChanges changes_between(const Units& before, const Units& after) {
  Found found;
  for (const auto& [address, unit] : before)
    compare(unit.objects, objects_of(after, address), found);
  for (const auto& [address, unit] : after) {
    if (!before.contains(address)) compare({}, unit.objects, found);
  }
  return listed(found);
}

SchemaChanges replace(Units& known, const std::set<Address>& addresses, Units read) {
  Found found;
  for (const Address& address : addresses) {
    const auto fresh = read.find(address);
    compare(objects_of(known, address), objects_of(read, address), found);
    if (fresh == read.end()) {
      known.erase(address);
    } else {
      known[address] = std::move(fresh->second);
    }
  }
  return listed(found);
}

}  // namespace provision::postgresql
