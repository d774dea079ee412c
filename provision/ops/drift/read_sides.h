// Both sides of a comparison, read or made.
#pragma once

#include <future>
#include <optional>
#include <set>
#include <string>

#include "provision/ops/drift/compare.h"

namespace provision {

/// True for what has to be made before it can be read.
bool is_on_scratch(const DriftSubject& subject);

/// The migrations that one of the two speaks of: those of a head, else of the side that has any.
std::optional<Migrations> migrations_of(const DriftSubject& expected, const DriftSubject& actual);

SchemaScope scope_of(const DriftSubject& expected, const DriftSubject& actual,
                     const std::optional<Migrations>& migrations);

class DriftSides {
 public:
  DriftSides(Engines& engines, DriftScratch& scratch, const DriftOptions& options,
             Progress& progress)
      : engines_(engines), scratch_(scratch), options_(options), progress_(progress) {}

  /// Fills in both sides of `result`, whose migrations and seeds are known, and what is pending.
  void read(const DriftSubject& expected, const DriftSubject& actual, DriftResult& result);

 private:
  std::future<DriftSide> begun(const DriftSubject& subject, const DriftResult& result);
  void make(const DriftSubject& subject, DriftSide& side, DriftSide& other,
            const DriftSubject& other_subject, DriftResult& result);
  void load(const DriftSubject& subject, DriftSide& side, DriftSide& other);
  void replay(const DriftSubject& subject, DriftSide& side, DriftSide& other, DriftResult& result);
  void seed(const DriftSubject& subject, Database& database, DriftSide& side,
            const DriftResult& result);
  void take(ScratchSession& session, DriftSide& side, std::string origin);
  void forget(DriftSide& other);

  Engines& engines_;
  DriftScratch& scratch_;
  const DriftOptions& options_;
  Progress& progress_;
  SchemaScope scope_;
  std::string owner_;            ///< who owns most of the side that scratch is compared with
  std::set<std::string> roles_;  ///< that it speaks of
  bool forgotten_ = false;
};

}  // namespace provision
