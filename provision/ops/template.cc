#include "provision/ops/template.h"

#include <fmt/format.h>

#include <chrono>

#include "provision/base/hash.h"
#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/ops/ledger.h"
#include "provision/ops/own_database.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolder = "templates";

fs::path folder_of(const fs::path& work_folder) { return work_folder / kFolder; }

/// A failure that says nothing of the template: somebody wants us to stop, or may not copy at all.
bool is_no_fault_of_template(const Error& error) {
  return error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated ||
         error.code() == "42501";
}

/// True if `database` has what the first `links` links of `recipe` make.
bool has_links(Database& database, const Recipe& recipe, size_t links) {
  const size_t revisions = std::min(links, recipe.revisions.size());
  Ledger ledger(database, recipe.graph);
  State& state = ledger.state();
  const std::vector<AppliedRevision> applied = ledger.applied();
  bool is_right = applied.size() == revisions;
  for (const AppliedRevision& known : applied) {
    const Revision* revision = recipe.graph.find(known.id);
    is_right = is_right && revision != nullptr &&
               (known.checksum.empty() || checksum(*revision) == known.checksum);
  }
  for (size_t i = 0; is_right && i + revisions < links; ++i) {
    is_right = state.seed_digest(recipe.seeds[i]) == recipe.seed_digests[i];
  }
  return is_right;
}

}  // namespace

Templates::Templates(const Workspace& workspace, const DatabaseSpec& spec)
    : workspace_(workspace), spec_(spec), engine_(workspace.engine(spec)) {
  make_folder(use_mark(spec.work_folder, "").parent_path());
  look();
}

void Templates::look() {
  sealed_.clear();
  for (const KeptDatabase& kept : engine_.kept(place(""), kTemplatePrefix)) {
    const std::string name = kept.name.substr(0, kept.name.find('.'));
    if (kept.is_sealed) sealed_.insert(name);
  }
}

DatabaseSpec Templates::place(const std::string& name) const {
  return own_database(spec_, kFolder, name);
}

DatabaseSpec Templates::place_to_build() const {
  return place(std::string(kBuildingPrefix) + random_hex(8));
}

fs::path Templates::lock_of(const std::string& name) const {
  // By the last digit of the name: locks stay for good, and sixteen are enough.
  return folder_of(spec_.work_folder) / fmt::format("building-{}.lock", name.back());
}

bool Templates::copy(const Recipe& recipe, size_t links, const DatabaseSpec& to) {
  const std::string& name = recipe.names.at(links);
  if (!has(name)) return false;
  try {
    engine_.copy(place(name), to);
    make_own(recipe, links, to);
    note_use(name);
    return true;
  } catch (const Error& error) {
    if (is_no_fault_of_template(error)) throw;
    workspace_.progress.detail(fmt::format("template '{}': {}", name, error.message()));
    trouble_ = error;
  }
  discard(engine_, to);
  try {
    discard(engine_, place(name));
  } catch (const Error& error) {
    // Another process copies it; it is not used here in any case.
    workspace_.progress.detail(fmt::format("template '{}': {}", name, error.message()));
  }
  sealed_.erase(name);
  return false;
}

void Templates::throw_trouble() const { throw trouble_; }

void Templates::make_own(const Recipe& recipe, size_t links, const DatabaseSpec& copied) {
  const auto database = engine_.connect(
      copied,
      {.access = Access::write, .application = session_name(workspace_.command), .scratch = true});
  if (!has_links(*database, recipe, links)) throw refused("it has not what its name says");
  Transaction transaction(*database);
  State(*database).take_over(copied);
  transaction.commit();
}

bool Templates::has_contents(const Recipe& recipe, size_t links, const DatabaseSpec& built) const {
  const auto database =
      engine_.connect(built, {.application = session_name(workspace_.command), .scratch = true});
  return has_links(*database, recipe, links);
}

bool Templates::seal(const DatabaseSpec& built, const std::string& name) {
  look();
  bool is_sealed = has(name);
  try {
    // Somebody who shares the server but not our locks was faster: theirs is as good.
    if (is_sealed) {
      discard(engine_, built);
    } else {
      discard(engine_, place(name));
      is_sealed = engine_.seal(built, place(name));
    }
  } catch (const Error& error) {
    constexpr std::string_view kExists = "42P04";
    if (error.code() != kExists) throw;
    discard(engine_, built);
    is_sealed = true;
  }
  if (!is_sealed) return false;
  sealed_.insert(name);
  note_use(name);
  return true;
}

void Templates::note_use(const std::string& name) const {
  const fs::path mark = use_mark(spec_.work_folder, name);
  std::error_code missing;
  fs::last_write_time(mark, fs::file_time_type::clock::now(), missing);
  if (missing) write_file(mark, "");
}

fs::path use_mark(const fs::path& work_folder, const std::string& name) {
  return folder_of(work_folder) / "used" / name;
}

}  // namespace provision
