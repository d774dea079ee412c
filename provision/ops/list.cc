#include "provision/ops/list.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/text.h"

namespace provision {
namespace {

std::vector<Cell> row_of(const EnvironmentOutline& outline) {
  std::vector<std::string> databases;
  for (const EnvironmentOutline::Database& database : outline.databases) {
    databases.push_back(database.name +
                        (database.engine.empty() ? "" : " (" + database.engine + ")"));
  }
  const std::string note = !outline.problem.empty() ? outline.problem
                           : !outline.kind          ? "only for others to extend"
                                                    : "";
  return {{outline.name, Tone::name},
          outline.kind ? Cell(std::string(name_of(*outline.kind))) : Cell(),
          Cell(Value(outline.is_default)),
          Cell(Value(databases)),
          {note, outline.problem.empty() ? Tone::dim : Tone::warning}};
}

void add_values(Table& table, const Project& project, const EnvironmentOutline& outline) {
  const std::vector<ConfiguredValue> values = outline.problem.empty()
                                                  ? project.environment(outline.name).values
                                                  : project.written_values(outline.name);
  for (const ConfiguredValue& value : values) {
    table.rows.push_back(
        {outline.name, {value.key, Tone::name}, value.value, {value.origin, Tone::dim}});
  }
}

}  // namespace

Report list(const Project& project, const std::string& only, bool values) {
  Report report;
  report.command = "list";
  Table environments{
      "environments",
      "",
      {{"environment"}, {"kind"}, {"is_default", "default"}, {"databases"}, {"note"}},
      {},
      "there are no environments"};
  Table details{"values", "", {{"environment"}, {"key"}, {"value"}, {"origin"}}};
  // One that is named and unusable is an error; among all of them it is a row with a reason. Its
  // values are what helps to mend it.
  if (!only.empty()) {
    const EnvironmentOutline outline = project.outline(only);
    if (!values) project.environment(only);
    environments.rows.push_back(row_of(outline));
    if (values) add_values(details, project, outline);
  } else {
    for (const std::string& name : project.environment_names()) {
      const EnvironmentOutline outline = project.outline(name);
      environments.rows.push_back(row_of(outline));
      if (outline.kind && values) add_values(details, project, outline);
    }
  }
  report.tables.push_back(std::move(environments));
  if (values) report.tables.push_back(std::move(details));
  return report;
}

}  // namespace provision
