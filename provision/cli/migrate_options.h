// The arguments that `upgrade` and `downgrade` share.
#pragma once

#include <string>

#include "provision/ops/migrate.h"

namespace CLI {
class App;
}

namespace provision::cli {

struct MigrateArguments {
  std::string target;
  bool sql = false;
  bool dry_run = false;
  std::string resume;  ///< "again" or "done"
  std::string tag;

  /// Throws usage Error for a `resume` that is neither.
  MigrateOptions to_options() const;
};

void add_migrate_options(CLI::App& app, MigrateArguments& arguments);

}  // namespace provision::cli
