#include "provision/ops/workspace.h"

#include <fmt/format.h>

#include <thread>

#include "provision/base/error.h"
#include "provision/base/interrupt.h"
#include "provision/base/whoami.h"
#include "provision/ops/python/python_migration.h"
#include "provision/project/layout.h"

namespace provision {

std::unique_ptr<Database> Workspace::connect(const DatabaseSpec& spec, Access access) const {
  return engine(spec).connect(
      spec, {.access = access, .application = session_name(command), .lock_timeout = lock_timeout});
}

RevisionGraph Workspace::revisions(const DatabaseSpec& spec) const {
  RevisionGraph graph = read_revisions(spec.migrations, layout_choice(spec), environment.project);
  if (graph.version_table().is_known_to_python) ask_version_table(*this, spec, graph);
  return graph;
}

const DatabaseSpec& Workspace::only_database() const {
  if (databases.size() == 1) return databases.front();
  throw usage_error(fmt::format("'{}' has {} databases and this needs one of them",
                                environment.name, databases.size()),
                    fmt::format("say which: --database {}", databases.front().name));
}

Column Workspace::database_column() const {
  return {"database", "", databases.size() > 1 ? Shown::always : Shown::json_only};
}

Report Workspace::report() const {
  Report report;
  report.command = command;
  report.facts.push_back({"environment", "", environment.name, Shown::json_only});
  return report;
}

void lock_run(Database& database, const std::string& label, std::chrono::milliseconds timeout,
              Progress& progress) {
  using namespace std::chrono_literals;
  const Stopwatch waited;
  std::chrono::milliseconds pause = 25ms;
  bool told = false;
  while (const auto holder = database.try_lock()) {
    stop_if_interrupted();
    if (waited.elapsed() >= timeout) {
      throw unavailable(fmt::format("'{}' is locked by {}", label, holder->description),
                        "wait for it, or give more time with --lock-timeout SECONDS");
    }
    if (!told) progress.note(fmt::format("waiting for {}", holder->description));
    told = true;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(500));
  }
}

}  // namespace provision
