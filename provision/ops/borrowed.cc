#include "provision/ops/borrowed.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/hash.h"
#include "provision/base/interrupt.h"
#include "provision/ops/fresh.h"
#include "provision/ops/turn.h"

namespace provision {
namespace {

void must_be_disposable(const Workspace& workspace) {
  const Environment& environment = workspace.environment;
  if (is_disposable(environment.kind)) return;
  throw usage_error(fmt::format("will not make databases for a command: environment '{}' is {}",
                                environment.name, name_of(environment.kind)),
                    "`-e` names one of kind dev or test");
}

const std::filesystem::path& work_folder(const Workspace& workspace) {
  return workspace.databases.front().work_folder;
}

/// Removes what owners left that were killed.
void sweep(const Workspace& workspace) {
  const auto find = [&](const std::string& environment, const std::string& database) {
    std::optional<DatabaseSpec> found;
    for (const DatabaseSpec& spec : workspace.environment.databases) {
      if (environment == spec.environment && database == spec.name) found = spec;
    }
    return found;
  };
  sweep_claims(work_folder(workspace), find, workspace.engines, false);
}

}  // namespace

BorrowedDatabases::BorrowedDatabases(const Workspace& workspace, const FreshOptions& contents,
                                     const Refill& refill)
    : workspace_(workspace) {
  must_be_disposable(workspace);
  const Turn turn(work_folder(workspace));
  sweep(workspace);
  for (const DatabaseSpec& spec : workspace.databases) make(spec, contents, refill);
}

BorrowedDatabases::~BorrowedDatabases() {
  const CleaningUp cleaning;
  try {
    const Turn turn(work_folder(workspace_));
    databases_.clear();
  } catch (const std::exception&) {
    // Without a turn, then: what cannot be removed is left to the next who sweeps.
  }
}

std::vector<DatabaseSpec> BorrowedDatabases::located() const {
  std::vector<DatabaseSpec> specs;
  for (const auto& database : databases_) {
    specs.push_back(workspace_.engine(database->spec()).located(database->spec()));
  }
  return specs;
}

void BorrowedDatabases::keep() {
  for (const auto& database : databases_) database->keep();
}

void BorrowedDatabases::make(const DatabaseSpec& spec, FreshOptions contents,
                             const Refill& refill) {
  const bool has_pool = spec.pool.ready > 0;
  databases_.push_back(std::make_unique<Passing>(
      workspace_.engine(spec), own_database(spec, "run", std::string(kRunPrefix) + random_hex(8)),
      has_pool));
  contents.from_pool = has_pool;
  FreshTables tables(workspace_);
  make_fresh(workspace_, databases_.back()->spec(), contents, tables);
  if (has_pool && refill) refill(spec);
}

std::string url_for_programs(const Location& location) {
  const std::string url = location.url_with_password();
  if (location.path.empty()) return url;
  const size_t colon = url.find(':') + 1;
  return fmt::format("{}///{}", url.substr(0, colon), url.substr(colon));
}

}  // namespace provision
