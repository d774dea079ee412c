#include "provision/ops/gc.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <iterator>
#include <set>

#include "provision/base/error.h"
#include "provision/base/whoami.h"
#include "provision/ops/own_database.h"
#include "provision/ops/pool.h"
#include "provision/ops/run.h"
#include "provision/ops/state.h"
#include "provision/ops/template.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

/// A server, or a working folder, by one of its databases.
struct Home {
  DatabaseSpec spec;
  Engine& engine;
};

using Visit = std::function<void(const Home&)>;

/// The databases of all environments that can be used now.
std::vector<DatabaseSpec> usable_databases(const Project& project) {
  std::vector<DatabaseSpec> found;
  for (const std::string& name : project.environment_names()) {
    const EnvironmentOutline outline = project.outline(name);
    if (!outline.kind || !outline.problem.empty()) continue;
    const Environment environment = project.environment(name);
    found.insert(found.end(), environment.databases.begin(), environment.databases.end());
  }
  return found;
}

/// Those that may be made and dropped at will: where templates, pools and databases of `run` are.
std::vector<DatabaseSpec> disposable_databases(const Project& project) {
  std::vector<DatabaseSpec> found = usable_databases(project);
  std::erase_if(found, [](const DatabaseSpec& spec) { return !is_disposable(spec.kind); });
  return found;
}

/// Visits each server and folder once; what cannot be reached is told in `unreachable`.
void for_homes(const std::vector<DatabaseSpec>& databases, Engines& engines, const Visit& visit,
               std::vector<Leftover>& unreachable) {
  std::set<std::string> visited;
  for (const DatabaseSpec& spec : databases) {
    Engine& engine = engines.at(spec.engine);
    try {
      // What was never started has nothing.
      if (spec.server == Server::managed && spec.location.path.empty() &&
          engine.kept(spec, "").empty()) {
        continue;
      }
      const Location at = engine.located(spec).location;
      const std::string place =
          at.path.empty() ? at.host + ":" + at.port : spec.work_folder.string();
      if (visited.insert(place).second) visit({spec, engine});
    } catch (const Error& error) {
      unreachable.push_back({.what = fmt::format("server of '{}'", spec.label()),
                             .place = spec.location.url(),
                             .trouble = error.message()});
    }
  }
}

std::string without_ending(const std::string& name) { return name.substr(0, name.find('.')); }

DatabaseSpec place_of(const Home& home, std::string_view folder, const KeptDatabase& kept) {
  return own_database(home.spec, folder, without_ending(kept.name));
}

std::vector<KeptDatabase> kept_in(const Home& home, std::string_view folder,
                                  std::string_view prefix) {
  return home.engine.kept(own_database(home.spec, folder, ""), prefix, true);
}

/// When a template was last used here, or else when it was made.
std::string last_use(const Home& home, const KeptDatabase& kept) {
  struct stat status {};
  const fs::path mark = use_mark(home.spec.work_folder, without_ending(kept.name));
  if (::stat(mark.c_str(), &status) != 0) return kept.made_at;
  std::tm parts{};
  ::gmtime_r(&status.st_mtime, &parts);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:09}Z", parts, status.st_mtim.tv_nsec);
}

class Collection {
 public:
  Collection(const GcOptions& options, std::vector<DatabaseSpec> databases)
      : options_(options),
        databases_(std::move(databases)),
        oldest_(utc_before(options.older_than)) {}

  void collect(const Home& home) {
    collect_templates(home);
    collect_pools(home);
    collect_runs(home);
  }
  std::vector<Leftover> found;

 private:
  void remove(const Home& home, const std::string& what, const DatabaseSpec& spec) {
    Leftover leftover{.what = what, .place = spec.location.url()};
    try {
      if (!options_.dry_run) {
        discard(home.engine, spec);
        std::error_code ignored;
        fs::remove(use_mark(spec.work_folder, without_ending(kept_name(spec))), ignored);
      }
    } catch (const Error& error) {
      leftover.trouble = error.message();
    }
    found.push_back(std::move(leftover));
  }

  void collect_templates(const Home& home) {
    std::vector<std::pair<std::string, KeptDatabase>> by_use;
    for (const KeptDatabase& kept : kept_in(home, "templates", kTemplatePrefix)) {
      by_use.emplace_back(kept.is_sealed ? last_use(home, kept) : "", kept);
    }
    std::sort(by_use.begin(), by_use.end(),
              [](const auto& a, const auto& b) { return a.first > b.first; });
    std::int64_t bytes = 0;
    size_t count = 0;
    for (const auto& [used, kept] : by_use) {
      bytes += kept.size;
      const bool is_too_much = ++count > options_.keep || bytes > options_.most_bytes;
      if (used <= oldest_ || is_too_much) {
        remove(home, "template", place_of(home, "templates", kept));
      }
    }
  }

  void collect_pools(const Home& home) {
    for (const DatabaseSpec& spec : databases_) {
      if (spec.engine != home.spec.engine || spec.pool.ready > 0) continue;
      for (const KeptDatabase& kept : kept_in(home, "pool", pool_prefix(spec))) {
        remove(home, "database made ahead", place_of(home, "pool", kept));
      }
    }
  }

  /// Those that a living run has are claimed.
  void collect_runs(const Home& home) {
    for (const KeptDatabase& kept : kept_in(home, "run", kRunPrefix)) {
      const DatabaseSpec spec = place_of(home, "run", kept);
      if (kept.is_in_use || is_claimed(spec)) continue;
      const auto identity = State(*home.engine.connect(spec, {.access = Access::read})).identity();
      if (identity && identity->created_at <= oldest_) remove(home, "kept database", spec);
    }
  }

  const GcOptions& options_;
  std::vector<DatabaseSpec> databases_;
  std::string oldest_;
};

void collect_claims(const std::vector<DatabaseSpec>& databases, Engines& engines, bool dry_run,
                    std::vector<Leftover>& found) {
  const auto find = [&](const std::string& environment, const std::string& database) {
    std::optional<DatabaseSpec> known;
    for (const DatabaseSpec& spec : databases) {
      if (spec.environment == environment && spec.name == database) known = spec;
    }
    return known;
  };
  if (databases.empty()) return;
  found = sweep_claims(databases.front().work_folder, find, engines, dry_run);
}

}  // namespace

std::vector<Leftover> collect_kept(const Project& project, Engines& engines,
                                   const GcOptions& options) {
  const std::vector<DatabaseSpec> databases = disposable_databases(project);
  Collection collection(options, databases);
  // A restore that was killed leaves one in any environment.
  collect_claims(usable_databases(project), engines, options.dry_run, collection.found);
  std::vector<Leftover> unreachable;
  for_homes(
      databases, engines, [&](const Home& home) { collection.collect(home); }, unreachable);
  std::move(unreachable.begin(), unreachable.end(), std::back_inserter(collection.found));
  return collection.found;
}

KeptAmount amount_kept(const Project& project, Engines& engines) {
  KeptAmount amount;
  std::vector<Leftover> unreachable;
  const auto add = [&](const Home& home, std::string_view folder, std::string_view prefix,
                       size_t& count) {
    for (const KeptDatabase& kept : kept_in(home, folder, prefix)) {
      ++count;
      amount.bytes += kept.size;
    }
  };
  for_homes(
      disposable_databases(project), engines,
      [&](const Home& home) {
        add(home, "templates", kTemplatePrefix, amount.templates);
        add(home, "pool", kPoolPrefix, amount.waiting);
        add(home, "run", kRunPrefix, amount.of_runs);
      },
      unreachable);
  return amount;
}

}  // namespace provision
