#include "provision/ops/backup/prove.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <optional>
#include <thread>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/ops/backup/contents.h"
#include "provision/ops/scratch.h"

namespace provision {
namespace {

void make_roles(Scratch& scratch, const DatabaseSpec& spec, const std::vector<std::string>& roles) {
  const std::set<std::string> known = scratch.roles();
  const auto database = scratch.connect(spec);
  for (const std::string& role : roles) {
    if (!known.contains(role)) database->execute("CREATE ROLE " + sql_identifier(role));
  }
}

/// What this machine lacks says nothing of the backup.
bool is_obstacle(const Error& error) {
  return error.message().find("is not available") != std::string::npos ||
         error.message().find("is not installed") != std::string::npos;
}

void prove_database(const Backup& backup, const BackedUpDatabase& database, Progress& progress,
                    Proof& proof) {
  std::optional<Scratch> scratch;
  DatabaseSpec spec;
  try {
    scratch.emplace(database.engine, std::nullopt, progress);
    spec = scratch->create_like({.encoding = database.encoding});
    make_roles(*scratch, spec, database.roles);
  } catch (const Error& error) {
    proof.obstacle = error.message();
    return;
  }
  try {
    scratch->engine().load(
        spec, backup.folder_of(database), dump_of(database),
        {.jobs = restore_jobs(), .is_proof = true, .application = session_name("backup")});
    const auto restored = scratch->connect(spec);
    proof.troubles = differences(database, schema_of(backup, database), *restored, false);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated) throw;
    if (is_obstacle(error)) {
      proof.obstacle = error.message();
    } else {
      proof.troubles.push_back(error.message());
    }
  }
}

}  // namespace

int restore_jobs() {
  constexpr unsigned kMost = 4;
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, kMost));
}

Dump dump_of(const BackedUpDatabase& database) {
  return {.format = database.format,
          .tool = database.tool,
          .encoding = database.encoding,
          .locale = database.locale};
}

Proof prove(Backup& backup, Progress& progress) {
  progress.step(fmt::format("prove backup '{}' by restoring it", backup.manifest.id));
  const Stopwatch watch;
  Proof proof;
  for (const BackedUpDatabase& database : backup.manifest.databases) {
    auto damaged = std::async(std::launch::async, [&] { return damages(backup, database); });
    Proof one;
    prove_database(backup, database, progress, one);
    const std::vector<std::string> damage = damaged.get();
    // What is damaged cannot be restored either; the damage is what to tell.
    if (!damage.empty()) one = {.troubles = damage};
    proof.troubles.insert(proof.troubles.end(), one.troubles.begin(), one.troubles.end());
    if (!one.obstacle.empty()) proof.obstacle = one.obstacle;
  }
  const std::string proven_at = proof.holds() ? utc_now() : "";
  const bool is_news =
      proof.holds() || (!proof.troubles.empty() && !backup.manifest.proven_at.empty());
  if (is_news) {
    backup.manifest.proven_at = proven_at;
    rewrite_manifest(backup);
  }
  progress.done(watch.elapsed());
  return proof;
}

}  // namespace provision
