#include "provision/project/alembic_revision.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/project/foreign_files.h"
#include "provision/project/python_module.h"
#include "provision/project/python_source.h"
#include "provision/project/python_values.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kId = "revision";
constexpr std::string_view kParents = "down_revision";
constexpr std::string_view kLabels = "branch_labels";
constexpr std::string_view kDependencies = "depends_on";
constexpr std::array kVariables = {kId, kParents, kLabels, kDependencies};

/// "1a2b" of "1a2b.py": where Alembic 0.1 had the id.
std::string id_in_name(const fs::path& path) {
  const std::string stem = path.stem().string();
  return stem.find_first_not_of("0123456789abcdef") == std::string::npos ? stem : std::string();
}

/// The first paragraph of a docstring, on one line: what Alembic shows for a message.
std::string message_of(const PythonModule& module) {
  const std::string docstring = module.docstring.value_or("");
  std::string message;
  for (const std::string_view line : lines_of(trimmed(docstring))) {
    if (line.empty()) break;
    message += (message.empty() ? "" : " ") + std::string(trimmed(line));
  }
  return message;
}

Script script_of(const PythonFunction& function, const std::string& file) {
  const bool is_empty = body_of(function.text).kind == PythonBody::Kind::empty;
  return {.engine = {}, .text = is_empty ? "" : function.text, .line = function.line, .file = file};
}

class FileReader {
 public:
  explicit FileReader(const AlembicFile& file)
      : file_(file),
        source_(read_python_source(file.path, file.shown)),
        module_(parse_python_module(source_, file.shown)) {}

  /// True if what it says of itself is more than literals.
  bool needs_python() const {
    const auto is_unknown = [&](std::string_view name) {
      const PythonAssignment* assigned = module_.assigned(name);
      return assigned != nullptr && !assigned->value;
    };
    return std::any_of(kVariables.begin(), kVariables.end(), is_unknown) ||
           (module_.assigned(kId) == nullptr && id_in_name(file_.path).empty());
  }

  /// Takes what Python says of the file instead.
  void take(PythonValues values) {
    if (!values.trouble.empty()) {
      throw usage_error(Place{file_.shown, values.line}, values.trouble,
                        "Alembic's variables can be told without running the file where they are "
                        "made of literals");
    }
    module_.assignments = std::move(values.assignments);
  }

  Revision revision() && {
    Revision revision;
    revision.language = ScriptLanguage::python;
    revision.place = {file_.shown, 0};
    revision.id = id(revision.place.line);
    if (module_.assigned(kParents) == nullptr) {
      throw usage_error(revision.place, "the file has no 'down_revision'",
                        "a first revision says 'down_revision = None'");
    }
    revision.parents = items(kParents);
    revision.labels = items(kLabels);
    revision.depends_on = items(kDependencies);
    revision.message = message_of(module_);
    if (const auto* up = module_.function("upgrade")) {
      revision.up.push_back(script_of(*up, file_.shown));
    }
    if (const auto* down = module_.function("downgrade")) {
      revision.down.push_back(script_of(*down, file_.shown));
    }
    revision.text = std::move(source_);
    return revision;
  }

 private:
  std::string id(int& line) const {
    const PythonAssignment* assigned = module_.assigned(kId);
    if (assigned == nullptr) {
      std::string id = id_in_name(file_.path);
      if (!id.empty()) return id;
      throw usage_error(Place{file_.shown, 0}, "the file has no 'revision'",
                        "Alembic takes every '.py' file here for a revision");
    }
    line = assigned->line;
    if (assigned->value->kind != PythonLiteral::Kind::text) {
      throw usage_error(Place{file_.shown, line}, "'revision' is no string");
    }
    const std::string& id = assigned->value->items.front();
    for (const char c : std::string_view("@-+")) {
      if (id.find(c) == std::string::npos) continue;
      throw usage_error(Place{file_.shown, line},
                        fmt::format("revision id '{}' contains '{}'", id, c),
                        "Alembic refuses such an id, too");
    }
    return id;
  }

  /// The strings that `name` is, each once.
  std::vector<std::string> items(std::string_view name) const {
    const PythonAssignment* assigned = module_.assigned(name);
    std::vector<std::string> items;
    if (assigned == nullptr) return items;
    for (const std::string& item : assigned->value->items) {
      if (std::find(items.begin(), items.end(), item) == items.end()) items.push_back(item);
    }
    return items;
  }

  const AlembicFile& file_;
  std::string source_;
  PythonModule module_;
};

void ask_python_about(const std::vector<FileReader*>& readers, const std::vector<fs::path>& files) {
  if (readers.empty()) return;
  std::vector<PythonValues> answers = ask_python(files, {kVariables.begin(), kVariables.end()});
  for (size_t i = 0; i < readers.size(); ++i) readers[i]->take(std::move(answers[i]));
}

}  // namespace

std::vector<Revision> read_alembic_files(const std::vector<AlembicFile>& files) {
  std::vector<FileReader> readers(files.begin(), files.end());
  std::vector<FileReader*> unknown;
  std::vector<fs::path> unknown_files;
  for (size_t i = 0; i < files.size(); ++i) {
    if (!readers[i].needs_python()) continue;
    unknown.push_back(&readers[i]);
    unknown_files.push_back(files[i].path);
  }
  ask_python_about(unknown, unknown_files);

  std::vector<Revision> revisions;
  revisions.reserve(files.size());
  for (FileReader& reader : readers) revisions.push_back(std::move(reader).revision());
  return revisions;
}

}  // namespace provision
