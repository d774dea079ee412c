// What two schemas must not be told apart by: who owned scratch, another engine, another version.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/model/schema_difference.h"

namespace provision {

/// For a side that is compared with scratch. Migrations do not say who runs them, so that who owns
/// most of it is as good as nobody; nor do they say anything of the database itself but its
/// settings. `tell_owner` writes down the owner that goes without saying, the database's.
void tell_owner(SchemaSnapshot& snapshot);
std::string usual_owner(const SchemaSnapshot& snapshot);
void forget_owner(SchemaSnapshot& snapshot, std::string_view owner);
void forget_server(SchemaSnapshot& snapshot);

/// What both engines have, in the same words: tables, columns with their family of types, keys,
/// indexes, and views by name.
SchemaSnapshot portable(const SchemaSnapshot& snapshot);

/// "15" of "15.18".
std::string_view major_of(std::string_view version);

/// Takes out what two versions of a server merely write differently; definitions whose text only
/// the server knows how to compare become differences of class `server`.
void forget_versions(std::vector<ObjectDifference>& differences);

/// Takes out partitions that only one side has and whose table both have, as they are made and
/// dropped while the application runs: the extra ones, and the missing ones if `both_live`. Returns
/// how many.
int forget_partitions(std::vector<ObjectDifference>& differences, bool both_live);

}  // namespace provision
