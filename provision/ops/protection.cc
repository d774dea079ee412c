#include "provision/ops/protection.h"

#include <fmt/format.h>

#include "provision/base/error.h"

namespace provision {

std::string objection(const DatabaseSpec& spec, const std::optional<Identity>& identity) {
  if (!is_disposable(spec.kind)) {
    return fmt::format("environment '{}' is {}", spec.environment, name_of(spec.kind));
  }
  if (!identity) return "the database does not say that provision made it";
  const auto kind = environment_kind(identity->kind);
  if (!kind || !is_disposable(*kind)) {
    return fmt::format("the database says that it is {} ('{}')", identity->kind,
                       identity->environment);
  }
  if (identity->environment != spec.environment) {
    return fmt::format("the database says that it belongs to '{}'", identity->environment);
  }
  if (!identity->created) return "the database was there before provision knew it";
  return {};
}

std::string name_of_database(const DatabaseSpec& spec) {
  return spec.location.path.empty() ? spec.location.database
                                    : spec.location.path.filename().string();
}

void must_be_confirmed(const Workspace& workspace, const DatabaseSpec& spec,
                       const std::string& reason) {
  const std::string name = name_of_database(spec);
  const std::string question = fmt::format(
      "{}: {}. All that is in it will be lost. Type its name, {}, to go on:", workspace.command,
      reason, name);
  if (workspace.confirm && workspace.confirm(question, name)) return;
  throw usage_error(fmt::format("will not {} '{}': {}", workspace.command, spec.label(), reason),
                    "nothing was changed; at a terminal, a person can type the database's name");
}

std::string condemned(const Workspace& workspace, const DatabaseSpec& spec, bool ask_always) {
  // Not to be read only: on some engines that takes a copy of the whole.
  const auto database = workspace.connect(spec, Access::write);
  const std::string reason = objection(spec, State(*database).identity());
  if (!reason.empty()) {
    must_be_confirmed(workspace, spec, reason);
  } else if (ask_always) {
    must_be_confirmed(workspace, spec, "it was not confirmed (--yes does that)");
  }
  return database->facts().object_id;
}

}  // namespace provision
