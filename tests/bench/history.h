// Made-up histories of any length, the same ones every time.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace provision::bench {

enum class Dialect { sqlite, postgresql };

struct MadeRevision {
  std::string name;
  std::vector<std::string> up;  ///< statements, without semicolons
  std::vector<std::string> down;
};

/// What a team does to its tables over the years, in the proportions that such histories have.
std::vector<MadeRevision> make_history(int length, Dialect dialect);

/// As revision files of provision in `folder`.
void write_revisions(const std::vector<MadeRevision>& history, const std::filesystem::path& folder);

/// As a script for the database's own client: a transaction and a row of bookkeeping a revision.
std::string client_script(const std::vector<MadeRevision>& history);
/// The same, with each revision up, down and up again.
std::string round_trip_script(const std::vector<MadeRevision>& history);

}  // namespace provision::bench
