#include "provision/ops/backup/take.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "provision/base/descriptor.h"
#include "provision/base/whoami.h"
#include "provision/ops/backup/contents.h"
#include "provision/ops/drift/migrations.h"
#include "provision/ops/state.h"
#include "provision/project/snapshot_file.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

/// The revisions that the database is at: those that no other one needs, where files tell.
std::vector<std::string> revisions_of(Database& database, const DatabaseSpec& spec,
                                      const fs::path& project) {
  std::optional<Migrations> migrations;
  try {
    migrations = find_migrations_of(spec, project);
  } catch (const Error&) {
    // What is wrong with its files is no reason to have no backup.
  }
  std::vector<std::string> ids;
  if (!migrations) {
    for (const AppliedRevision& revision : State(database).applied()) ids.push_back(revision.id);
    return ids;
  }
  if (const auto applied = read_applied(database, *migrations)) {
    ids = migrations->graph.tips(applied->known);
    ids.insert(ids.end(), applied->unknown.begin(), applied->unknown.end());
  }
  return ids;
}

void describe(BackedUpDatabase& backed_up, Database& database, const DatabaseSpec& spec,
              const fs::path& project, const fs::path& folder) {
  const SchemaSnapshot schema = database.schema_reader({})->snapshot();
  backed_up.fingerprint = fingerprint(schema);
  backed_up.tables = counted_tables(database, schema);
  backed_up.revisions = revisions_of(database, spec, project);
  if (const auto identity = State(database).identity()) backed_up.uuid = identity->uuid;
  write_file(folder / kSchemaFile, snapshot_text(schema), true);
}

/// Every file in `folder`, by its path below that of the backup.
std::vector<BackedUpFile> files_in(const fs::path& folder, const Dump& dump) {
  std::vector<BackedUpFile> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const fs::path below = entry.path().lexically_relative(folder);
    const auto known = dump.files.find(below.native());
    const FileDigest digest = known == dump.files.end() ? digest_of(entry.path()) : known->second;
    files.push_back({folder.filename() / below, digest.size, digest.sha256});
  }
  std::sort(files.begin(), files.end(),
            [](const BackedUpFile& a, const BackedUpFile& b) { return a.path < b.path; });
  return files;
}

BackedUpDatabase backed_up(const Workspace& workspace, const DatabaseSpec& spec,
                           const TakeOptions& options, const fs::path& folder) {
  Engine& engine = workspace.engine(spec);
  const std::string application = session_name("backup");
  BackedUpDatabase result{.name = spec.name, .engine = spec.engine};
  if (::mkdir(folder.c_str(), 0700) != 0) throw system_error("cannot make folder", folder, errno);
  const Dump dump = engine.dump(
      spec, folder,
      {.jobs = options.jobs, .application = application, .lock_timeout = workspace.lock_timeout},
      [&](Database& database) {
        describe(result, database, spec, workspace.environment.project, folder);
      });
  result.database = dump.facts.database;
  result.server = dump.facts.product;
  result.address = dump.facts.address;
  result.object_id = dump.facts.object_id;
  result.size = dump.facts.size;
  result.encoding = dump.encoding;
  result.locale = dump.locale;
  result.roles = dump.roles;
  result.format = dump.format;
  result.tool = dump.tool;
  result.files = files_in(folder, dump);
  return result;
}

}  // namespace

Backup take_backup(const Workspace& workspace, const std::vector<DatabaseSpec>& databases,
                   const TakeOptions& options) {
  BackupManifest manifest{.environment = workspace.environment.name,
                          .kind = std::string(name_of(workspace.environment.kind)),
                          .message = options.message,
                          .taken_at = utc_now(),
                          .taken_by = user_and_host(),
                          .program = PROVISION_VERSION,
                          .pinned = options.pinned};
  NewBackup backup(workspace.environment.backup.directory);
  for (const DatabaseSpec& spec : databases) {
    workspace.progress.step(fmt::format("back up '{}'", spec.label()));
    const Stopwatch watch;
    try {
      manifest.databases.push_back(
          backed_up(workspace, spec, options, backup.folder() / spec.name));
    } catch (const Error& error) {
      throw error.within(fmt::format("cannot back up '{}'", spec.label()));
    }
    workspace.progress.done(watch.elapsed());
  }
  return backup.publish(std::move(manifest));
}

}  // namespace provision
