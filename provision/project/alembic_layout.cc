// Alembic and Flask-Migrate: env.py, and a file of Python a revision in versions/, or where
// alembic.ini or pyproject.toml says. No file is run here.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/project/alembic_config.h"
#include "provision/project/alembic_revision.h"
#include "provision/project/alembic_settings.h"
#include "provision/project/alembic_version_table.h"
#include "provision/project/foreign_layouts.h"
#include "provision/project/python_source.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

bool is_revision(const fs::path& path) {
  return path.extension() == ".py" && !path.filename().string().starts_with("__init__");
}

/// The revision files of `config`, each once.
std::vector<AlembicFile> files_of(const AlembicConfig& config, const fs::path& project) {
  std::vector<AlembicFile> files;
  std::set<fs::path> seen;
  for (const fs::path& location : config.locations) {
    std::error_code missing;
    if (!fs::is_directory(location, missing)) continue;
    const fs::path folder = fs::weakly_canonical(location, missing);
    for (const std::string& name :
         config.is_recursive ? files_below(folder) : FolderContents(folder).files()) {
      if (!is_revision(name) || !seen.insert(folder / name).second) continue;
      files.push_back({location / name, shown_path(location / name, project)});
    }
  }
  return files;
}

class AlembicLayout final : public Layout {
 public:
  explicit AlembicLayout(bool is_flask, AlembicChoice choice = {})
      : is_flask_(is_flask), choice_(std::move(choice)) {}

  std::string_view name() const override { return is_flask_ ? "flask-migrate" : "alembic"; }

  bool detect(const FolderContents& folder) const override {
    if (!folder.has_file("env.py") && !folder.has_file("alembic.ini") &&
        !folder.has_file("pyproject.toml") && folder.path().filename() != "versions") {
      return false;
    }
    const auto config = find_alembic(folder.path(), folder.path(), choice_);
    return config && config->is_flask == is_flask_;
  }

  std::vector<Revision> read(const SourceFolder& source) const override {
    const auto config = find_alembic(source.path(), source.project(), choice_);
    if (!config) {
      throw usage_error(
          fmt::format("'{}' has neither 'env.py' nor an 'alembic.ini' that says where it is",
                      shown_path(source.path(), source.project())),
          "name the folder of 'env.py' or the one of 'alembic.ini'");
    }
    std::error_code missing;
    if (!fs::is_directory(config->scripts, missing)) {
      throw usage_error(Place{shown_path(config->file, source.project()), 0},
                        fmt::format("there is no folder '{}', which 'script_location' names",
                                    shown_path(config->scripts, source.project())));
    }
    return read_alembic_files(files_of(*config, source.project()));
  }

  fs::path write(const fs::path&, const NewRevision& revision) const override {
    throw usage_error(fmt::format("a revision of {} is written from its own template", name()),
                      fmt::format("write it with '{} revision -m \"{}\"'",
                                  is_flask_ ? "flask db" : "alembic", revision.message));
  }

  std::vector<std::string> version_tables() const override { return {"alembic_version"}; }

  VersionTableName version_table(const fs::path& folder, const fs::path& project) const override {
    const auto config = find_alembic(folder, project, choice_);
    if (!config) return {};
    const fs::path env_py = config->scripts / "env.py";
    const std::string shown = shown_path(env_py, project);
    std::error_code missing;
    if (!fs::is_regular_file(env_py, missing)) return {};
    return version_table_in(read_python_source(env_py, shown), shown);
  }

  std::string version_table_sql() const override {
    return "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT "
           "alembic_version_pkc PRIMARY KEY (version_num));";
  }

 private:
  bool is_flask_;
  AlembicChoice choice_;
};

}  // namespace

const Layout& alembic_layout() {
  static const AlembicLayout layout(false);
  return layout;
}

std::shared_ptr<const Layout> alembic_layout(const fs::path& folder, const AlembicChoice& choice) {
  const auto config = find_alembic(folder, folder, choice);
  if (config) return std::make_shared<AlembicLayout>(config->is_flask, choice);
  const std::string file = choice.file.empty() ? "alembic.ini" : choice.file;
  if (choice.section.empty()) {
    throw usage_error(
        fmt::format("'{}' says nothing of an Alembic project", (folder / file).string()),
        "it has a section [alembic] that says 'script_location', or lies beside env.py");
  }
  std::vector<std::string> known;
  std::error_code missing;
  if (fs::is_regular_file(folder / file, missing)) known = alembic_sections(folder / file, file);
  throw usage_error(
      fmt::format("'{}' has no project '{}'", (folder / file).string(), choice.section),
      name_hint(choice.section, known));
}

const Layout& flask_migrate_layout() {
  static const AlembicLayout layout(true);
  return layout;
}

}  // namespace provision
