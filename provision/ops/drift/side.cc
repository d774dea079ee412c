#include "provision/ops/drift/side.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/project/snapshot_file.h"

namespace provision {
namespace {

/// A session that ended under us, not one that could not be begun.
bool was_lost(const Error& error) {
  return error.kind() == ErrorKind::unavailable &&
         (error.code().starts_with("08") || error.code().starts_with("57P"));
}

bool has_table(const SchemaSnapshot& snapshot, const SeedTable& seed) {
  return std::any_of(snapshot.objects.begin(), snapshot.objects.end(),
                     [&](const SchemaObject& object) {
                       return object.id.kind == ObjectKind::table && object.id.name == seed.table &&
                              (seed.schema.empty() || object.id.schema == seed.schema);
                     });
}

/// The catalog shows a table to everybody; its name finds it only where the schema may be used.
void mark_hidden(DriftSide& side, const std::vector<SeedTable>& seeds) {
  for (size_t i = 0; i < seeds.size(); ++i) {
    SeededRows& rows = side.rows[i];
    if (rows.readable || !rows.trouble.empty() || !rows.types.empty()) continue;
    if (has_table(side.snapshot, seeds[i])) rows.trouble = "in a schema that the role may not use";
  }
}

DriftSide read_once(Database& database, const LiveRead& read) {
  DriftSide side;
  const ServerFacts facts = database.facts();
  side.server = fmt::format("{} at {}", facts.product, facts.address);
  side.user = facts.user;
  side.read_at = utc_now();
  side.snapshot = database.schema_reader(read.scope)->only_snapshot();
  side.rows = read_seeded_rows(database, read.seeds);
  mark_hidden(side, read.seeds);
  if (read.migrations == nullptr) return side;
  try {
    side.applied = read_applied(database, *read.migrations);
  } catch (const Error& error) {
    side.record_trouble = trouble_of_table(error);
    if (side.record_trouble.empty()) throw;
  }
  if (side.applied) side.at = read.migrations->graph.tips(side.applied->known);
  return side;
}

bool is_in_schemas(const SchemaObject& object, const std::vector<std::string>& schemas) {
  const std::string& schema =
      object.id.kind == ObjectKind::schema ? object.id.name : object.id.schema;
  return schema.empty() || std::find(schemas.begin(), schemas.end(), schema) != schemas.end();
}

bool is_of_table(const SchemaObject& object, const std::string& table) {
  const std::string& name = object.id.table.empty() ? object.id.name : object.id.table;
  return matches_glob(table, name) || matches_glob(table, object.id.schema + "." + name) ||
         (object.id.kind == ObjectKind::schema && matches_glob(table, object.id.name + "."));
}

}  // namespace

DriftSide read_live(const LiveRead& read, std::string label, Progress& progress) {
  const ConnectOptions options{.access = Access::read, .application = session_name("drift")};
  DriftSide side;
  auto database = read.engine.connect(read.spec, options);
  try {
    side = read_once(*database, read);
  } catch (const Error& error) {
    if (!was_lost(error)) throw;
    progress.note(fmt::format("{}: {}; it is read once more", label, error.message()));
    database = read.engine.connect(read.spec, options);
    side = read_once(*database, read);
  }
  side.label = std::move(label);
  return side;
}

DriftSide read_snapshot_side(const std::filesystem::path& file, std::string label) {
  DriftSide side{.label = std::move(label)};
  constexpr std::int64_t kLargest = 1LL << 30;
  side.snapshot = parse_snapshot(read_text(file, kLargest), file.filename().string());
  side.server = fmt::format("{} {}", side.snapshot.engine, side.snapshot.version);
  return side;
}

void restrict_to(SchemaSnapshot& snapshot, const SchemaScope& scope) {
  std::erase_if(snapshot.objects, [&](const SchemaObject& object) {
    if (!scope.schemas.empty() && !is_in_schemas(object, scope.schemas)) return true;
    return std::any_of(scope.left_out.begin(), scope.left_out.end(),
                       [&](const std::string& table) { return is_of_table(object, table); });
  });
}

}  // namespace provision
