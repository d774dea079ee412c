#include "provision/ops/python/init_python.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/model/environment.h"
#include "provision/project/alembic_config.h"
#include "provision/project/engine_words.h"
#include "provision/project/ini_file.h"
#include "provision/project/layout.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

using Files = std::vector<std::pair<std::string, std::string>>;  // path, text

/// "shop" where it is the one package or module of `folder` that makes a Flask application.
std::string application_in(const fs::path& folder) {
  std::vector<std::string> found;
  const auto look = [&](const fs::path& file, const std::string& name) {
    std::error_code missing;
    if (!fs::is_regular_file(file, missing)) return;
    const std::string text = read_bytes(file);
    for (const char* mark : {"def create_app", "def make_app", "= Flask("}) {
      if (text.find(mark) != std::string::npos) {
        found.push_back(name);
        return;
      }
    }
  };
  const FolderContents contents(folder);
  for (const std::string& name : contents.folders()) look(folder / name / "__init__.py", name);
  for (const std::string& name : contents.files()) {
    if (name.ends_with(".py")) look(folder / name, name.substr(0, name.size() - 3));
  }
  return found.size() == 1 ? found.front() : std::string();
}

/// The URL of the project's configuration, without a password; nothing where it names none.
std::optional<ParsedUrl> url_of(const AlembicConfig& config) {
  if (config.file.empty() || config.file.extension() != ".ini") return std::nullopt;
  const IniFile ini(read_text(config.file), config.file.filename().string());
  const auto url =
      ini.value(config.section, "sqlalchemy.url", {{"here", config.file.parent_path().string()}});
  if (!url || url->starts_with("driver:")) return std::nullopt;
  try {
    return parse_url(*url);
  } catch (const Error&) {
    return std::nullopt;  // another database than those that are known here, or a template's
  }
}

std::string base_text(const fs::path& folder, const AlembicConfig& config, bool is_section) {
  std::string text =
      fmt::format("migrations: {}\n",
                  shown_path(is_section ? config.file.parent_path() : config.scripts, folder));
  if (is_section) text += fmt::format("section: {}\n", config.section);
  if (config.is_flask) {
    const std::string app = application_in(config.scripts.parent_path());
    text += app.empty() ? "# app: package:create_app   # what FLASK_APP would say\n"
                        : fmt::format("app: {}\n", app);
  }
  return text + "# python: .venv/bin/python   # where the project's packages are, if not found\n";
}

/// The engine whose own SQL revisions use: what they take from SQLAlchemy's dialects.
std::string engine_of_revisions(const AlembicConfig& config) {
  for (const fs::path& location : config.locations) {
    for (const std::string& name : FolderContents(location).files()) {
      if (!name.ends_with(".py")) continue;
      const std::string text = read_bytes(location / name);
      for (const std::string_view mark : {"sqlalchemy.dialects.", "sqlalchemy.dialects import "}) {
        const size_t at = text.find(mark);
        if (at == std::string::npos) continue;
        const std::string_view word = std::string_view(text).substr(at + mark.size());
        const EngineWord engine = engine_word(word.substr(0, word.find_first_of(" ,.\n")));
        if (engine.is_ours && !engine.engine.empty()) return engine.engine;
      }
    }
  }
  return {};
}

/// Where the database `file` of environment `name` is: on the engine that the project uses.
std::string place_text(const AlembicConfig& config, const std::string& name,
                       const std::string& file) {
  const auto url = url_of(config);
  const bool is_server = url && url->location.path.empty();
  const std::string engine = is_server ? url->engine : url ? "" : engine_of_revisions(config);
  if (is_server || (!engine.empty() && engine != DatabaseSpec().engine)) {
    return fmt::format("engine: {}\nserver: managed   # a private one; `existing` with a `url:`\n",
                       engine);
  }
  if (url && name == "dev" && url->location.path.is_relative()) {
    return fmt::format("path: {}\n", url->location.path.string());
  }
  return fmt::format("path: var/{}.db\n", file);
}

/// `lines` so much further in.
std::string indented(std::string_view lines, size_t blanks) {
  std::string text;
  for (const std::string_view line : lines_of(lines)) {
    text += fmt::format("{:{}}{}\n", "", blanks, line);
  }
  return text;
}

std::string capitals(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

/// The databases of an environment, one for each of `configs`, with what `lines` says of it.
template <typename Lines>
std::string databases_text(const std::vector<AlembicConfig>& configs, Lines lines) {
  if (configs.size() == 1) return "database:\n" + indented(lines(configs.front()), 2);
  std::string text = "databases:\n";
  for (const AlembicConfig& config : configs) {
    text += fmt::format("  {}:\n{}", config.section, indented(lines(config), 4));
  }
  return text;
}

Files files_for(const fs::path& folder, const std::vector<AlembicConfig>& configs) {
  const auto places = [&](const std::string& name) {
    return databases_text(configs, [&](const AlembicConfig& config) {
      return place_text(config, name,
                        configs.size() == 1 ? name : fmt::format("{}_{}", name, config.section));
    });
  };
  const auto production = databases_text(configs, [&](const AlembicConfig& config) {
    return fmt::format("url_env: PRODUCTION_{}DATABASE_URL   # set where it is used\n",
                       configs.size() == 1 ? "" : capitals(config.section) + "_");
  });
  return {{"environments/base.yaml",
           "# What all environments share; each one extends this and wins key by key.\n" +
               databases_text(configs,
                              [&](const AlembicConfig& config) {
                                return base_text(folder, config, configs.size() > 1);
                              })},
          {"environments/dev.yaml", "extends: base\nkind: dev\ndefault: true\n" + places("dev")},
          {"environments/test.yaml", "extends: base\nkind: test\n" + places("test")},
          {"environments/production.yaml", "extends: base\nkind: production\n" + production}};
}

/// The projects in `folder`: one, or those of an alembic.ini that has several.
std::vector<AlembicConfig> projects_in(const fs::path& folder, bool is_flask) {
  std::vector<AlembicConfig> several = alembic_projects_below(folder, 2);
  if (several.size() > 1) return several;
  const std::string asked = is_flask ? "flask-migrate" : "alembic";
  const std::string other = is_flask ? "alembic" : "flask-migrate";
  // Flask-Migrate's projects are Alembic's, too, and people call them either.
  for (const std::string& name : {asked, other}) {
    const FoundMigrations found = find_migrations(folder, {.name = name});
    if (const auto config = find_alembic(found.folder, folder, {})) return {*config};
  }
  // In a folder that is called as migrations are not.
  if (auto one = alembic_projects_below(folder, 1); !one.empty()) return one;
  throw usage_error(fmt::format("there are no revisions of {} in '{}'",
                                is_flask ? "Flask-Migrate" : "Alembic", folder.string()),
                    "`provision init` begins a project of its own");
}

}  // namespace

Report init_python(const fs::path& folder, bool is_flask) {
  std::error_code ignored;
  if (fs::exists(folder / "environments") && !fs::is_empty(folder / "environments", ignored)) {
    throw usage_error(fmt::format("'{}' is there already", (folder / "environments").string()),
                      "nothing was written");
  }
  const std::vector<AlembicConfig> configs = projects_in(folder, is_flask);
  Report report;
  report.command = "init";
  Table table{"files", "", {{"path"}, {"action"}}};
  for (const auto& [path, text] : files_for(folder, configs)) {
    make_folder((folder / path).parent_path());
    create_file(folder / path, text);
    table.rows.push_back({{path, Tone::name}, "written"});
  }
  report.tables.push_back(std::move(table));
  report.hints = {"`provision verify` proves the revisions on scratch databases",
                  "`provision reset` makes the dev database"};
  return report;
}

}  // namespace provision
