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

/// What a dump without rows leaves undone, the rows of materialized views, becomes a note.
void forget_data(std::vector<ObjectDifference>& differences);

/// A column that a table has from a parent on one side, and of its own on the other, is there on
/// both: what is left of it is in what its fields differ, and that it is `inherited`, unless the
/// table has other parents: that is told of the table.
void compare_inherited(std::vector<ObjectDifference>& differences, const SchemaSnapshot& expected,
                       const SchemaSnapshot& actual);

/// Takes out partitions of ranges that only one side has, which `type` says, and whose table both
/// have, as they are made and dropped while the application runs, with their own partitions. Those
/// of lists and hashes, and the default one, are the schema's own. Returns how many.
int forget_partitions(std::vector<ObjectDifference>& differences, ObjectDifference::Type type);

}  // namespace provision
