#include "provision/ops/doctor.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/ops/gc.h"
#include "provision/ops/servers.h"

namespace provision {
namespace {

const std::vector<Column> kColumns = {{"check"}, {"result"}, {"detail"}};

void add(Table& table, const std::string& check, bool good, const std::string& detail) {
  table.rows.push_back(
      {{check, Tone::name}, good ? Cell("ok", Tone::good) : Cell("wrong", Tone::bad), detail});
}

/// A variable that is not set here is no fault of the project: production's is set elsewhere.
void add_unusable(const Project& project, const std::string& name, const std::string& problem,
                  Table& table, Report& report) {
  const bool unset = problem.find("is not set") != std::string::npos;
  table.rows.push_back({{name, Tone::name},
                        unset ? Cell("not here", Tone::warning) : Cell("wrong", Tone::bad),
                        problem});
  if (unset) return;
  try {
    project.environment(name);
  } catch (const Error& error) {
    report.findings.push_back(
        {"unusable", name, error.message(), error.place().file, error.place().line});
  }
}

/// The same check that a command would fail at first: can its databases be reached, and are its
/// revisions understood?
void check_database(const DatabaseSpec& spec, const Environment& environment, Engines& engines,
                    Table& table, Report& report) {
  try {
    Silent silent;
    const Workspace workspace{.command = "doctor",
                              .environment = environment,
                              .databases = {spec},
                              .engines = engines,
                              .progress = silent,
                              .confirm = nullptr};
    const RevisionGraph graph = workspace.revisions(spec);
    Engine& engine = engines.at(spec.engine);
    std::string detail = "not made yet";
    if (engine.exists(spec)) {
      const ServerFacts facts =
          engine.connect(spec, {.access = Access::read, .application = session_name("doctor")})
              ->facts();
      detail = fmt::format("{} at {}", facts.product, facts.address);
    }
    const std::string server = server_words(engine, spec);
    add(table, spec.label(), true,
        fmt::format("{}; {} revisions{}{}", detail, graph.size(), server.empty() ? "" : "; ",
                    server));
  } catch (const Error& error) {
    add(table, spec.label(), false, error.message());
    report.findings.push_back(
        {"unusable", spec.label(), error.message(), error.place().file, error.place().line});
  }
}

}  // namespace

Report doctor(const Project& project, Engines& engines) {
  Report report;
  report.command = "doctor";
  Table table{"checks", "", kColumns};
  for (const std::string& name : engine_names()) {
    for (const Fact& fact : engines.at(name).diagnose()) {
      table.rows.push_back(
          {{fact.label.empty() ? fact.key : fact.label, Tone::name}, "", fact.value});
    }
  }
  for (const std::string& name : project.environment_names()) {
    const EnvironmentOutline outline = project.outline(name);
    if (!outline.kind && outline.problem.empty()) continue;
    if (!outline.problem.empty()) {
      add_unusable(project, name, outline.problem, table, report);
      continue;
    }
    const Environment environment = project.environment(name);
    for (const DatabaseSpec& spec : environment.databases) {
      check_database(spec, environment, engines, table, report);
    }
  }
  const KeptAmount kept = amount_kept(project, engines);
  constexpr double kMegabyte = 1 << 20;
  table.rows.push_back(
      {{"kept for later", Tone::name},
       "",
       fmt::format("{}, {} made ahead, {} of `run`: {:.0f} MB; `provision gc` removes what is old",
                   counted(static_cast<std::int64_t>(kept.templates), "template"), kept.waiting,
                   kept.of_runs, static_cast<double>(kept.bytes) / kMegabyte)});
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace provision
