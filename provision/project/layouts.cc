#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/project/engine_words.h"
#include "provision/project/foreign_layouts.h"
#include "provision/project/layout.h"
#include "provision/project/provision_layout.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

using LayoutEntry = const Layout& (*)();

constexpr std::array kLayouts = {
    LayoutEntry{&provision_layout},      LayoutEntry{&alembic_layout},
    LayoutEntry{&dbmate_layout},         LayoutEntry{&diesel_layout},
    LayoutEntry{&flask_migrate_layout},  LayoutEntry{&flyway_layout},
    LayoutEntry{&golang_migrate_layout}, LayoutEntry{&goose_layout},
    LayoutEntry{&sql_migrate_layout},    LayoutEntry{&sqitch_layout},
    LayoutEntry{&sqlx_layout},
};
constexpr std::string_view kPattern = "pattern";

/// Where migrations usually are, seen from the top of a project.
constexpr std::array<std::string_view, 17> kUsualFolders = {
    "migrations",
    "alembic",
    "db/migrations",
    "database/migrations",
    "migration",
    "db/migration",
    "src/main/resources/db/migration",
    "sql/migrations",
    "schema/migrations",
    "internal/db/migrations",
    "migrate",
    "internal/migrations",
    "db/migrate",
    "src/db/migrations",
    "db",
    "database",
    "sql",
};

/// What they are called further below, and where nobody's own migrations are.
constexpr std::array<std::string_view, 4> kMigrationFolders = {"migrations", "migration", "migrate",
                                                               "alembic"};
constexpr std::array<std::string_view, 12> kForeignFolders = {
    "node_modules", "vendor",   "third_party", "target", "build", "dist",
    "test",         "testdata", "tests",       "bin",    "docs",  "examples"};

template <size_t size>
bool is_in(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::shared_ptr<const Layout> shared(const Layout& layout) {
  return {std::shared_ptr<const Layout>(), &layout};
}

/// True for what lies in a folder of migrations without being one.
bool is_company(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with('.') || name.starts_with("README") || name.ends_with(".schema.sql") ||
         name.ends_with(".lock");
}

bool is_empty_of_migrations(const fs::path& folder) {
  std::error_code missing;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, missing)) {
    if (!is_company(entry.path())) return false;
  }
  return true;
}

/// Gathers the layouts that are seen in a folder and below it.
class Search {
 public:
  explicit Search(const LayoutChoice& choice) : choice_(choice) {}

  std::vector<FoundMigrations> run(const fs::path& folder) && {
    look_in(folder);
    if (found_.empty()) look_in_engine_folders(folder);
    if (!found_.empty()) return std::move(found_);
    for (const std::string_view usual : kUsualFolders) {
      const size_t before = found_.size();
      look_in(folder / usual);
      if (found_.size() == before) look_in_engine_folders(folder / usual);
    }
    if (found_.empty()) look_below(folder, 0);
    return std::move(found_);
  }

 private:
  void look_in(const fs::path& folder) {
    const FolderContents contents(folder);
    for (const LayoutEntry entry : kLayouts) {
      const Layout& layout = entry();
      if (!choice_.name.empty() && layout.name() != choice_.name) continue;
      if (!layout.detect(contents)) continue;
      found_.push_back({shared(layout), folder});
      // Our own mark is nobody else's. To look for others would be to read every file twice; one of
      // them is an error of the reader's anyway.
      if (layout.id_rule() == IdRule::own) return;
    }
  }

  /// A folder an engine: "migrations/postgres" and "migrations/sqlite".
  void look_in_engine_folders(const fs::path& folder) {
    for (const std::string& name : FolderContents(folder).folders()) {
      const auto engine = engine_of_word(name, choice_.engine);
      if (engine && !engine->empty()) look_in(folder / name);
    }
  }

  /// In all folders that are called as those of migrations usually are.
  void look_below(const fs::path& folder, int depth) {
    constexpr int kDeepest = 8;
    if (depth == kDeepest) return;
    for (const std::string& name : FolderContents(folder).folders()) {
      if (is_in(kForeignFolders, name) || fs::is_symlink(folder / name)) continue;
      const size_t before = found_.size();
      if (is_in(kMigrationFolders, name)) {
        look_in(folder / name);
        if (found_.size() == before) look_in_engine_folders(folder / name);
      }
      if (found_.size() == before) look_below(folder / name, depth + 1);
    }
  }

  const LayoutChoice& choice_;
  std::vector<FoundMigrations> found_;
};

Error several(const std::vector<FoundMigrations>& found, const fs::path& folder) {
  std::vector<std::string> candidates;
  for (const FoundMigrations& each : found) {
    candidates.push_back(each.folder == folder ? std::string(each.layout->name())
                                               : fmt::format("{} in '{}'", each.layout->name(),
                                                             shown_path(each.folder, folder)));
  }
  return usage_error(fmt::format("the files of '{}' are in several layouts: {}", folder.string(),
                                 joined(candidates, ", ")),
                     "say which layout or which folder is meant");
}

FoundMigrations chosen_pattern(const fs::path& folder, const LayoutChoice& choice) {
  if (!choice.name.empty() && choice.name != kPattern) {
    throw usage_error(fmt::format("patterns of files do not go with layout '{}'", choice.name),
                      "leave the layout out, or say 'pattern'");
  }
  if (choice.up_pattern.empty()) {
    throw usage_error("layout 'pattern' needs the pattern of the ways up",
                      "as in '{id}_{name}.up.sql'");
  }
  return {pattern_layout(choice), folder};
}

}  // namespace

VersionTableName Layout::version_table(const fs::path&, const fs::path&) const { return {}; }

std::vector<std::string> layout_names() {
  std::vector<std::string> names;
  for (const LayoutEntry entry : kLayouts) names.emplace_back(entry().name());
  names.emplace_back(kPattern);
  return names;
}

LayoutChoice layout_choice(const DatabaseSpec& spec) {
  return {spec.layout, spec.up_pattern, spec.down_pattern,
          spec.engine, spec.alembic,    spec.version_table};
}

FoundMigrations find_migrations(const fs::path& folder, const LayoutChoice& choice) {
  if (choice.name == kPattern || !choice.up_pattern.empty() || !choice.down_pattern.empty()) {
    return chosen_pattern(folder, choice);
  }
  if (!choice.alembic.file.empty() || !choice.alembic.section.empty()) {
    return {alembic_layout(folder, choice.alembic), folder};
  }
  const auto named = std::find_if(kLayouts.begin(), kLayouts.end(),
                                  [&](LayoutEntry entry) { return entry().name() == choice.name; });
  if (!choice.name.empty() && named == kLayouts.end()) {
    throw usage_error(fmt::format("unknown layout '{}'", choice.name),
                      name_hint(choice.name, layout_names()));
  }
  const std::vector<FoundMigrations> found = Search(choice).run(folder);
  if (found.size() == 1) return found.front();
  if (found.size() > 1) throw several(found, folder);
  if (!choice.name.empty()) return {shared((*named)()), folder};
  if (is_empty_of_migrations(folder)) return {shared(provision_layout()), folder};
  throw usage_error(
      fmt::format("the files of '{}' are in no layout that is known here", folder.string()),
      fmt::format("a file of ours begins with '-- revision: ID'; any pair of files can be said by "
                  "two patterns, as in '{{id}}_{{name}}.up.sql'; known layouts: {}",
                  joined(layout_names(), ", ")));
}

std::vector<std::string> version_tables_of(const Layout& layout, const RevisionGraph& graph) {
  std::vector<std::string> tables = layout.version_tables();
  const VersionTableName& said = graph.version_table();
  if (tables.empty() || (said.name.empty() && said.schema.empty())) return tables;
  const std::string name = said.name.empty() ? tables.front() : said.name;
  return {said.schema.empty() ? name : said.schema + "." + name};
}

std::string needed_version_tables(const Layout& layout, const RevisionGraph& graph) {
  for (const std::string& table : layout.version_tables()) {
    for (const Revision& revision : graph.revisions()) {
      if (lower(revision.text).find(table) != std::string::npos) return layout.version_table_sql();
    }
  }
  return {};
}

RevisionGraph read_revisions(const fs::path& folder, const LayoutChoice& choice,
                             const fs::path& project) {
  std::error_code missing;
  if (!fs::is_directory(folder, missing)) {
    throw usage_error(
        fmt::format("there is no folder '{}' of migrations", shown_path(folder, project)),
        "check 'migrations:' of the environment, or begin with 'provision init'");
  }
  const FoundMigrations found = find_migrations(folder, choice);
  RevisionGraph graph(found.layout->read(SourceFolder(found.folder, project, choice.engine)),
                      found.layout->id_rule(), std::string(found.layout->name()));
  const size_t dot = choice.version_table.find('.');
  if (choice.version_table.empty()) {
    graph.set_version_table(found.layout->version_table(found.folder, project));
  } else if (dot == std::string::npos) {
    graph.set_version_table({.name = choice.version_table});
  } else {
    graph.set_version_table({.schema = choice.version_table.substr(0, dot),
                             .name = choice.version_table.substr(dot + 1)});
  }
  return graph;
}

}  // namespace provision
