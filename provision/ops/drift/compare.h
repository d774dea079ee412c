// The comparison of two databases, from reading both to what differs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provision/model/drift/drift.h"
#include "provision/ops/drift/scratch.h"
#include "provision/ops/drift/side.h"
#include "provision/ops/drift/source.h"

namespace provision {

struct DriftOptions {
  std::string at;           ///< the revision of head; empty: the one that the other side has
  bool partitions = false;  ///< those made while the application runs are differences, too
  bool data = false;        ///< rows of seeds as well
  bool hash_bodies = false;
  std::string engine;  ///< of two schema files, which do not say
  std::string save;    ///< keep what was read of the actual side by this name
};

/// One database of a source.
struct DriftSubject {
  const DriftSource& source;
  const DatabaseSpec* spec = nullptr;  ///< of a database or a head
  const DriftSide* read = nullptr;     ///< what it holds, if that is known already
};

/// What is known of two databases once they are compared.
struct DriftResult {
  std::string database;  ///< its name, where several are compared
  DriftSide expected;
  DriftSide actual;
  std::vector<ObjectDifference> differences = {};
  DifferencePolicy policy = {};
  std::vector<Ignored> ignored = {};
  std::vector<LikelyRename> renames = {};
  std::vector<Finding> findings = {};  ///< of revisions and rows
  std::vector<const Revision*> pending = {};
  std::optional<Migrations> migrations = {};  ///< that `pending` points into
  std::vector<SeedTable> seeds = {};          ///< whose rows are compared
  int partitions = 0;                         ///< left out
  std::vector<std::string> notes = {};        ///< how it was compared
};

class DriftComparer {
 public:
  DriftComparer(Engines& engines, DriftScratch& scratch, const DriftOptions& options,
                Progress& progress)
      : engines_(engines), scratch_(scratch), options_(options), progress_(progress) {}

  /// Throws Error where one of the two cannot be read: there is no half answer.
  DriftResult compare(const DriftSubject& expected, const DriftSubject& actual);

  /// What became of reading one of many.
  struct ReadAttempt {
    std::optional<DriftSide> side;
    std::string trouble;  ///< why there is none
  };
  /// Reads `members` as for a comparison with `expected`, several at once.
  std::vector<ReadAttempt> read_all(const DriftSubject& expected,
                                    const std::vector<DriftSubject>& members);

 private:
  Engines& engines_;
  DriftScratch& scratch_;
  const DriftOptions& options_;
  Progress& progress_;
};

}  // namespace provision
