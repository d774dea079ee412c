#include "provision/ops/doctor.h"

#include <CLI/CLI.hpp>

#include "provision/cli/command.h"

namespace provision::cli {
namespace {

Action declare(CLI::App&) {
  return [](Context& context) { return doctor(context.project(), context.engines()); };
}

}  // namespace

Command doctor_command() {
  return {"doctor", kEnvironments, "Check this machine and every environment", "provision doctor",
          &declare};
}

}  // namespace provision::cli
