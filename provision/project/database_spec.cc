#include "provision/project/database_spec.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"
#include "provision/project/database_location.h"
#include "provision/project/layout.h"

namespace provision {
namespace {

const std::vector<std::string> kKeys{
    "engine",    "server",       "name",          "path",       "url",       "url_env",
    "urls_file", "password_env", "password_file", "tls",        "encoding",  "locale",
    "owner",     "extensions",   "settings",      "migrations", "layout",    "pattern",
    "schema",    "seeds",        "schemas",       "storage",    "python",    "app",
    "variables", "url_variable", "pool",          "section",    "arguments", "version_table"};
/// Of no use on an engine without servers and roles; said there, they are a misunderstanding.
const std::vector<std::string> kServerKeys{
    "server", "name",  "password_env", "password_file", "tls",    "encoding",
    "locale", "owner", "extensions",   "settings",      "schemas"};

void read_settings(const DatabaseKeys& keys, DatabaseSpec& spec) {
  constexpr std::string_view kFirst = "abcdefghijklmnopqrstuvwxyz_";
  constexpr std::string_view kLater = "abcdefghijklmnopqrstuvwxyz_0123456789.";
  const YamlNode* settings = keys.find("settings");
  if (settings == nullptr) return;
  settings->must_be(YamlNode::Kind::mapping, "'settings'");
  for (size_t i = 0; i < settings->keys.size(); ++i) {
    const YamlNode& key = settings->keys[i];
    if (key.text.empty() || kFirst.find(key.text[0]) == std::string_view::npos ||
        key.text.find_first_not_of(kLater) != std::string::npos) {
      throw usage_error(key.place, fmt::format("'{}' cannot name a setting", key.text),
                        "use a-z, 0-9, '_' and '.', a letter first");
    }
    spec.settings[key.text] = settings->items[i].as_text(fmt::format("setting '{}'", key.text));
  }
}

void read_server_keys(const DatabaseKeys& keys, DatabaseSpec& spec) {
  spec.encoding = keys.text("encoding").value_or("");
  spec.locale = keys.text("locale").value_or("");
  spec.owner = keys.text("owner").value_or("");
  if (!spec.owner.empty()) check_postgresql_name(spec.owner, "an owner", keys.place("owner"));
  spec.extensions = keys.names("extensions");
  spec.schemas = keys.names("schemas");
  read_settings(keys, spec);
}

std::string read_layout(const DatabaseKeys& keys) {
  const std::string layout = keys.text("layout").value_or("");
  const std::vector<std::string> known = layout_names();
  if (layout.empty() || std::find(known.begin(), known.end(), layout) != known.end()) return layout;
  throw usage_error(keys.place("layout"), fmt::format("unknown layout '{}'", layout),
                    name_hint(layout, known));
}

void read_pattern(const DatabaseKeys& keys, DatabaseSpec& spec) {
  const YamlNode* pattern = keys.find("pattern");
  if (pattern == nullptr) return;
  pattern->must_be(YamlNode::Kind::mapping, "'pattern'");
  pattern->allow_keys({"up", "down"}, "'pattern'");
  if (!spec.layout.empty() && spec.layout != "pattern") {
    throw usage_error(pattern->place,
                      fmt::format("'pattern' does not go with layout '{}'", spec.layout));
  }
  const YamlNode* up = pattern->find("up");
  if (up == nullptr) throw usage_error(pattern->place, "'pattern' does not say 'up'");
  spec.layout = "pattern";
  spec.up_pattern = up->as_text("'up'");
  if (const YamlNode* down = pattern->find("down"); down != nullptr) {
    spec.down_pattern = down->as_text("'down'");
  }
}

/// Where a command that is run looks for the URL: where we do, unless it is said.
std::string read_url_variable(const DatabaseKeys& keys) {
  constexpr std::string_view kFirst = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
  constexpr std::string_view kDigits = "0123456789";
  const auto name = keys.text("url_variable");
  if (!name) return keys.text("url_env").value_or("");
  const std::string later = fmt::format("{}{}", kFirst, kDigits);
  if (kFirst.find(name->front()) == std::string_view::npos ||
      name->find_first_not_of(later) != std::string::npos) {
    throw usage_error(keys.place("url_variable"), fmt::format("'{}' cannot name a variable", *name),
                      "use letters, digits and '_', no digit first");
  }
  return *name;
}

int read_count(const YamlNode& pool, std::string_view key, int if_missing) {
  constexpr std::int64_t kMost = 1000;
  const YamlNode* node = pool.find(key);
  if (node == nullptr) return if_missing;
  const std::int64_t count = node->as_integer(fmt::format("'{}'", key));
  if (count >= 0 && count <= kMost) return static_cast<int>(count);
  throw usage_error(node->place, fmt::format("'{}' is a number from 0 to {}", key, kMost));
}

PoolSize read_pool(const DatabaseKeys& keys, EnvironmentKind kind) {
  constexpr int kTimes = 4;
  const YamlNode* pool = keys.find("pool");
  if (pool == nullptr) return {};
  pool->must_be(YamlNode::Kind::mapping, "'pool'");
  pool->allow_keys({"ready", "max"}, "'pool'");
  if (!is_disposable(kind)) {
    throw usage_error(pool->place, fmt::format("'pool' does not go with kind '{}'", name_of(kind)));
  }
  PoolSize size;
  size.ready = read_count(*pool, "ready", 2);
  size.max = read_count(*pool, "max", kTimes * size.ready);
  if (size.max >= size.ready) return size;
  throw usage_error(pool->place,
                    fmt::format("'max' ({}) is less than 'ready' ({})", size.max, size.ready));
}

void read_python_keys(const DatabaseKeys& keys, DatabaseSpec& spec) {
  spec.python = keys.text("python").value_or("");
  // "python3" is looked for on PATH, ".venv/bin/python" in the project.
  if (spec.python.find('/') != std::string::npos) spec.python = keys.absolute(spec.python).string();
  spec.app = keys.text("app").value_or("");
  const YamlNode* variables = keys.find("variables");
  if (variables == nullptr) return;
  variables->must_be(YamlNode::Kind::mapping, "'variables'");
  for (size_t i = 0; i < variables->keys.size(); ++i) {
    const YamlNode& key = variables->keys[i];
    if (key.text.empty() || key.text.find('=') != std::string::npos) {
      throw usage_error(key.place, fmt::format("'{}' cannot name a variable", key.text));
    }
    spec.variables[key.text] = variables->items[i].as_text(fmt::format("variable '{}'", key.text));
  }
}

void read_alembic_keys(const DatabaseKeys& keys, DatabaseSpec& spec) {
  spec.version_table = keys.text("version_table").value_or("");
  spec.alembic.section = keys.text("section").value_or("");
  const YamlNode* arguments = keys.find("arguments");
  if (arguments == nullptr) return;
  arguments->must_be(YamlNode::Kind::mapping, "'arguments'");
  for (size_t i = 0; i < arguments->keys.size(); ++i) {
    const YamlNode& key = arguments->keys[i];
    if (key.text.empty() || key.text.find('=') != std::string::npos) {
      throw usage_error(key.place, fmt::format("'{}' cannot name an argument", key.text));
    }
    const std::string value = arguments->items[i].as_text(fmt::format("argument '{}'", key.text));
    spec.alembic.arguments.push_back(fmt::format("{}={}", key.text, value));
  }
}

void read_project_keys(const DatabaseKeys& keys, DatabaseSpec& spec) {
  const DatabaseSource& source = keys.source();
  const std::string migrations = source.is_only ? "migrations" : "migrations/" + source.name;
  if (!keys.has("migrations")) keys.add_default("migrations", migrations);
  set_migrations(spec, keys.absolute(keys.text("migrations").value_or(migrations)));
  spec.layout = read_layout(keys);
  read_pattern(keys, spec);
  keys.text("schema");
  spec.seeds = keys.names("seeds");
  spec.seeds_folder = keys.absolute("seeds");
  spec.work_folder = keys.absolute(".provision");
  spec.url_variable = read_url_variable(keys);
  spec.pool = read_pool(keys, spec.kind);
  read_python_keys(keys, spec);
  read_alembic_keys(keys, spec);
}

}  // namespace

void set_migrations(DatabaseSpec& spec, const std::filesystem::path& path) {
  std::error_code missing;
  const bool is_file = std::filesystem::is_regular_file(path, missing);
  spec.migrations = is_file ? path.parent_path() : path;
  spec.alembic.file = is_file ? path.filename().string() : std::string();
}

DatabaseSpec read_database(const DatabaseSource& source, Environment& environment) {
  source.node.allow_keys(kKeys, fmt::format("database '{}'", source.name));
  const DatabaseKeys keys(source, environment);
  DatabaseSpec spec;
  spec.name = source.name;
  spec.environment = environment.name;
  spec.kind = environment.kind;
  read_location(keys, spec);
  if (spec.engine == "sqlite") {
    keys.refuse(kServerKeys, "engine 'sqlite'");
  } else {
    read_server_keys(keys, spec);
  }
  read_project_keys(keys, spec);
  return spec;
}

}  // namespace provision
