#include "provision/ops/drift_compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <future>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/ops/drift_equivalence.h"
#include "provision/ops/drift_head.h"
#include "provision/ops/drift_normalise.h"
#include "provision/ops/drift_saved.h"
#include "provision/ops/seed.h"
#include "provision/ops/state.h"

namespace provision {
namespace {

using Kind = DriftSource::Kind;

bool is_on_scratch(const DriftSubject& subject) {
  return subject.source.kind == Kind::head || subject.source.kind == Kind::schema;
}

std::string label_of(const DriftSubject& subject) {
  const DriftSource& source = subject.source;
  if (source.databases.size() < 2 || subject.spec == nullptr) return source.label;
  return fmt::format("{}/{}", source.label, subject.spec->name);
}

/// The migrations that one of the two speaks of: those of a head, else of the side that has any.
std::optional<Migrations> migrations_of(const DriftSubject& expected, const DriftSubject& actual) {
  for (const DriftSubject* subject : {&expected, &actual}) {
    if (subject->source.kind != Kind::head) continue;
    return read_migrations(*subject->spec, subject->source.environment->project);
  }
  for (const DriftSubject* subject : {&actual, &expected}) {
    if (subject->spec == nullptr || !subject->source.environment) continue;
    auto found = find_migrations_of(*subject->spec, subject->source.environment->project);
    if (found) return found;
  }
  return std::nullopt;
}

SchemaScope scope_of(const DriftSubject& expected, const DriftSubject& actual,
                     const std::optional<Migrations>& migrations) {
  SchemaScope scope;
  std::set<std::string> schemas;
  for (const DriftSubject* subject : {&expected, &actual}) {
    if (subject->spec != nullptr) {
      schemas.insert(subject->spec->schemas.begin(), subject->spec->schemas.end());
    }
  }
  scope.schemas.assign(schemas.begin(), schemas.end());
  if (migrations) scope.left_out = migrations->version_tables;
  return scope;
}

DriftRules rules_of(const DriftSubject& expected, const DriftSubject& actual) {
  DriftRules rules;
  if (expected.source.environment) rules = expected.source.environment->drift;
  if (!actual.source.environment || actual.source.environment == expected.source.environment) {
    return rules;
  }
  const DriftRules& more = actual.source.environment->drift;
  rules.ignore.insert(rules.ignore.end(), more.ignore.begin(), more.ignore.end());
  rules.policy = more.policy;
  return rules;
}

/// Of a snapshot that was kept, the file is known by its name.
std::filesystem::path file_of(const DriftSubject& subject) {
  return subject.spec == nullptr ? subject.source.file
                                 : saved_file(*subject.spec, subject.source.file.string());
}

/// What is expected and what is there, read or made.
class Sides {
 public:
  Sides(Engines& engines, DriftScratch& scratch, const DriftOptions& options, Progress& progress)
      : engines_(engines), scratch_(scratch), options_(options), progress_(progress) {}

  void read(const DriftSubject& expected, const DriftSubject& actual, DriftResult& result) {
    scope_ = scope_of(expected, actual, result.migrations);
    // Both at once: each is one server's work.
    auto left = begun(expected, result);
    auto right = begun(actual, result);
    if (left.valid()) result.expected = left.get();
    if (right.valid()) result.actual = right.get();
    if (!options_.save.empty()) save_snapshot(*actual.spec, options_.save, result.actual.snapshot);
    make(expected, result.expected, result.actual, actual, result);
    make(actual, result.actual, result.expected, expected, result);
  }

 private:
  std::future<DriftSide> begun(const DriftSubject& subject, const DriftResult& result) {
    const std::string label = label_of(subject);
    if (is_on_scratch(subject)) return {};
    if (subject.read != nullptr) {
      return std::async(std::launch::deferred, [&subject] { return *subject.read; });
    }
    if (subject.source.kind == Kind::snapshot) {
      return std::async(std::launch::deferred, [this, label, file = file_of(subject)] {
        DriftSide side = read_snapshot_side(file, label);
        restrict_to(side.snapshot, scope_);
        return side;
      });
    }
    LiveRead read{.engine = engines_.at(subject.spec->engine),
                  .spec = *subject.spec,
                  .scope = scope_,
                  .migrations = result.migrations ? &*result.migrations : nullptr,
                  .seeds = result.seeds};
    return std::async(std::launch::async, [this, label, read] {
      try {
        return read_live(read, label, progress_);
      } catch (const Error& error) {
        throw error.within(fmt::format("cannot read '{}'", label));
      }
    });
  }

  /// Makes `side` if it is one that is made on scratch; a head waits for what it is compared with.
  void make(const DriftSubject& subject, DriftSide& side, DriftSide& other,
            const DriftSubject& other_subject, DriftResult& result) {
    if (!is_on_scratch(subject)) return;
    if (subject.source.kind == Kind::schema) {
      if (other.snapshot.engine.empty() && other_subject.source.kind != Kind::head) {
        throw usage_error("two schema files do not say for which engine they are",
                          "compare one with a database, a snapshot or head");
      }
      if (other.snapshot.engine.empty()) make(other_subject, other, side, subject, result);
      load(subject, side, other);
    } else if (side.snapshot.engine.empty()) {
      replay(subject, side, other, result);
    }
  }

  void load(const DriftSubject& subject, DriftSide& side, DriftSide& other) {
    side.label = label_of(subject);
    progress_.step(fmt::format("load {}", side.label));
    const Stopwatch watch;
    forget(other);
    ScratchSession session =
        scratch_.loaded(other.snapshot.engine, subject.source.file, scope_, roles_);
    take(session, side, "loaded on scratch");
    progress_.done(watch.elapsed());
  }

  void replay(const DriftSubject& subject, DriftSide& side, DriftSide& other, DriftResult& result) {
    const Migrations& migrations = *result.migrations;
    side.label = label_of(subject);
    const RevisionSet revisions = revisions_of_head(migrations, options_, other);
    side.at = migrations.graph.tips(revisions);
    for (const Revision& revision : migrations.graph.revisions()) {
      if (!revisions.contains(revision.id)) result.pending.push_back(&revision);
    }
    forget(other);
    if (result.seeds.empty() && is_proven(migrations, revisions, other)) {
      side.snapshot = other.snapshot;
      side.origin = "proven by provision.lock, no scratch database was needed";
      return;
    }
    progress_.step(fmt::format("replay {} on scratch",
                               counted(static_cast<std::int64_t>(revisions.size()), "revision")));
    const Stopwatch watch;
    ScratchSession session =
        scratch_.replayed(*subject.spec, migrations, revisions, scope_, roles_);
    take(session, side, "replayed on scratch");
    if (!result.seeds.empty()) seed(subject, *session.database, side, result);
    progress_.done(watch.elapsed());
  }

  /// What the seeds make of the tables is what is expected of their rows.
  void seed(const DriftSubject& subject, Database& database, DriftSide& side,
            const DriftResult& result) {
    const Workspace workspace{.command = "drift",
                              .environment = *subject.source.environment,
                              .databases = {*subject.spec},
                              .engines = engines_,
                              .progress = progress_};
    Table unused;
    try {
      State(database).ensure(*subject.spec);
      seed_database(workspace, *subject.spec, database, subject.spec->seeds, unused);
    } catch (const Error& error) {
      throw error.within("cannot seed scratch");
    }
    side.rows = read_seeded_rows(database, result.seeds);
  }

  void take(ScratchSession& session, DriftSide& side, std::string origin) {
    side.snapshot = session.reader->snapshot();
    side.server = fmt::format("{} {}", side.snapshot.engine, side.snapshot.version);
    side.origin = std::move(origin);
    forget_owner(side.snapshot, owner_);
    forget_server(side.snapshot);
  }

  /// Once, for the next time there is nothing left to tell by.
  void forget(DriftSide& other) {
    if (forgotten_) return;
    forgotten_ = true;
    roles_ = roles_in(other.snapshot);
    tell_owner(other.snapshot);
    owner_ = usual_owner(other.snapshot);
    forget_owner(other.snapshot, owner_);
    forget_server(other.snapshot);
  }

  Engines& engines_;
  DriftScratch& scratch_;
  const DriftOptions& options_;
  Progress& progress_;
  SchemaScope scope_;
  std::string owner_;            ///< who owns most of the side that scratch is compared with
  std::set<std::string> roles_;  ///< that it speaks of
  bool forgotten_ = false;
};

std::vector<SeedTable> seeds_of(const DriftSubject& expected, const DriftSubject& actual) {
  for (const DriftSubject* subject : {&actual, &expected}) {
    if (subject->spec == nullptr || !subject->source.environment) continue;
    return compared_seeds(*subject->spec, subject->source.environment->project);
  }
  return {};
}

void compare_rows(DriftResult& result) {
  if (result.seeds.empty()) return;
  for (const DriftSide* side : {&result.expected, &result.actual}) {
    if (!side->rows.empty()) continue;
    result.notes.push_back(fmt::format("rows are not compared: '{}' has none", side->label));
    return;
  }
  auto found = data_findings(result.seeds, result.expected.rows, result.actual.rows);
  std::move(found.begin(), found.end(), std::back_inserter(result.findings));
}

/// Families are said only where both engines have one for the type.
void forget_unknown_families(std::vector<ObjectDifference>& differences) {
  for (ObjectDifference& one : differences) {
    std::erase_if(one.fields, [](const FieldDifference& field) {
      return field.name == "type" && (!field.expected || !field.actual);
    });
  }
  std::erase_if(differences, [](const ObjectDifference& one) {
    return one.type == ObjectDifference::Type::changed && one.fields.empty();
  });
}

}  // namespace

DriftResult DriftComparer::compare(const DriftSubject& expected, const DriftSubject& actual) {
  if (expected.source.kind == Kind::head && actual.source.kind == Kind::head) {
    throw usage_error("head is compared with itself", "say what it is to be compared with");
  }
  DriftResult result;
  if (actual.spec != nullptr) result.database = actual.spec->name;
  result.migrations = migrations_of(expected, actual);
  if (options_.data) result.seeds = seeds_of(expected, actual);
  Sides(engines_, scratch_, options_, progress_).read(expected, actual, result);
  compare_rows(result);
  if (result.migrations) {
    for (const DriftSide* side : {&result.expected, &result.actual}) {
      auto found = revision_findings(*result.migrations, *side);
      std::move(found.begin(), found.end(), std::back_inserter(result.findings));
    }
  }

  SchemaSnapshot& left = result.expected.snapshot;
  SchemaSnapshot& right = result.actual.snapshot;
  if (left.engine != right.engine) {
    left = portable(left);
    right = portable(right);
    result.notes.push_back(
        fmt::format("{} and {} are compared by what both have: tables, columns with their family "
                    "of types, keys, indexes, and views by name",
                    left.engine, right.engine));
  }
  DriftEquivalence equivalence(scratch_, left, right);
  result.differences = difference(
      left, right, [&](const SchemaObject& a, const SchemaObject& b) { return equivalence(a, b); });
  if (!equivalence.trouble().empty()) {
    result.notes.push_back(
        "expressions are compared as they are written, for want of a scratch "
        "server: " +
        equivalence.trouble());
  }
  if (left.engine != right.engine) {
    forget_unknown_families(result.differences);
  } else if (major_of(left.version) != major_of(right.version)) {
    forget_versions(result.differences);
    result.notes.push_back(fmt::format(
        "version {} is compared with {}: what they merely write differently is left out",
        left.version, right.version));
  }
  if (!options_.partitions) {
    const bool both_live = !is_on_scratch(expected) && !is_on_scratch(actual);
    result.partitions = forget_partitions(result.differences, both_live);
  }
  const DriftRules rules = rules_of(expected, actual);
  result.policy = rules.policy;
  result.ignored = ignore(result.differences, rules);
  result.renames = likely_renames(result.differences);
  return result;
}

std::vector<DriftComparer::ReadAttempt> DriftComparer::read_all(
    const DriftSubject& expected, const std::vector<DriftSubject>& members) {
  constexpr size_t kAtOnce = 8;
  std::vector<ReadAttempt> attempts(members.size());
  if (members.empty()) return attempts;
  const std::optional<Migrations> migrations = migrations_of(expected, members.front());
  const SchemaScope scope = scope_of(expected, members.front(), migrations);
  Engine& engine = engines_.at(members.front().spec->engine);
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < members.size(); i = next++) {
      const LiveRead read{.engine = engine,
                          .spec = *members[i].spec,
                          .scope = scope,
                          .migrations = migrations ? &*migrations : nullptr};
      try {
        attempts[i].side = read_live(read, members[i].spec->name, progress_);
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::unavailable && error.kind() != ErrorKind::refused) throw;
        attempts[i].trouble = error.message();
      }
    }
  };
  std::vector<std::future<void>> workers;
  for (size_t i = 0; i < std::min(kAtOnce, members.size()); ++i) {
    workers.push_back(std::async(std::launch::async, work));
  }
  for (std::future<void>& worker : workers) worker.get();
  return attempts;
}

}  // namespace provision
