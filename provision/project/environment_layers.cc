#include "provision/project/environment_layers.h"

#include <algorithm>
#include <array>

#include "provision/base/text.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

/// Ways to say the same thing: a file that uses one does not inherit the others.
const std::array<std::vector<std::string_view>, 2> kAlternatives{
    {{"path", "url", "url_env", "urls_file"}, {"password_env", "password_file"}}};

bool is_visible_file(const fs::directory_entry& entry) {
  std::error_code ignored;
  return !entry.path().filename().native().starts_with('.') && !entry.is_directory(ignored);
}

void remove_key(YamlNode& mapping, std::string_view key) {
  for (size_t i = 0; i < mapping.keys.size(); ++i) {
    if (mapping.keys[i].text != key) continue;
    mapping.keys.erase(mapping.keys.begin() + static_cast<std::ptrdiff_t>(i));
    mapping.items.erase(mapping.items.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
}

/// `base` with the keys of `own` put over it.
void merge(YamlNode& base, const YamlNode& own) {
  for (const auto& alternatives : kAlternatives) {
    const bool says_one =
        std::any_of(alternatives.begin(), alternatives.end(),
                    [&](std::string_view key) { return own.find(key) != nullptr; });
    if (!says_one) continue;
    for (const std::string_view key : alternatives) remove_key(base, key);
  }
  for (size_t i = 0; i < own.keys.size(); ++i) {
    const YamlNode& key = own.keys[i];
    const YamlNode& value = own.items[i];
    auto place = std::find_if(base.keys.begin(), base.keys.end(),
                              [&](const YamlNode& known) { return known.text == key.text; });
    if (place == base.keys.end()) {
      base.keys.push_back(key);
      base.items.push_back(value);
      continue;
    }
    YamlNode& inherited = base.items[static_cast<size_t>(place - base.keys.begin())];
    const bool are_mappings =
        inherited.kind == YamlNode::Kind::mapping && value.kind == YamlNode::Kind::mapping;
    if (are_mappings) {
      merge(inherited, value);
    } else {
      inherited = value;
    }
    *place = key;
  }
  base.place = own.place;
}

/// The name after `extends:` of `layer`, if it has one.
std::optional<std::string> extended_by(const YamlNode& layer, const Variables& variables) {
  const YamlNode* extends = layer.find("extends");
  if (extends == nullptr) return std::nullopt;
  return interpolate(extends->as_text("'extends'"), variables, extends->place).text;
}

Interpolated interpolated(const YamlNode& node, const Variables& variables, Unset unset) {
  try {
    return interpolate(node.text, variables, unset == Unset::told ? Place{} : node.place);
  } catch (const Error& error) {
    if (unset == Unset::refused) throw;
    std::string_view problem = error.message();
    problem.remove_prefix(Place{}.text().size() + 2);
    return {.text = {}, .written = {}, .variables = {}, .problem = std::string(problem)};
  }
}

void put_variables_in(YamlNode& node, const Variables& variables, Unset unset,
                      const std::string& key, Substitutions& substitutions) {
  if (node.kind == YamlNode::Kind::scalar) {
    Interpolated value = interpolated(node, variables, unset);
    node.text = value.text;
    Interpolated& known = substitutions[key];
    known.variables.insert(known.variables.end(), value.variables.begin(), value.variables.end());
    known.written = std::move(value.written);
    if (!value.problem.empty()) known.problem = std::move(value.problem);
  }
  for (size_t i = 0; i < node.items.size(); ++i) {
    const bool is_list = node.kind == YamlNode::Kind::sequence;
    put_variables_in(node.items[i], variables, unset,
                     is_list ? key : dotted(key, node.keys[i].text), substitutions);
  }
}

}  // namespace

std::string dotted(std::string_view parent, std::string_view key) {
  return parent.empty() ? std::string(key) : fmt::format("{}.{}", parent, key);
}

std::string environment_file_name(std::string_view name) {
  return fmt::format("environments/{}.yaml", name);
}

bool is_environment_name(std::string_view name) {
  constexpr size_t kLongestName = 63;
  constexpr std::string_view kFirst = "abcdefghijklmnopqrstuvwxyz_";
  constexpr std::string_view kLater = "abcdefghijklmnopqrstuvwxyz_0123456789-";
  return !name.empty() && name.size() <= kLongestName &&
         kFirst.find(name[0]) != std::string_view::npos &&
         name.find_first_not_of(kLater) == std::string_view::npos;
}

std::vector<std::string> environment_names(const fs::path& root) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root / "environments", error)) {
    if (!is_visible_file(entry)) continue;
    const fs::path name = entry.path().filename();
    if (name.extension() == ".yaml") names.push_back(name.stem().native());
    if (name.extension() == ".yml") {
      throw usage_error(Place{"environments/" + name.native(), 0},
                        "environment files end in '.yaml'",
                        fmt::format("rename it to '{}.yaml'", name.stem().native()));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

YamlNode read_environment_layer(const fs::path& root, std::string_view name) {
  const std::vector<std::string> known = environment_names(root);
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    throw usage_error(fmt::format("no environment '{}'", name), name_hint(name, known));
  }
  const std::string shown = environment_file_name(name);
  if (!is_environment_name(name)) {
    throw usage_error(Place{shown, 0}, fmt::format("'{}' cannot name an environment", name),
                      "use a-z, 0-9, '_' and '-', a letter first, at most 63 characters");
  }
  YamlNode layer = read_yaml(root / shown, shown);
  layer.must_be(YamlNode::Kind::mapping, "an environment");
  return layer;
}

YamlNode read_environment_layers(const fs::path& root, std::string_view name,
                                 const Variables& variables) {
  std::vector<std::string> chain{std::string(name)};
  std::vector<YamlNode> layers{read_environment_layer(root, name)};
  while (const auto next = extended_by(layers.back(), variables)) {
    const Place place = layers.back().find("extends")->place;
    const bool seen = std::find(chain.begin(), chain.end(), *next) != chain.end();
    chain.push_back(*next);
    if (seen) {
      throw usage_error(place,
                        fmt::format("'extends' goes in a circle: {}", joined(chain, " -> ")));
    }
    try {
      layers.push_back(read_environment_layer(root, *next));
    } catch (const Error& error) {
      throw error.at(place);
    }
    remove_key(layers.back(), "default");
  }
  YamlNode merged = std::move(layers.back());
  for (layers.pop_back(); !layers.empty(); layers.pop_back()) merge(merged, layers.back());
  remove_key(merged, "extends");
  return merged;
}

Substitutions put_variables_in(YamlNode& tree, const Variables& variables, Unset unset) {
  Substitutions substitutions;
  put_variables_in(tree, variables, unset, "", substitutions);
  return substitutions;
}

}  // namespace provision
