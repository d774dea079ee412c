// The verification of one history: which revisions, by how many workers, with what result.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "harness/verify.h"

namespace harness {

/// The verification of one subject.
class Verification {
 public:
  Verification(const Subject& subject, const VerifyOptions& options, provision::Progress& progress)
      : subject_(subject),
        options_(options),
        progress_(progress),
        results_(subject.graph.size()),
        seen_(subject.graph.size()) {}

  void run();
  void report_to(provision::Report& report) const;

 private:
  const std::vector<provision::Revision>& revisions() const { return subject_.graph.revisions(); }
  void choose(const Walk& walk);
  size_t workers() const;
  void find_edits();
  void find_exemptions_of_nothing();
  Treatment treatment(Part part, size_t position) const;
  void work(Walk& walk, Part part);
  void work_together(std::vector<std::unique_ptr<Walk>>& walks, const std::vector<Part>& jobs);
  bool needs_way_to_base() const;
  void walk_to_base(Walk& walk);
  void settle_the_rest();
  void update_lock() const;
  void add_unfilled(provision::Report& report) const;
  void add_findings(provision::Report& report, const RevisionResult& result) const;
  std::filesystem::path lock_path() const { return provision::lock_file_path(subject_.migrations); }

  const Subject& subject_;
  const VerifyOptions& options_;
  provision::Progress& progress_;
  provision::LockFile locked_;
  std::string proof_;
  Selection selection_;
  Part part_;
  std::vector<RevisionResult> results_;
  std::vector<bool> seen_;
  std::vector<RevisionResult> further_;  ///< of no revision: base, exemptions of unknown ones
  std::map<std::string, UnfilledTable> unfilled_;
  std::mutex mutex_;
  std::atomic<bool> stop_ = false;
};

}  // namespace harness
