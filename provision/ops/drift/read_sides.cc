#include "provision/ops/drift/read_sides.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/engine/engines.h"
#include "provision/ops/drift/head.h"
#include "provision/ops/drift/normalise.h"
#include "provision/ops/drift/saved.h"
#include "provision/ops/seed.h"
#include "provision/ops/state.h"

namespace provision {
namespace {

using Kind = DriftSource::Kind;

std::string label_of(const DriftSubject& subject) {
  const DriftSource& source = subject.source;
  if (source.databases.size() < 2 || subject.spec == nullptr) return source.label;
  return fmt::format("{}/{}", source.label, subject.spec->name);
}

/// Of a snapshot that was kept, the file is known by its name.
std::filesystem::path file_of(const DriftSubject& subject) {
  if (subject.spec != nullptr && !subject.source.files.empty()) {
    return subject.source.files.at(subject.spec->name);
  }
  return subject.spec == nullptr ? subject.source.file
                                 : saved_file(*subject.spec, subject.source.file.string());
}

/// Engines give hints for what an environment says; a URL stands for itself.
Error with_hint_for_url(const Error& error) {
  const auto is_about = [&](std::string_view word) {
    return error.hint().find(word) != std::string::npos;
  };
  std::string hint = error.hint();
  if (is_about("`provision create`")) hint = "is the URL right?";
  if (is_about("`password_file`")) {
    hint =
        "is the password right? `--left-url-env` and `--right-url-env` take a URL from a variable";
  }
  return Error(error.kind(), error.message(), std::move(hint)).with_code(error.code());
}

}  // namespace

bool is_on_scratch(const DriftSubject& subject) {
  return subject.source.kind == Kind::head || subject.source.kind == Kind::schema;
}

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

void DriftSides::read(const DriftSubject& expected, const DriftSubject& actual,
                      DriftResult& result) {
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

std::future<DriftSide> DriftSides::begun(const DriftSubject& subject, const DriftResult& result) {
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
  return std::async(std::launch::async,
                    [this, label, read, is_of_environment = subject.source.environment != nullptr] {
                      try {
                        return read_live(read, label, progress_);
                      } catch (const Error& error) {
                        const Error known = is_of_environment ? error : with_hint_for_url(error);
                        throw known.within(fmt::format("cannot read '{}'", label));
                      }
                    });
}

/// Makes `side` if it is one that is made on scratch; a head waits for what it is compared with.
void DriftSides::make(const DriftSubject& subject, DriftSide& side, DriftSide& other,
                      const DriftSubject& other_subject, DriftResult& result) {
  if (!is_on_scratch(subject)) return;
  if (subject.source.kind == Kind::schema) {
    if (other.snapshot.engine.empty() && other_subject.source.kind == Kind::head) {
      make(other_subject, other, side, subject, result);
    }
    load(subject, side, other);
  } else if (side.snapshot.engine.empty()) {
    replay(subject, side, other, result);
  }
}

void DriftSides::load(const DriftSubject& subject, DriftSide& side, DriftSide& other) {
  side.label = label_of(subject);
  progress_.step(fmt::format("load {}", side.label));
  const Stopwatch watch;
  const std::string engine =
      other.snapshot.engine.empty() ? options_.engine : other.snapshot.engine;
  if (engine.empty()) {
    throw usage_error("two schema files do not say for which engine they are",
                      fmt::format("say `--engine NAME`; known: {}", joined(engine_names(), ", ")));
  }
  if (!other.snapshot.engine.empty()) forget(other);
  ScratchSession session = scratch_.loaded(engine, subject.source.file, scope_, roles_);
  take(session, side, "loaded on scratch");
  progress_.done(watch.elapsed());
}

void DriftSides::replay(const DriftSubject& subject, DriftSide& side, DriftSide& other,
                        DriftResult& result) {
  const Migrations& migrations = *result.migrations;
  side.label = label_of(subject);
  const RevisionSet revisions = revisions_of_head(migrations, options_, other);
  side.at = migrations.graph.tips(revisions);
  for (const Revision& revision : migrations.graph.revisions()) {
    const bool is_applied = other.applied && other.applied->known.contains(revision.id);
    if (!is_applied && !revisions.contains(revision.id)) result.pending.push_back(&revision);
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
  ScratchSession session = scratch_.replayed(*subject.spec, migrations, revisions, scope_, roles_);
  take(session, side, "replayed on scratch");
  if (!result.seeds.empty()) seed(subject, *session.database, side, result);
  progress_.done(watch.elapsed());
}

/// What the seeds make of the tables is what is expected of their rows.
void DriftSides::seed(const DriftSubject& subject, Database& database, DriftSide& side,
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

void DriftSides::take(ScratchSession& session, DriftSide& side, std::string origin) {
  side.snapshot = session.reader->only_snapshot();
  side.server = session.database->facts().product;
  side.origin = std::move(origin);
  forget_owner(side.snapshot, owner_);
  forget_server(side.snapshot);
}

/// Once, for the next time there is nothing left to tell by.
void DriftSides::forget(DriftSide& other) {
  if (forgotten_) return;
  forgotten_ = true;
  roles_ = roles_in(other.snapshot);
  tell_owner(other.snapshot);
  owner_ = usual_owner(other.snapshot);
  forget_owner(other.snapshot, owner_);
  forget_server(other.snapshot);
}

}  // namespace provision
