// Made-up differences, for the tests of what is made of them.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "provision/model/drift/drift.h"

namespace provision {

using Fields = std::vector<Field>;

inline SchemaObject object_of(ObjectKind kind, std::string table, std::string name,
                              Fields fields = {}, std::string schema = "public") {
  std::sort(fields.begin(), fields.end(),
            [](const Field& a, const Field& b) { return a.name < b.name; });
  return {{kind, std::move(schema), std::move(table), std::move(name)}, std::move(fields)};
}

inline SchemaSnapshot snapshot_of(std::vector<SchemaObject> objects) {
  std::sort(objects.begin(), objects.end(),
            [](const SchemaObject& a, const SchemaObject& b) { return a.id < b.id; });
  return {"postgresql", "15.18", std::move(objects), {}};
}

inline std::vector<ObjectDifference> difference_of(std::vector<SchemaObject> expected,
                                                   std::vector<SchemaObject> actual) {
  return difference(snapshot_of(std::move(expected)), snapshot_of(std::move(actual)));
}

}  // namespace provision
