#include "provision/ops/scratch.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>

#include "provision/base/error.h"
#include "provision/base/hash.h"
#include "provision/base/memory_folder.h"
#include "provision/base/text.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "scratch-";
constexpr std::string_view kOwner = "owner.lock";
// On its first line the URL of a server of somebody else, then the databases made there.
constexpr std::string_view kDatabases = "databases";
constexpr std::string_view kDatabasePrefix = "provision_scratch_";

fs::path own_folder(const fs::path& parent) {
  return parent / fmt::format("provision-{}", ::geteuid());
}

const std::array<fs::path, 2>& places() {
  static const std::array<fs::path, 2> places = {own_folder(memory_folder()),
                                                 own_folder("/var/tmp")};
  return places;
}

fs::path chosen_place() { return memory_room(kServerRoom).is_enough ? places()[0] : places()[1]; }

/// Ours, and to be passed through by the user that a server runs as.
void claim(const fs::path& folder) {
  const mode_t mode = ::geteuid() == 0 ? 0711 : 0700;
  if (::mkdir(folder.c_str(), mode) == 0) {
    fs::permissions(folder, static_cast<fs::perms>(mode));
    return;
  }
  struct stat info {};
  if (::lstat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid()) {
    return;
  }
  throw unavailable(fmt::format("cannot use folder '{}'", folder.string()),
                    "it must be a folder of yours");
}

/// Folders come and go under this lock, so that one whose owner has not yet locked it is safe.
class PlaceLock {
 public:
  explicit PlaceLock(const fs::path& place) : lock_(place / "scratch.lock") { lock_.lock(); }

 private:
  FileLock lock_;
};

bool is_abandoned(const fs::path& folder) {
  std::error_code error;
  const fs::path lock = folder / kOwner;
  // A folder that was not removed to its end may have no lock any more.
  return !fs::exists(lock, error) || FileLock(lock).try_lock();
}

/// Drops the databases that `folder` tells of. False if some are still there.
bool collect_databases(const fs::path& folder, bool dry_run, Engines& engines,
                       std::vector<Leftover>& found) {
  std::vector<std::string> lines = split_list(read_text(folder / kDatabases), '\n');
  if (lines.empty()) return true;
  ParsedUrl server = parse_url(lines.front());
  Engine& engine = engines.at(server.engine);
  bool all_gone = true;
  for (size_t i = 1; i < lines.size(); ++i) {
    if (!lines[i].starts_with(kDatabasePrefix)) continue;
    DatabaseSpec spec{.engine = server.engine, .location = server.location};
    spec.location.database = lines[i];
    Leftover leftover{.what = fmt::format("scratch database '{}'", lines[i]),
                      .place = lines.front()};
    try {
      if (!engine.exists(spec)) continue;
      if (!dry_run) {
        const std::string id = engine.connect(spec, {.scratch = true})->facts().object_id;
        engine.drop(spec, id, true);
      }
    } catch (const Error& error) {
      all_gone = false;
      leftover.trouble = error.message();
    }
    found.push_back(std::move(leftover));
  }
  return all_gone;
}

/// Hands each folder whose owner is gone to `collect`.
void for_abandoned(const std::function<void(const fs::path& folder)>& collect) {
  for (const fs::path& place : places()) {
    std::error_code missing;
    if (!fs::is_directory(place, missing)) continue;
    const PlaceLock guard(place);
    for (const fs::directory_entry& entry : fs::directory_iterator(place, missing)) {
      if (!entry.path().filename().string().starts_with(kPrefix)) continue;
      if (is_abandoned(entry.path())) collect(entry.path());
    }
  }
}

}  // namespace

std::vector<Leftover> collect_scratch(bool dry_run, Progress& progress) {
  std::vector<Leftover> found;
  Engines engines(progress);
  for_abandoned([&](const fs::path& folder) {
    if (fs::exists(folder / kDatabases) && !collect_databases(folder, dry_run, engines, found)) {
      return;
    }
    std::error_code ignored;
    if (!dry_run) fs::remove_all(folder, ignored);
    found.push_back({.what = "scratch folder", .place = folder.string()});
  });
  return found;
}

ScratchFolder::ScratchFolder() {
  for_abandoned([](const fs::path& folder) {
    std::error_code ignored;
    if (!fs::exists(folder / kDatabases, ignored)) fs::remove_all(folder, ignored);
  });
  const fs::path place = chosen_place();
  claim(place);
  const PlaceLock guard(place);
  path_ = place / fmt::format("{}{}", kPrefix, random_hex(6));
  claim(path_);
  owner_ = std::make_unique<FileLock>(path_ / kOwner);
  owner_->lock();
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!is_abandoned_) fs::remove_all(path_, ignored);
}

Scratch::Scratch(std::string_view engine, const std::optional<DatabaseSpec>& server,
                 Progress& progress)
    : engines_(progress), engine_(&engines_.at(engine)) {
  if (server) base_ = *server;
  base_.engine = engine;
  base_.environment = "scratch";
  base_.kind = EnvironmentKind::test;
  base_.server = server ? Server::existing : Server::managed;
  base_.scratch_server = !server;
  base_.work_folder = folder_.path();
  first_roles_ = roles();
}

Scratch::~Scratch() {
  try {
    for (const std::string& name : std::set<std::string>(made_)) {
      DatabaseSpec spec = base_;
      spec.location.database = name;
      spec.location.path = folder_.path() / name;
      drop(spec);
    }
    drop_roles_but(first_roles_);
    engine_->release(base_);
  } catch (const std::exception&) {
    // A private server ends with its folder.
    if (base_.server == Server::existing && !made_.empty()) folder_.abandon();
  }
}

DatabaseSpec Scratch::named() const {
  DatabaseSpec spec = base_;
  spec.location.database = fmt::format("{}{}", kDatabasePrefix, random_hex(8));
  spec.location.path = folder_.path() / spec.location.database;
  return spec;
}

/// For `collect_scratch`, in case that we are killed: before it is there.
void Scratch::remember(const std::string& database) const {
  if (base_.server != Server::existing) return;
  const fs::path file = folder_.path() / kDatabases;
  const bool is_first = !fs::exists(file);
  std::ofstream stream(file, std::ios::app);
  if (is_first) stream << base_.location.url() << '\n';
  stream << database << '\n';
}

DatabaseSpec Scratch::made(DatabaseSpec spec) {
  remember(spec.location.database);
  engine_->create(spec);
  made_.insert(spec.location.database);
  return spec;
}

DatabaseSpec Scratch::create() { return made(named()); }

DatabaseSpec Scratch::create_like(const DatabaseSpec& model) {
  DatabaseSpec spec = named();
  spec.encoding = model.encoding;
  spec.extensions = model.extensions;
  spec.settings = model.settings;
  return made(std::move(spec));
}

DatabaseSpec Scratch::copy_of(const DatabaseSpec& from) {
  DatabaseSpec spec = named();
  remember(spec.location.database);
  engine_->copy(from, spec);
  made_.insert(spec.location.database);
  return spec;
}

std::unique_ptr<Database> Scratch::connect(const DatabaseSpec& spec) {
  auto database = engine_->connect(
      spec, {.access = Access::write, .application = "provision scratch", .scratch = true});
  const std::string found = database->facts().database;
  if (found != spec.location.database) {
    throw internal_error(
        fmt::format("asked for scratch database '{}' and got '{}'", spec.location.database, found));
  }
  return database;
}

void Scratch::drop(const DatabaseSpec& spec) {
  const std::string id = connect(spec)->facts().object_id;
  engine_->drop(spec, id, true);
  made_.erase(spec.location.database);
}

void Scratch::drop_roles_but(const std::set<std::string>& kept) {
  std::set<std::string> made;
  const std::set<std::string> now = roles();
  std::set_difference(now.begin(), now.end(), kept.begin(), kept.end(),
                      std::inserter(made, made.end()));
  engine_->drop_roles(base_, made);
}

}  // namespace provision
