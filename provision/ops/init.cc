#include "provision/ops/init.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/whoami.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

using Files = std::vector<std::pair<std::string, std::string>>;  // path, text

constexpr std::string_view kBase =
    R"(# What all environments share; each one extends this and wins key by key.
database:
  migrations: migrations
  seeds: [reference]
)";

constexpr std::string_view kDev = R"(extends: base
kind: dev
default: true
database:
  path: var/dev.db
)";

constexpr std::string_view kTest = R"(extends: base
kind: test
database:
  path: var/test.db
)";

constexpr std::string_view kProduction = R"(extends: base
kind: production
database:
  url_env: PRODUCTION_DATABASE_URL   # postgresql://user@host/name, set where it is used
)";

constexpr std::string_view kMultiBase =
    R"(# What all environments share; each one extends this and wins key by key.
databases:
  app:
    migrations: migrations/app
    seeds: [app]
  users:
    migrations: migrations/users
    seeds: [users]
)";

constexpr std::string_view kMultiDev = R"(extends: base
kind: dev
default: true
databases:
  app:
    path: var/dev_app.db
  users:
    path: var/dev_users.db
)";

constexpr std::string_view kMultiTest = R"(extends: base
kind: test
databases:
  app:
    path: var/test_app.db
  users:
    path: var/test_users.db
)";

constexpr std::string_view kMultiProduction = R"(extends: base
kind: production
databases:
  app:
    url_env: PRODUCTION_APP_URL   # postgresql://user@host/name, set where it is used
  users:
    url_env: PRODUCTION_USERS_URL
)";

std::string revision(const std::string& id, const std::string& table) {
  return fmt::format(R"(-- revision: {0}
-- parents: base
-- message: create {1}

-- provision:up
CREATE TABLE {1} (
  id integer PRIMARY KEY,
  name text NOT NULL UNIQUE
);

-- provision:down
DROP TABLE {1};
)",
                     id, table);
}

std::string seeds(const std::string& table) {
  return fmt::format(R"(# Rows that every database has; `provision seed` writes only what differs.
- table: {}
  key: [name]
  mode: upsert
  rows:
    - {{id: 1, name: first}}
    - {{id: 2, name: second}}
)",
                     table);
}

Files single_files(const std::string& id) {
  return {{"environments/base.yaml", std::string(kBase)},
          {"environments/dev.yaml", std::string(kDev)},
          {"environments/test.yaml", std::string(kTest)},
          {"environments/production.yaml", std::string(kProduction)},
          {fmt::format("migrations/{}_create_notes.sql", id), revision(id, "notes")},
          {"seeds/reference.yaml", seeds("notes")}};
}

Files multidb_files(const std::string& id) {
  return {{"environments/base.yaml", std::string(kMultiBase)},
          {"environments/dev.yaml", std::string(kMultiDev)},
          {"environments/test.yaml", std::string(kMultiTest)},
          {"environments/production.yaml", std::string(kMultiProduction)},
          {fmt::format("migrations/app/{}_create_notes.sql", id), revision(id, "notes")},
          {fmt::format("migrations/users/{}_create_users.sql", id), revision(id, "users")},
          {"seeds/app.yaml", seeds("notes")},
          {"seeds/users.yaml", seeds("users")}};
}

/// Adds what git must not keep to `.gitignore`; true if that changed it.
bool ignore_work_files(const fs::path& folder) {
  const fs::path path = folder / ".gitignore";
  std::string text = fs::exists(path) ? read_text(path) : "";
  const std::string before = text;
  for (const std::string line : {"/.provision/", "/var/"}) {
    if (("\n" + text).find("\n" + line + "\n") != std::string::npos) continue;
    if (!text.empty() && text.back() != '\n') text += '\n';
    text += line + "\n";
  }
  if (text != before) write_file(path, text);
  return text != before;
}

}  // namespace

Report init(const fs::path& folder, bool multidb) {
  const std::string id = utc_digits();
  const Files files = multidb ? multidb_files(id) : single_files(id);
  for (const char* taken : {"environments", "migrations", "seeds"}) {
    std::error_code ignored;
    if (fs::exists(folder / taken) && !fs::is_empty(folder / taken, ignored)) {
      throw usage_error(fmt::format("'{}' is there already", (folder / taken).string()),
                        "`provision init` begins a project; nothing was written");
    }
  }
  Report report;
  report.command = "init";
  Table table{"files", "", {{"path"}, {"action"}}};
  for (const auto& [path, text] : files) {
    make_folder((folder / path).parent_path());
    create_file(folder / path, text);
    table.rows.push_back({{path, Tone::name}, "written"});
  }
  if (ignore_work_files(folder)) table.rows.push_back({{".gitignore", Tone::name}, "completed"});
  report.tables.push_back(std::move(table));
  report.hints = {"`provision reset` makes the dev database",
                  "`provision revision -m \"...\"` writes the next revision"};
  return report;
}

}  // namespace provision
