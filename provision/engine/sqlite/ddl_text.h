// SQL that is compared as text, written in one way.
#pragma once

#include <set>
#include <string>

#include "provision/engine/sqlite/ddl_cursor.h"

namespace provision::sqlite {

/// Names that a text in double quotes may stand for; what it does not, it is a string.
using Names = std::set<std::string, std::less<>>;

/// `tokens` as text that says nothing of how they were written: keywords and names in lower case,
/// quotes only where a name needs them, one blank where there is one, no `main.`, no comments.
/// With `names`, what stands in double quotes and is none of them is the string that SQLite takes
/// it for. Lines break after semicolons and before the clauses of a query.
std::string normalised(Tokens tokens, const Names* names = nullptr);

/// A name as it is written in SQL, with quotes where it needs them; `name` is in lower case.
std::string written(const std::string& name);

/// "a, b": `names` as they are written in SQL.
std::string written(const std::vector<std::string>& names);

/// True if the two differ in nothing but names in quotes that one of them writes as strings: SQLite
/// writes strings in double quotes anew when any column is renamed or dropped. `names` are those
/// that are no strings.
bool same_but_for_quotes(std::string_view one, std::string_view other, const Names& names);

}  // namespace provision::sqlite
