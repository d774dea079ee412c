#include "provision/ops/snapshot.h"

#include "provision/base/whoami.h"

namespace provision {

SchemaSnapshot take_snapshot(Engine& engine, const DatabaseSpec& spec) {
  const auto database =
      engine.connect(spec, {.access = Access::read, .application = session_name("snapshot")});
  return database->schema_reader({.schemas = spec.schemas})->snapshot();
}

}  // namespace provision
