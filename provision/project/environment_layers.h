// Environment files as they are written: which there are, what each extends, variables put in.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/project/interpolation.h"
#include "provision/project/yaml.h"

namespace provision {

/// Names of the environment files of the project at `root`, sorted. Throws usage Error for a file
/// that ends in `.yml`.
std::vector<std::string> environment_names(const std::filesystem::path& root);

/// "environments/<name>.yaml".
std::string environment_file_name(std::string_view name);

/// True for what may name an environment or one of its databases.
bool is_environment_name(std::string_view name);

/// One file as it is, without what it extends. Throws usage Error: no such environment (the nearest
/// named), malformed, no mapping.
YamlNode read_environment_layer(const std::filesystem::path& root, std::string_view name);

/// The keys of an environment: its own file over those that it extends, key by key. Variables are
/// not put in yet. `extends` is gone, and so is a `default` that belongs to another environment.
YamlNode read_environment_layers(const std::filesystem::path& root, std::string_view name,
                                 const Variables& variables);

/// What variables did to the values of a tree, by dotted key ("database.url"). A list has one
/// entry.
using Substitutions = std::map<std::string, Interpolated, std::less<>>;

/// What a variable that is not set, or cannot be read, is: an error, or a problem to tell.
enum class Unset { refused, told };

/// Puts variables into every scalar of `tree`.
Substitutions put_variables_in(YamlNode& tree, const Variables& variables,
                               Unset unset = Unset::refused);

/// "database.url".
std::string dotted(std::string_view parent, std::string_view key);

}  // namespace provision
