#include "provision/ops/drift/scratch.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/ops/script_runner.h"

namespace provision {
namespace {

constexpr std::string_view kPrivilege = "privilege to ";

void must_be_runnable(const Revision& revision, const std::string& engine) {
  const std::string hint = "compare with `snapshot:FILE` or another environment instead of head";
  if (revision.skipped) {
    throw usage_error(
        revision.place,
        fmt::format("revision '{}' cannot be replayed: {}", revision.id, *revision.skipped), hint);
  }
  if (revision.script(Direction::up, engine) == nullptr) {
    throw usage_error(revision.place,
                      fmt::format("revision '{}' has no text for {}", revision.id, engine), hint);
  }
}

}  // namespace

std::set<std::string> roles_in(const SchemaSnapshot& snapshot) {
  std::set<std::string> roles;
  for (const SchemaObject& object : snapshot.objects) {
    for (const Field& field : object.fields) {
      if (field.name == "owner" || field.name == "server owner") roles.insert(field.value);
      if (!field.name.starts_with(kPrivilege)) continue;
      const std::string role = field.name.substr(kPrivilege.size());
      if (role != "public") roles.insert(role);
    }
  }
  std::erase_if(roles, [](const std::string& role) { return role.starts_with("pg_"); });
  return roles;
}

Scratch& DriftScratch::at(const std::string& engine) {
  std::unique_ptr<Scratch>& scratch = scratch_[engine];
  if (!scratch) scratch = std::make_unique<Scratch>(engine, std::nullopt, progress_);
  return *scratch;
}

ScratchSession DriftScratch::begun(const DatabaseSpec& model, const std::set<std::string>& roles) {
  Scratch& scratch = at(model.engine);
  ScratchSession session;
  session.spec = scratch.create_like(model);
  session.database = scratch.connect(session.spec);
  const std::set<std::string> known = scratch.roles();
  for (const std::string& role : roles) {
    if (!known.contains(role)) session.database->execute("CREATE ROLE " + sql_identifier(role));
  }
  return session;
}

ScratchSession DriftScratch::empty(const DatabaseSpec& model) { return begun(model, {}); }

ScratchSession DriftScratch::replayed(const DatabaseSpec& model, const Migrations& migrations,
                                      const RevisionSet& revisions, const SchemaScope& scope,
                                      const std::set<std::string>& roles) {
  ScratchSession session = begun(model, roles);
  ScriptRunner runner(at(model.engine).engine(), migrations.origin, migrations.python, progress_);
  const auto run = [&](const Revision& revision, const Script& script) {
    try {
      runner.run(session.spec, *session.database, revision, script, [] {});
    } catch (const Error& error) {
      throw error.within(fmt::format("cannot replay revision '{}' on scratch", revision.id));
    }
  };
  const Revision setup{.id = "version tables", .up = {{.text = migrations.setup}}};
  if (!migrations.setup.empty()) run(setup, setup.up.front());
  for (const Revision& revision : migrations.graph.revisions()) {
    if (!revisions.contains(revision.id)) continue;
    must_be_runnable(revision, model.engine);
    run(revision, *revision.script(Direction::up, model.engine));
  }
  session.reader = session.database->schema_reader(scope);
  return session;
}

ScratchSession DriftScratch::loaded(const std::string& engine, const std::filesystem::path& file,
                                    const SchemaScope& scope, const std::set<std::string>& roles) {
  DatabaseSpec model;
  model.engine = engine;
  ScratchSession session = begun(model, roles);
  const std::string shown = file.filename().string();
  const Revision script{.id = shown, .place = {shown, 0}, .up = {{.text = read_text(file)}}};
  ScriptRunner runner(at(engine).engine(), Origin::foreign, std::nullopt, progress_);
  try {
    runner.run(session.spec, *session.database, script, script.up.front(), [] {});
  } catch (const Error& error) {
    throw error.within("cannot load the schema on scratch");
  }
  // A dump leaves its session with settings of its own.
  session.database = at(engine).connect(session.spec);
  session.reader = session.database->schema_reader(scope);
  return session;
}

}  // namespace provision
