// What is read of one side of a comparison, and how.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provision/engine/engines.h"
#include "provision/model/schema.h"
#include "provision/ops/drift/data.h"
#include "provision/ops/drift/migrations.h"

namespace provision {

struct DriftSide {
  std::string label;
  SchemaSnapshot snapshot = {};
  std::string server = {};   ///< "PostgreSQL 15.18 at 10.0.0.3:5432"
  std::string user = {};     ///< that it was read as
  std::string read_at = {};  ///< when; empty for what is no live database
  std::string origin = {};   ///< of one that was made for this: "replayed on scratch"
  std::optional<AppliedRevisions> applied = {};
  std::string record_trouble = {};  ///< why `applied` could not be read, where there is a record
  /// The revisions that it is at, to be said; "base" where it has none.
  std::vector<std::string> at = {};
  /// Rows of seeds, one entry a table, where they were asked for and there are any.
  std::vector<SeededRows> rows = {};
};

struct LiveRead {
  Engine& engine;
  const DatabaseSpec& spec;
  SchemaScope scope = {};
  const Migrations* migrations = nullptr;  ///< to look up which of them it has
  std::vector<SeedTable> seeds = {};       ///< whose rows are read, too
};

/// Reads a live database in a session that changes nothing. When the connection is lost in the
/// middle it is tried once more from the start, so that what is returned is always whole.
DriftSide read_live(const LiveRead& read, std::string label, Progress& progress);

/// Reads a file that `provision snapshot` wrote.
DriftSide read_snapshot_side(const std::filesystem::path& file, std::string label);

/// Leaves out what `scope` does, of a snapshot that was taken without it.
void restrict_to(SchemaSnapshot& snapshot, const SchemaScope& scope);

}  // namespace provision
