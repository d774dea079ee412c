#include "provision/project/environment_file.h"

#include <algorithm>
#include <tuple>

#include "provision/base/text.h"
#include "provision/project/assurance_keys.h"
#include "provision/project/database_location.h"
#include "provision/project/database_spec.h"
#include "provision/project/environment_layers.h"
#include "provision/project/environment_values.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kKinds{"dev", "test", "staging", "production"};
const std::vector<std::string> kKeys{"extends",   "kind",   "default", "database",
                                     "databases", "backup", "drift",   "verify"};
void refuse_passwords(const YamlNode& node) {
  for (const YamlNode& key : node.keys) {
    if (lower(key.text) != "password") continue;
    throw usage_error(key.place, "a password does not belong in a file that others read",
                      "use 'password_env: NAME', 'password_file: PATH' or 'url_env: NAME'");
  }
  for (const YamlNode& item : node.items) refuse_passwords(item);
}

EnvironmentKind parse_kind(const YamlNode& node) {
  const std::string& text = node.as_text("'kind'");
  if (const auto kind = environment_kind(text)) return *kind;
  throw usage_error(node.place, fmt::format("unknown kind '{}'", text), name_hint(text, kKinds));
}

/// The kind that `tree` says, or else that the name says; none where nothing does. What decides
/// whether data may be thrown away is never guessed: an inherited kind must not contradict a name.
std::optional<EnvironmentKind> kind_of(const YamlNode& tree, std::string_view name) {
  const auto by_name = environment_kind(name);
  const YamlNode* node = tree.find("kind");
  if (node == nullptr) return by_name;
  const EnvironmentKind kind = parse_kind(*node);
  const bool is_inherited = node->place.file != environment_file_name(name);
  if (is_inherited && by_name && *by_name != kind) {
    throw usage_error(
        node->place,
        fmt::format("environment '{}' would inherit kind '{}' from here", name, name_of(kind)),
        fmt::format("say 'kind: {}' in {}", name, environment_file_name(name)));
  }
  return kind;
}

/// The databases of a tree: their names and keys.
struct NamedDatabase {
  std::string name;
  std::string key;
  const YamlNode* node;
};

std::vector<NamedDatabase> databases_of(const YamlNode& tree) {
  const YamlNode* one = tree.find("database");
  const YamlNode* several = tree.find("databases");
  if (one != nullptr && several != nullptr) {
    throw usage_error(several->place, "both 'database' and 'databases'", "keep one of them");
  }
  if (one != nullptr) return {{"default", "database", one}};
  if (several == nullptr) {
    throw usage_error(tree.place, "no database", "add 'database:' with its keys below it");
  }
  several->must_be(YamlNode::Kind::mapping, "'databases'");
  std::vector<NamedDatabase> databases;
  for (size_t i = 0; i < several->keys.size(); ++i) {
    const YamlNode& key = several->keys[i];
    if (!is_environment_name(key.text)) {
      throw usage_error(key.place, fmt::format("'{}' cannot name a database", key.text),
                        "use a-z, 0-9, '_' and '-', a letter first, at most 63 characters");
    }
    databases.push_back({key.text, dotted("databases", key.text), &several->items[i]});
  }
  if (databases.empty()) throw usage_error(several->place, "'databases' has no database");
  return databases;
}

/// What two databases at the same place have in common, however each is written.
auto location_key(const DatabaseSpec& spec) {
  const Location& location = spec.location;
  std::error_code ignored;
  const std::string host = lower(location.host);
  const bool is_loopback = host == "127.0.0.1" || host == "::1";
  return std::tuple(spec.engine, spec.server, fs::weakly_canonical(location.path, ignored),
                    is_loopback ? "localhost" : host,
                    location.port.empty() ? "5432" : location.port, location.database);
}

void refuse_same_location(const std::vector<NamedDatabase>& named,
                          const std::vector<DatabaseSpec>& specs) {
  for (size_t i = 0; i < specs.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (location_key(specs[i]) != location_key(specs[j])) continue;
      throw usage_error(named[i].node->place,
                        fmt::format("databases '{}' and '{}' are the same one: '{}'", specs[j].name,
                                    specs[i].name, specs[i].location.url()));
    }
  }
}

/// The tree of `name` with all keys that no file may have refused, before anything is put in.
YamlNode checked_layers(const fs::path& root, std::string_view name, const Variables& variables) {
  YamlNode tree = read_environment_layers(root, name, variables);
  refuse_passwords(tree);
  tree.allow_keys(kKeys, fmt::format("environment '{}'", name));
  return tree;
}

/// `kind` alone, with its variables put in: it can be told even if another value cannot.
YamlNode with_kind_only(const YamlNode& tree, const Variables& variables) {
  YamlNode result;
  result.kind = YamlNode::Kind::mapping;
  for (size_t i = 0; i < tree.keys.size(); ++i) {
    if (tree.keys[i].text != "kind") continue;
    result.keys.push_back(tree.keys[i]);
    result.items.push_back(tree.items[i]);
  }
  put_variables_in(result, variables);
  return result;
}

}  // namespace

Environment read_environment(const fs::path& root, std::string_view name,
                             const Variables& variables) {
  YamlNode tree = checked_layers(root, name, variables);
  const Substitutions substitutions = put_variables_in(tree, variables);
  Environment environment;
  environment.name = name;
  environment.project = root;
  const auto kind = kind_of(tree, name);
  if (!kind) {
    throw usage_error(Place{environment_file_name(name), 0}, "no 'kind' says what it is for",
                      fmt::format("add one of: {}", joined(kKinds, ", ")));
  }
  environment.kind = *kind;
  if (const YamlNode* node = tree.find("default"))
    environment.is_default = node->as_bool("'default'");
  environment.backup = read_backup_rules(tree, root);
  environment.verify = read_verify_rules(tree);
  environment.drift = read_drift_rules(tree);

  const std::vector<NamedDatabase> named = databases_of(tree);
  for (const NamedDatabase& database : named) {
    const DatabaseSource source{*database.node,    database.key,  database.name,
                                named.size() == 1, substitutions, variables};
    environment.databases.push_back(read_database(source, environment));
  }
  refuse_same_location(named, environment.databases);

  add_values(tree, substitutions, environment.values);
  if (tree.find("kind") == nullptr) {
    environment.values.push_back({"kind", std::string(name_of(*kind)), "default"});
  }
  std::stable_sort(environment.values.begin(), environment.values.end(),
                   [](const auto& a, const auto& b) { return a.key < b.key; });
  return environment;
}

EnvironmentOutline outline_environment(const fs::path& root, std::string_view name,
                                       const Variables& variables) {
  EnvironmentOutline outline;
  outline.name = name;
  try {
    outline.is_default = default_mark(root, name, variables).has_value();
    const YamlNode tree = checked_layers(root, name, variables);
    outline.kind = kind_of(with_kind_only(tree, variables), name);
    if (!outline.kind) return outline;
    for (const NamedDatabase& database : databases_of(tree)) {
      outline.databases.push_back({database.name, guessed_engine(*database.node, variables)});
    }
    read_environment(root, name, variables);
  } catch (const Error& error) {
    outline.problem = error.message();
  }
  return outline;
}

std::vector<ConfiguredValue> written_values(const fs::path& root, std::string_view name,
                                            const Variables& variables) {
  constexpr std::string_view kFromVariable = "_env";
  YamlNode tree = checked_layers(root, name, variables);
  const Substitutions substitutions = put_variables_in(tree, variables, Unset::told);
  std::vector<ConfiguredValue> written;
  add_values(tree, substitutions, written);
  std::vector<ConfiguredValue> values;
  for (ConfiguredValue& value : written) {
    const bool is_named = value.key.ends_with(kFromVariable);
    if (is_named && !find_variable(variables, value.value)) {
      values.push_back({value.key.substr(0, value.key.size() - kFromVariable.size()),
                        fmt::format("(variable '{}' is not set)", value.value), value.origin});
    }
    values.push_back(std::move(value));
  }
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return a.key < b.key; });
  return values;
}

std::optional<Place> default_mark(const fs::path& root, std::string_view name,
                                  const Variables& variables) {
  YamlNode layer = read_environment_layer(root, name);
  const YamlNode* node = layer.find("default");
  if (node == nullptr) return std::nullopt;
  YamlNode value = *node;
  put_variables_in(value, variables);
  if (!value.as_bool("'default'")) return std::nullopt;
  return value.place;
}

}  // namespace provision
