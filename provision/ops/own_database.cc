#include "provision/ops/own_database.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "provision/base/error.h"
#include "provision/base/interrupt.h"
#include "provision/base/text.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

fs::path claims_folder(const fs::path& work_folder) { return work_folder / "claims"; }

/// What a claim's file says, a line each.
struct ClaimText {
  std::string environment;
  std::string database;
  std::string location;  ///< the database's name, or its file
  bool from_pool = false;
};

std::string written(const DatabaseSpec& spec, bool from_pool) {
  return fmt::format(
      "{}\n{}\n{}\n{}\n", spec.environment, spec.name,
      spec.location.path.empty() ? spec.location.database : spec.location.path.string(),
      from_pool ? "pool" : "own");
}

/// Nothing for a claim whose owner was killed before there was anything to claim.
std::optional<ClaimText> read_claim(const std::string& text) {
  const std::vector<std::string_view> lines = lines_of(text);
  if (lines.size() < 4) return std::nullopt;
  return ClaimText{std::string(lines[0]), std::string(lines[1]), std::string(lines[2]),
                   lines[3] == "pool"};
}

/// True if `path` still names the file that `lock` has open.
bool is_same_file(const FileLock& lock, const fs::path& path) {
  struct stat held {};
  struct stat named {};
  return ::fstat(lock.descriptor(), &held) == 0 && ::stat(path.c_str(), &named) == 0 &&
         held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

std::vector<fs::path> claims_in(const fs::path& work_folder) {
  std::vector<fs::path> paths;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(claims_folder(work_folder), missing)) {
    paths.push_back(entry.path());
  }
  return paths;
}

DatabaseSpec claimed_database(DatabaseSpec spec, const ClaimText& claim) {
  if (spec.location.path.empty()) {
    spec.location.database = claim.location;
  } else {
    spec.location.path = claim.location;
  }
  return spec;
}

bool is_there(Engine& engine, const DatabaseSpec& spec) {
  const std::string name = kept_name(spec);
  for (const KeptDatabase& kept : engine.kept(spec, name)) {
    if (kept.name == name) return true;
  }
  return false;
}

/// What became of the database of a claim whose owner is gone; nothing if there was none.
std::optional<Leftover> collect(const ClaimText& claim, const FindDatabase& find, Engines& engines,
                                bool dry_run) {
  Leftover leftover{.what = fmt::format("unfinished database of '{}'", claim.environment),
                    .place = claim.location};
  try {
    const std::optional<DatabaseSpec> spec = find(claim.environment, claim.database);
    if (!spec) {
      leftover.trouble = fmt::format("environment '{}' cannot be used now", claim.environment);
      return leftover;
    }
    const DatabaseSpec claimed = claimed_database(*spec, claim);
    Engine& engine = engines.at(claimed.engine);
    if (!is_there(engine, claimed)) return std::nullopt;
    if (!dry_run) discard(engine, claimed);
  } catch (const Error& error) {
    leftover.trouble = error.message();
  }
  return leftover;
}

}  // namespace

DatabaseSpec own_database(const DatabaseSpec& spec, std::string_view folder,
                          const std::string& name) {
  DatabaseSpec own = spec;
  if (spec.location.path.empty()) {
    own.location.database = name;
  } else {
    own.location.path = spec.work_folder / folder / (name + ".db");
  }
  return own;
}

std::string kept_name(const DatabaseSpec& spec) {
  return spec.location.path.empty() ? spec.location.database
                                    : spec.location.path.filename().string();
}

void discard(Engine& engine, const DatabaseSpec& spec) {
  const std::string name = kept_name(spec);
  for (const KeptDatabase& kept : engine.kept(spec, name)) {
    if (kept.name == name) engine.drop(spec, kept.object_id, true);
  }
}

Claim::Claim(const DatabaseSpec& spec, bool from_pool)
    : path_(claims_folder(spec.work_folder) / kept_name(spec)) {
  make_folder(path_.parent_path());
  do {
    lock_ = std::make_unique<FileLock>(path_);
    lock_->lock();
    // Who sweeps may have taken the file away between the two.
  } while (!is_same_file(*lock_, path_));
  lock_->write_holder(written(spec, from_pool));
}

Claim::~Claim() {
  std::error_code ignored;
  if (!is_abandoned_) fs::remove(path_, ignored);
}

Passing::Passing(Engine& engine, DatabaseSpec spec, bool from_pool)
    : engine_(engine), spec_(std::move(spec)), claim_(spec_, from_pool) {}

Passing::~Passing() {
  if (is_kept_) return;
  const CleaningUp cleaning;
  try {
    discard(engine_, spec_);
  } catch (const std::exception&) {
    // The failure that brought us here is the one to tell; `gc` finds what is left.
    claim_.abandon();
  }
}

bool is_claimed(const DatabaseSpec& spec) {
  std::error_code missing;
  const fs::path path = claims_folder(spec.work_folder) / kept_name(spec);
  return fs::exists(path, missing) && !FileLock(path).try_lock(FileLock::Mode::shared);
}

int claimed_from_pool(const DatabaseSpec& spec) {
  int count = 0;
  for (const fs::path& path : claims_in(spec.work_folder)) {
    FileLock lock(path);
    if (lock.try_lock(FileLock::Mode::shared)) continue;
    const auto claim = read_claim(lock.holder());
    if (claim && claim->from_pool && claim->environment == spec.environment &&
        claim->database == spec.name) {
      ++count;
    }
  }
  return count;
}

std::vector<Leftover> sweep_claims(const fs::path& work_folder, const FindDatabase& find,
                                   Engines& engines, bool dry_run) {
  std::vector<Leftover> found;
  for (const fs::path& path : claims_in(work_folder)) {
    FileLock lock(path);
    if (!lock.try_lock()) continue;
    std::optional<Leftover> leftover;
    if (const auto claim = read_claim(lock.holder())) {
      leftover = collect(*claim, find, engines, dry_run);
    }
    std::error_code ignored;
    const bool is_done = !leftover || leftover->trouble.empty();
    if (is_done && !(dry_run && leftover)) fs::remove(path, ignored);
    if (leftover) found.push_back(std::move(*leftover));
  }
  return found;
}

}  // namespace provision
