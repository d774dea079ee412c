// A project whose revisions Alembic runs, and the databases that it is pointed at.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "provision/engine/engine.h"

namespace provision {

struct PythonProject {
  std::filesystem::path root;    ///< what messages name files relative to
  std::filesystem::path folder;  ///< that of env.py
  std::string python;            ///< the interpreter; empty: found
  std::string app;               ///< as FLASK_APP has it; empty: found
  std::map<std::string, std::string> variables;  ///< "{url}" stands for the database
};

/// The project of `spec`, whose migrations are those of `folder`.
PythonProject python_project(const DatabaseSpec& spec, const std::filesystem::path& folder,
                             const std::filesystem::path& root);

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
                           std::string bind = {});

}  // namespace provision
