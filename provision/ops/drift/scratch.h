// What a side of a comparison is made to be: migrations replayed, a script run, on scratch.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "provision/ops/drift/migrations.h"
#include "provision/ops/scratch.h"

namespace provision {

/// A database on scratch and a session with it.
struct ScratchSession {
  DatabaseSpec spec;
  std::unique_ptr<Database> database;
  std::unique_ptr<SchemaReader> reader;
};

/// Scratch of each engine, made when it is first needed.
class DriftScratch {
 public:
  explicit DriftScratch(Progress& progress) : progress_(progress) {}

  /// A database with `revisions` of `migrations`, in graph order, and what `model` says that its
  /// databases have from the start. `roles` may be named by the scripts: those that are not there
  /// are made. Throws Error with the place of a statement that is refused.
  ScratchSession replayed(const DatabaseSpec& model, const Migrations& migrations,
                          const RevisionSet& revisions, const SchemaScope& scope,
                          const std::set<std::string>& roles);
  /// A database that the script `file` was run in.
  ScratchSession loaded(const std::string& engine, const std::filesystem::path& file,
                        const SchemaScope& scope, const std::set<std::string>& roles);
  ScratchSession empty(const DatabaseSpec& model);

 private:
  Scratch& at(const std::string& engine);
  ScratchSession begun(const DatabaseSpec& model, const std::set<std::string>& roles);

  Progress& progress_;
  std::map<std::string, std::unique_ptr<Scratch>> scratch_;
};

/// The roles that the objects of `snapshot` speak of.
std::set<std::string> roles_in(const SchemaSnapshot& snapshot);

}  // namespace provision
