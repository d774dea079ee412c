// What a revision leaves changed of roles, which belong to the server and not to the database.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "provision/model/report.h"

namespace harness {

/// Facts of each role, by its name.
using RoleFacts = std::map<std::string, std::vector<std::string>>;

/// True if a script like `text` may change roles.
bool may_change_roles(std::string_view text);

/// Roles that were there `before` and are others, or gone, `after`. Only of those that `text`
/// names: the server may have more users than us. A role that came is no difference: what else is
/// on the server may need it, and many scripts leave one on purpose.
std::vector<provision::Difference> role_differences(const RoleFacts& before, const RoleFacts& after,
                                                    std::string_view text);

}  // namespace harness
