// A scratch database in use: what it holds, as it was last seen.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "harness/fill.h"
#include "harness/rows.h"
#include "provision/engine/schema_reader.h"
#include "provision/ops/scratch.h"

namespace harness {

/// What a step did to schema and rows.
struct Changes {
  provision::SchemaChanges schema;
  RowsChanges rows;
};

class Session {
 public:
  Session(provision::Scratch& scratch, const provision::DatabaseSpec& spec,
          const provision::SchemaScope& scope, const FillOptions& fill);

  const provision::DatabaseSpec& spec() const { return spec_; }
  provision::Database& database() { return *database_; }
  provision::SchemaReader& reader() { return *reader_; }
  const provision::SchemaSnapshot& begin() const { return begin_; }
  /// Of the schema as it was last seen.
  std::string fingerprint() const { return fingerprint_.text(); }

  /// Gives every table its rows. Those that could not be filled are returned, as they are said.
  std::vector<UnfilledTable> fill();
  /// What changed since the last look, or since `fill`. To be called within the step's transaction,
  /// if it has one (`in_transaction`).
  Changes look(bool in_transaction);
  /// Instead of `look`, where nobody asks what the step changed.
  void pass(bool in_transaction);
  /// To be called before a step that is looked at, outside of it.
  void catch_up();

 private:
  provision::DatabaseSpec spec_;
  FillOptions fill_;
  std::unique_ptr<provision::Database> database_;
  std::unique_ptr<provision::SchemaReader> reader_;
  Filler filler_;
  RowReader rows_;
  provision::SchemaSnapshot begin_;
  provision::Fingerprint fingerprint_;
  std::set<std::string> touched_;  ///< since the last `fill`
  bool is_all_touched_ = true;
  bool is_behind_ = false;  ///< a step was passed
};

}  // namespace harness
