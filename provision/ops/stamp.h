// `stamp`: setting what a database is said to have, without running anything.
#pragma once

#include <string>
#include <vector>

#include "provision/ops/workspace.h"

namespace provision {

struct StampOptions {
  std::vector<std::string> targets = {};  ///< "base" forgets everything
  bool purge = false;                     ///< forget all rows first, also those that no file has
  bool adopt = false;   ///< make the database this environment's, whatever it says of itself
  bool accept = false;  ///< take the files as they are now for applied revisions that were edited
};

Report stamp(const Workspace& workspace, const StampOptions& options);

/// The SQL that `stamp` would run on a database that has what the chosen one has.
Report stamp_sql(const Workspace& workspace, const StampOptions& options);

}  // namespace provision
