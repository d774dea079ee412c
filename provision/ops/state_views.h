// The state of a database as views of constants. A project's autogenerate takes every table for one
// that it has to drop; views it does not look at.
#pragma once

#include <string>
#include <vector>

#include "provision/ops/state.h"

namespace provision {

/// A seed set that was applied.
struct SeedMark {
  std::string set;
  std::string digest;
  std::string at;
  std::string by;
};

/// True if the revisions of `spec` belong to a tool that compares tables with models.
bool keeps_state_in_views(const DatabaseSpec& spec);

class StateViews {
 public:
  explicit StateViews(const Dialect& dialect) : dialect_(dialect), names_(dialect) {}

  /// The statements that make all of them for a new identity of `spec`.
  std::string creation(const DatabaseSpec& spec, bool created) const;
  /// Those that put `identity`, or `seeds`, in the place of what is there.
  std::string identity(const Identity& identity) const;
  std::string seeds(const std::vector<SeedMark>& seeds) const;

 private:
  std::string moment(const std::string& at) const;
  std::string empty(const char* name, const std::vector<std::string>& columns) const;

  const Dialect& dialect_;
  StateSql names_;
};

/// Who `spec` is from now on, made by provision or found.
Identity new_identity(const DatabaseSpec& spec, bool created);

}  // namespace provision
