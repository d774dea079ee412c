#include "provision/ops/python/python_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/hash.h"
#include "provision/base/variables.h"
#include "provision/ops/python/interpreter.h"
#include "provision/project/python_imports.h"
#include "provision/project/python_source.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

/// Folders of other people's packages, and what Python and tools keep for themselves.
bool is_own_folder(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return !name.starts_with('.') && name != "__pycache__" && name != "node_modules" &&
         !fs::exists(folder / "pyvenv.cfg");
}

/// The files below `folder`, sorted, with those of which `wanted` says yes.
template <typename Predicate>
void add_files_below(const fs::path& folder, Predicate wanted, std::set<fs::path>& files) {
  std::error_code unreadable;
  fs::recursive_directory_iterator entries(folder, unreadable);
  for (; entries != fs::recursive_directory_iterator(); entries.increment(unreadable)) {
    if (entries->is_directory()) {
      if (!is_own_folder(entries->path())) entries.disable_recursion_pending();
    } else if (entries->is_regular_file() && wanted(entries->path())) {
      files.insert(entries->path());
    }
  }
}

bool is_python(const fs::path& path) { return path.extension() == ".py"; }

/// True where it imports what no text names.
bool imports_by_name(const PythonReferences& references, std::string_view text) {
  const auto is_loader = [](const PythonImport& import) {
    return import.module.starts_with("importlib") || import.module.starts_with("pkgutil") ||
           import.module.starts_with("werkzeug.utils");
  };
  return std::any_of(references.imports.begin(), references.imports.end(), is_loader) ||
         text.find("__import__") != std::string_view::npos;
}

class Sources {
 public:
  Sources(const PythonProject& project, const RevisionGraph& graph)
      : project_(project), variables_(current_variables()) {
    for (const Revision& revision : graph.revisions()) {
      revisions_.insert((project.root / revision.place.file).lexically_normal());
    }
    add_bases();
  }

  std::string digest() {
    for (const fs::path& revision : revisions_) follow(revision);
    std::set<fs::path> own;
    add_files_below(
        project_.folder, [](const fs::path& path) { return path.extension() != ".pyc"; }, own);
    if (!project_.config.empty()) own.insert(project_.config);
    for (const fs::path& file : own) add(file);
    if (project_.is_flask || !project_.app.empty()) add_application();
    while (!found_.empty()) {
      const fs::path next = found_.back();
      found_.pop_back();
      follow(next);
    }
    return hashed();
  }

 private:
  /// Where Python may look for modules.
  void add_bases() {
    const fs::path from = project_.config.empty() ? project_.folder : project_.config.parent_path();
    for (const fs::path& start : {project_.folder, from}) {
      for (fs::path at = start; is_within(at, project_.root); at = at.parent_path()) {
        bases_.push_back(at);
        for (const char* name : {"src", "lib"}) bases_.push_back(at / name);
        if (at == project_.root || at == at.parent_path()) break;
      }
    }
  }

  /// What makes the application may lie in any module beside the migrations.
  void add_application() {
    const fs::path place = project_.folder.parent_path();
    for (const char* name : {".env", ".flaskenv"}) add(place / name);
    std::error_code unreadable;
    for (const auto& entry : fs::directory_iterator(place, unreadable)) {
      if (is_python(entry.path())) add(entry.path());
      add(entry.path() / "__init__.py");
    }
  }

  void add(const fs::path& path) {
    const fs::path file = path.lexically_normal();
    std::error_code missing;
    if (revisions_.contains(file) || files_.contains(file)) return;
    if (!fs::is_regular_file(file, missing)) return;
    files_.insert(file);
    if (is_python(file)) found_.push_back(file);
  }

  void add_module(const fs::path& base, const std::string& module) {
    fs::path at = base;
    for (size_t begin = 0; begin < module.size();) {
      const size_t end = std::min(module.find('.', begin), module.size());
      const std::string name = module.substr(begin, end - begin);
      add(at / (name + ".py"));
      at /= name;
      add(at / "__init__.py");
      begin = end + 1;
    }
  }

  void add_import(const PythonImport& import, const fs::path& file) {
    std::vector<fs::path> bases = bases_;
    if (import.level > 0) {
      fs::path base = file.parent_path();
      for (int i = 1; i < import.level; ++i) base = base.parent_path();
      bases = {base};
    } else {
      bases.push_back(file.parent_path());
    }
    for (const fs::path& base : bases) {
      add_module(base, import.module);
      const std::string lead = import.module.empty() ? "" : import.module + ".";
      for (const std::string& name : import.names) add_module(base, lead + name);
    }
  }

  /// A file of the project, or a variable, that the code in `file` names.
  void add_named(const std::string& text, const fs::path& file) {
    constexpr size_t kLongest = 200;
    if (text.empty() || text.size() > kLongest || text.find('\n') != std::string::npos) return;
    if (const auto value = find_variable(variables_, text)) named_[text] = *value;
    if (text.find('.') == std::string::npos) return;
    for (const fs::path& base : bases_) add(base / text);
    add(file.parent_path() / text);
  }

  void follow(const fs::path& file) {
    std::string text;
    PythonReferences references;
    try {
      text = read_python_source(file, file.string());
      references = python_references(text, file.string());
    } catch (const Error&) {
      return;  // Python will say what is wrong with it
    }
    for (const PythonImport& import : references.imports) add_import(import, file);
    for (const std::string& name : references.strings) add_named(name, file);
    if (!imports_by_name(references, text)) return;
    std::set<fs::path> all;
    add_files_below(file.parent_path(), &is_python, all);
    for (const fs::path& one : all) add(one);
  }

  std::string hashed() {
    // What each of our own runs says anew says nothing.
    for (const char* url : {"DATABASE_URL", "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_DATABASE_URL",
                            "FLASK_SQLALCHEMY_DATABASE_URI"}) {
      named_.erase(url);
    }
    Sha256 digest;
    const auto part = [&](std::string_view text) {
      digest.add(fmt::format("{}:", text.size()));
      digest.add(text);
    };
    const fs::path python = find_interpreter(project_.python, project_.folder, project_.root);
    for (const std::string& text :
         {python.string(), packages_of(python), project_.section, project_.bind, project_.app}) {
      part(text);
    }
    for (const auto& [name, value] : project_.variables) named_[name] = value;
    named_["FLASK_APP"] = find_variable(variables_, "FLASK_APP").value_or("");
    for (const auto& [name, value] : named_) part(name + "=" + value);
    for (const fs::path& file : files_) {
      part(shown_path(file, project_.root));
      part(read_bytes(file));
    }
    return digest.text();
  }

  const PythonProject& project_;
  Variables variables_;
  std::set<fs::path> revisions_;
  std::vector<fs::path> bases_;
  std::set<fs::path> files_;
  std::vector<fs::path> found_;  ///< of `files_`, and not yet read
  std::map<std::string, std::string> named_;
};

}  // namespace

std::string digest_of_surroundings(const PythonProject& project, const RevisionGraph& graph) {
  return Sources(project, graph).digest();
}

}  // namespace provision
