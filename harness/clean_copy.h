// A database that has only been upgraded, for the walk to go on from after a finding.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/fill.h"
#include "provision/ops/scratch.h"
#include "provision/ops/script_runner.h"

namespace harness {

/// Lags behind the walk, and is brought forward when a copy of it is needed, so that each upgrade
/// is replayed at most once, but for those before a revision that needs empty tables.
class CleanCopy {
 public:
  /// Before each upgrade every table is given the rows of `fill`.
  CleanCopy(provision::Scratch& scratch, provision::ScriptRunner& runner, FillOptions fill)
      : scratch_(scratch), runner_(runner), fill_(std::move(fill)) {}

  /// Begins with `setup`, SQL that the history expects to have run before it.
  void begin(const std::string& setup, const std::string& setup_file);
  /// A new database with the upgrades of `revisions`, which begin as those of the call before. What
  /// revisions left beside their database (roles) is removed first, so that nobody else may be
  /// connected to a database that needs it.
  provision::DatabaseSpec with(const std::vector<const provision::Revision*>& revisions);
  /// The same, but no table was given rows; `with` goes on from there, and gives none before the
  /// next revision either. Nothing if one of them fails on empty tables; `with` is then as before.
  std::optional<provision::DatabaseSpec> without_rows(
      const std::vector<const provision::Revision*>& revisions);

 private:
  void make();
  void make_again(size_t without_rows);

  provision::Scratch& scratch_;
  provision::ScriptRunner& runner_;
  FillOptions fill_;
  provision::Revision setup_;  ///< kept, for the runner knows scripts by where they are
  std::optional<provision::DatabaseSpec> clean_;
  std::set<std::string> first_roles_;  ///< of the server, before all
  std::set<std::string> roles_;        ///< of the server, when `clean_` was left
  size_t upgraded_ = 0;
  size_t without_rows_ = 0;  ///< so many revisions are upgraded on empty tables
};

}  // namespace harness
