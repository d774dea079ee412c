// A project whose revisions Alembic runs, and the databases that it is pointed at.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provision/engine/engine.h"
#include "provision/model/revision_graph.h"

namespace provision {

struct PythonProject {
  std::filesystem::path root;    ///< what messages name files relative to
  std::filesystem::path folder;  ///< that of env.py
  std::filesystem::path config;  ///< alembic.ini or pyproject.toml; empty: there is none
  std::string section;           ///< of `config`
  bool is_flask = false;         ///< Flask-Migrate's
  std::string python;            ///< the interpreter; empty: found
  std::string app;               ///< as FLASK_APP has it; empty: found
  std::string bind;  ///< the database's key among several of the project; empty: the default
  std::map<std::string, std::string> variables;  ///< "{url}" stands for the database
  std::chrono::seconds step_timeout{300};        ///< of a step on scratch: what hangs is killed
};

/// The project that runs the revisions of `graph`, those of `spec`, or would if there were any;
/// nothing where they are SQL.
std::optional<PythonProject> python_project(const RevisionGraph& graph, const DatabaseSpec& spec,
                                            const std::filesystem::path& root);

/// What the project calls the database of `spec`, where several of `environment` share its folder:
/// its name, or nothing for `default`.
std::string bind_of(const Environment& environment, const DatabaseSpec& spec);

/// A database that a Python project is to use, and what proves that it does.
struct PythonTarget {
  DatabaseSpec spec;      ///< located
  std::string bind;       ///< its key among several of one project; empty: the default
  std::string conninfo;   ///< as the engine's own client is told
  std::string object_id;  ///< the database's
  std::string nonce;      ///< the mark of a session with it that lives; empty where none is needed
};

/// Marks `database`, a session with the database of `spec` that must outlive the target's use.
PythonTarget python_target(Engine& engine, const DatabaseSpec& spec, Database& database,
                           const std::string& bind);

}  // namespace provision
