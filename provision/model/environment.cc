#include "provision/model/environment.h"

#include <array>
#include <utility>

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

}  // namespace provision
