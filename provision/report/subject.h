// What checks, findings and compared objects are about: a name within a database.
#pragma once

#include <string_view>
#include <utility>

#include "provision/model/report.h"

namespace provision {

/// Database and name: several databases may have revisions and objects of one name. Views into what
/// it was made from.
using Subject = std::pair<std::string_view, std::string_view>;

inline Subject subject_of(const Check& check) { return {check.database, check.id}; }
inline Subject subject_of(const Finding& finding) { return {finding.database, finding.subject}; }

}  // namespace provision
