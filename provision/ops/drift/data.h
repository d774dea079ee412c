// Rows that seeds list, compared by their keys.
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "provision/base/error.h"
#include "provision/engine/database.h"
#include "provision/model/environment.h"
#include "provision/model/report.h"

namespace provision {

/// The tables whose rows are as much a part of an environment as its schema: those that the seed
/// sets of `spec` keep up to date.
std::vector<SeedTable> compared_seeds(const DatabaseSpec& spec,
                                      const std::filesystem::path& project);

/// What one side has of the rows of a table: by key, the values of the seed's columns.
struct SeededRows {
  bool readable = false;     ///< the table is there, and so are its columns
  std::string trouble = {};  ///< why the rows could not be read: "locked by another session"
  std::vector<std::string> columns = {};  ///< the seed's, or those that its rows are made with
  std::vector<std::string> key = {};
  std::vector<std::string> types = {};  ///< of the columns
  std::map<Row, Row> rows = {};
};

/// Why a table could not be read, if that is no reason to give up on the others: it is locked, or
/// the session may not. Empty for all else.
std::string trouble_of_table(const Error& error);

/// For each of `seeds` the rows that it lists, or all where it lists all that may be there.
std::vector<SeededRows> read_seeded_rows(Database& database, const std::vector<SeedTable>& seeds);

/// Writes booleans and numbers as every engine can have them: '1' for true, no zeros at the end.
void make_portable(std::vector<SeededRows>& all);

/// "genres", "shop.genres".
std::string name_of_table(const SeedTable& seed);

/// A finding for each table whose rows differ. What one side has no such table of is left to the
/// comparison of schemas.
std::vector<Finding> data_findings(const std::vector<SeedTable>& seeds,
                                   const std::vector<SeededRows>& expected,
                                   const std::vector<SeededRows>& actual);

}  // namespace provision
