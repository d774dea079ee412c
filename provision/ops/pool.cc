#include "provision/ops/pool.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/hash.h"
#include "provision/base/interrupt.h"
#include "provision/ops/fresh.h"
#include "provision/ops/own_database.h"
#include "provision/ops/template.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolder = "pool";

/// The same for every process that works with this database in this project, and for no other.
std::string owner_of(const DatabaseSpec& spec) {
  constexpr size_t kDigits = 8;
  return sha256(spec.work_folder.string() + "\n" + spec.environment + "\n" + spec.name)
      .substr(0, kDigits);
}

std::string prefix_of(const DatabaseSpec& spec, const Recipe& recipe) {
  constexpr size_t kDigits = 24;
  return fmt::format("{}{}_", pool_prefix(spec),
                     recipe.name().substr(kTemplatePrefix.size(), kDigits));
}

fs::path file_of(const DatabaseSpec& spec, std::string_view ending) {
  const fs::path folder = spec.work_folder / kFolder;
  make_folder(folder);
  return folder / fmt::format("{}{}", owner_of(spec), ending);
}

DatabaseSpec waiting(const DatabaseSpec& spec, const std::string& kept) {
  return own_database(spec, kFolder, kept.substr(0, kept.find('.')));
}

/// Whether somebody touched it since it was closed.
bool was_changed(const KeptDatabase& kept) { return !kept.made_at.empty() && !kept.is_sealed; }

class Filling {
 public:
  Filling(const Workspace& workspace, const DatabaseSpec& spec, const Recipe& recipe)
      : workspace_(workspace),
        spec_(spec),
        engine_(workspace.engine(spec)),
        prefix_(prefix_of(spec, recipe)) {}

  int fill() {
    int made = 0;
    for (; needs_one(); ++made) make_one();
    return made;
  }

 private:
  bool needs_one() const {
    stop_if_interrupted();
    int ready = 0;
    for (const KeptDatabase& kept : engine_.kept(waiting(spec_, ""), pool_prefix(spec_))) {
      if (kept.name.starts_with(prefix_)) {
        ++ready;
      } else {
        discard(engine_, waiting(spec_, kept.name));
      }
    }
    return ready < spec_.pool.ready && ready + claimed_from_pool(spec_) < spec_.pool.max;
  }

  void make_one() const {
    FreshTables tables(workspace_);
    const std::string nonce = random_hex(3);
    Passing made(engine_, own_database(spec_, kFolder,
                                       std::string(Templates::kBuildingPrefix) + random_hex(8)));
    make_fresh(workspace_, made.spec(), {}, tables);
    // Closed to all until it is taken, unless that would lose something of it.
    const DatabaseSpec place = waiting(spec_, prefix_ + nonce);
    if (!engine_.seal(made.spec(), place)) engine_.publish(made.spec(), place, "", false);
    made.keep();
  }

  const Workspace& workspace_;
  const DatabaseSpec& spec_;
  Engine& engine_;
  std::string prefix_;
};

}  // namespace

std::string pool_prefix(const DatabaseSpec& spec) {
  return fmt::format("{}{}_", kPoolPrefix, owner_of(spec));
}

bool take_from_pool(const Workspace& workspace, const Recipe& recipe, const DatabaseSpec& place) {
  Engine& engine = workspace.engine(place);
  FileLock taking(file_of(place, ".lock"));
  taking.lock();
  for (const KeptDatabase& kept : engine.kept(waiting(place, ""), prefix_of(place, recipe))) {
    if (kept.is_in_use) continue;
    try {
      if (was_changed(kept)) {
        discard(engine, waiting(place, kept.name));
        continue;
      }
      engine.publish(waiting(place, kept.name), place, "", false);
      return true;
    } catch (const Error& error) {
      stop_if_interrupted();
      workspace.progress.detail(fmt::format("pool: {}", error.message()));
    }
  }
  return false;
}

int fill_pool(const Workspace& workspace, const DatabaseSpec& spec) {
  FileLock filling(file_of(spec, ".filling"));
  if (spec.pool.ready == 0 || !filling.try_lock()) return 0;
  const std::optional<Recipe> recipe = recipe_of(workspace, spec, {});
  return recipe ? Filling(workspace, spec, *recipe).fill() : 0;
}

fs::path pool_log(const DatabaseSpec& spec) {
  constexpr std::uintmax_t kMost = 1 << 20;
  const fs::path log = file_of(spec, ".log");
  std::error_code missing;
  if (const auto size = fs::file_size(log, missing); !missing && size > kMost) fs::remove(log);
  return log;
}

}  // namespace provision
