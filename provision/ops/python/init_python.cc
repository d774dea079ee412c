#include "provision/ops/python/init_python.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/model/environment.h"
#include "provision/project/alembic_config.h"
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

std::string base_text(const fs::path& folder, const AlembicConfig& config) {
  std::string text =
      "# What all environments share; each one extends this and wins key by key.\ndatabase:\n";
  text += fmt::format("  migrations: {}\n", shown_path(config.scripts, folder));
  if (config.is_flask) {
    const std::string app = application_in(config.scripts.parent_path());
    text += app.empty() ? "  # app: package:create_app   # what FLASK_APP would say\n"
                        : fmt::format("  app: {}\n", app);
  }
  return text + "  # python: .venv/bin/python   # where the project's packages are, if not found\n";
}

/// Where the databases of environment `name` are: on the engine that the project uses.
std::string place_text(const std::optional<ParsedUrl>& url, const std::string& name) {
  if (url && url->location.path.empty()) {
    return fmt::format(
        "  engine: {}\n  server: managed   # a private one; `existing` with a `url:`\n",
        url->engine);
  }
  if (url && name == "dev" && url->location.path.is_relative()) {
    return fmt::format("  path: {}\n", url->location.path.string());
  }
  return fmt::format("  path: var/{}.db\n", name);
}

Files files_for(const fs::path& folder, const AlembicConfig& config) {
  const auto url = url_of(config);
  return {{"environments/base.yaml", base_text(folder, config)},
          {"environments/dev.yaml",
           "extends: base\nkind: dev\ndefault: true\ndatabase:\n" + place_text(url, "dev")},
          {"environments/test.yaml",
           "extends: base\nkind: test\ndatabase:\n" + place_text(url, "test")},
          {"environments/production.yaml",
           "extends: base\nkind: production\ndatabase:\n  url_env: PRODUCTION_DATABASE_URL   # "
           "set where it is used\n"}};
}

}  // namespace

Report init_python(const fs::path& folder, bool is_flask) {
  std::error_code ignored;
  if (fs::exists(folder / "environments") && !fs::is_empty(folder / "environments", ignored)) {
    throw usage_error(fmt::format("'{}' is there already", (folder / "environments").string()),
                      "nothing was written");
  }
  const FoundMigrations found =
      find_migrations(folder, {.name = is_flask ? "flask-migrate" : "alembic"});
  const auto config = find_alembic(found.folder, folder);
  if (!config) {
    throw usage_error(fmt::format("there are no revisions of {} in '{}'",
                                  is_flask ? "Flask-Migrate" : "Alembic", folder.string()),
                      "`provision init` begins a project of its own");
  }
  Report report;
  report.command = "init";
  Table table{"files", "", {{"path"}, {"action"}}};
  for (const auto& [path, text] : files_for(folder, *config)) {
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
