#include "provision/model/environment.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "provision/base/error.h"
#include "provision/base/text.h"

namespace provision {
namespace {

constexpr std::array kKinds = {
    std::pair{EnvironmentKind::dev, std::string_view("dev")},
    std::pair{EnvironmentKind::test, std::string_view("test")},
    std::pair{EnvironmentKind::staging, std::string_view("staging")},
    std::pair{EnvironmentKind::production, std::string_view("production")},
};

}  // namespace

std::string_view name_of(EnvironmentKind kind) {
  for (const auto& [known, name] : kKinds) {
    if (known == kind) return name;
  }
  return "production";  // the kind that allows least
}

std::optional<EnvironmentKind> environment_kind(std::string_view name) {
  for (const auto& [kind, known] : kKinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

bool is_disposable(EnvironmentKind kind) {
  return kind == EnvironmentKind::dev || kind == EnvironmentKind::test;
}

std::string DatabaseSpec::label() const {
  return name == "default" ? environment : environment + "/" + name;
}

std::vector<DatabaseSpec> chosen_databases(const Environment& environment,
                                           const std::string& name) {
  if (name.empty()) return environment.databases;
  std::vector<std::string> names;
  for (const DatabaseSpec& spec : environment.databases) {
    if (spec.name == name) return {spec};
    names.push_back(spec.name);
  }
  throw usage_error(fmt::format("environment '{}' has no database '{}'", environment.name, name),
                    name_hint(name, names));
}

}  // namespace provision
