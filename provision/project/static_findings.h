// What is wrong with a revision as it stands in its file, told without running it.
#pragma once

#include <string>
#include <vector>

#include "provision/base/error.h"
#include "provision/model/revision.h"

namespace provision {

struct StaticFinding {
  enum class Kind {
    long_id,          ///< Alembic's version table has no room for it
    no_downgrade,     ///< there is no such function
    empty_downgrade,  ///< it does nothing, and the upgrade does something
    raising_downgrade,
  };

  Kind kind = Kind::long_id;
  std::string message;  ///< "the downgrade is empty"
  Place place;
};

/// Of a revision in Python; nothing is said of any other.
std::vector<StaticFinding> static_findings(const Revision& revision);

}  // namespace provision
