// The walk through a history, revision by revision, which no finding ends.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/clean_copy.h"
#include "harness/round_trip.h"
#include "provision/model/revision_graph.h"

namespace harness {

/// What is done with a revision.
enum class Treatment {
  verify,
  upgrade,  ///< its schema is needed, its downgrade is not tried
  stop,     ///< neither it nor what follows is needed
};

struct WalkOptions {
  std::string engine;
  provision::Origin origin = provision::Origin::own;  ///< of the revisions' layout
  std::optional<provision::DatabaseSpec> server;      ///< to use instead of a private one
  std::optional<provision::PythonProject> python;     ///< what runs revisions in Python
  std::string setup;                                  ///< SQL to run first
  std::string setup_file;
  provision::SchemaScope scope;
  provision::DifferencePolicy policy;
  provision::VerifyRules rules;
  bool fail_fast = false;
  /// The revisions are of a folder in which none has, or was meant to have, a way down.
  bool one_way = false;
};

class Walk {
 public:
  Walk(const provision::RevisionGraph& graph, WalkOptions options, provision::Progress& progress);

  /// What a proof by this walk is called in the lock file: "postgresql-15", "postgresql-15+rows".
  std::string proof() const;
  /// Goes through the revisions in graph order. `treatment` is asked about each position before it;
  /// `told` gets each result as it comes.
  void run(const std::function<Treatment(size_t)>& treatment,
           const std::function<void(size_t, const RevisionResult&)>& told);
  /// From where `run` ended down to base; what is there and was not before the first revision is a
  /// finding. Nothing if there is no way down.
  std::optional<RevisionResult> down_to_base();
  /// Tables that did not get the rows that they should have had, with the last reason.
  const std::map<std::string, UnfilledTable>& unfilled() const { return unfilled_; }

 private:
  FillOptions fill_options() const;
  Exemption exemption(const provision::Revision& revision) const;
  RevisionResult step(const provision::Revision& revision, Treatment treatment);
  /// What it needs, however far away, that is not there; empty if nothing.
  std::string missing_for(const provision::Revision& revision) const;
  /// Why it cannot be tried; empty if it can.
  std::string obstacle(const provision::Revision& revision) const;
  /// `revision` in the session.
  Aftermath tried(const provision::Revision& revision, Treatment treatment);
  /// Once more, on empty tables, what failed on filled ones.
  void retry_without_rows(const provision::Revision& revision, Treatment treatment,
                          Aftermath& aftermath);
  /// The same with rows in all tables but those whose rows `failure` is about, where generated
  /// rows cannot know what they ought to be. False where it is no such failure: `failure` is then
  /// the last one, and `aftermath` still what became of it on empty tables.
  bool retry_with_fewer_rows(const provision::Revision& revision, Treatment treatment,
                             provision::Finding& failure, Aftermath& aftermath);
  void start_afresh();
  void go_on_with(const provision::DatabaseSpec& database, const FillOptions& fill);
  void leave_session();

  const provision::RevisionGraph& graph_;
  WalkOptions options_;
  provision::Progress& progress_;
  provision::Scratch scratch_;
  provision::ScriptRunner runner_;
  CleanCopy clean_;
  std::unique_ptr<Session> session_;
  provision::SchemaSnapshot base_;
  std::vector<const provision::Revision*> upgraded_;
  std::map<std::string, UnfilledTable> unfilled_;
  /// Whose upgrade failed or was not tried, and where that began.
  std::map<std::string, std::string> missing_;
};

}  // namespace harness
