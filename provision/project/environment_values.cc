#include "provision/project/environment_values.h"

#include "provision/base/text.h"

namespace provision {
namespace {

/// A URL as it may be shown, whatever stands in it.
std::string shown_url(const std::string& url) {
  try {
    return redacted(parse_url(url).location.url_with_password());
  } catch (const Error&) {
    return "***";
  }
}

void add_values(const YamlNode& node, const std::string& key, const Substitutions& substitutions,
                std::vector<ConfiguredValue>& values) {
  if (node.kind == YamlNode::Kind::mapping) {
    for (size_t i = 0; i < node.items.size(); ++i) {
      add_values(node.items[i], dotted(key, node.keys[i].text), substitutions, values);
    }
    return;
  }
  const bool is_list = node.kind == YamlNode::Kind::sequence;
  const std::string text = is_list ? joined(node.as_list(key), ", ") : node.text;
  const auto used = substitutions.find(key);
  std::string origin = node.place.text();
  if (used != substitutions.end() && !used->second.variables.empty()) {
    origin = fmt::format("variable {} ({})", joined(used->second.variables, ", "), origin);
  }
  if (used != substitutions.end() && !used->second.problem.empty()) {
    values.push_back({key, fmt::format("({})", used->second.problem), origin});
    return;
  }
  values.push_back({key, key.ends_with(".url") ? shown_url(text) : redacted(text), origin});
}

}  // namespace

void add_values(const YamlNode& tree, const Substitutions& substitutions,
                std::vector<ConfiguredValue>& values) {
  add_values(tree, "", substitutions, values);
}

}  // namespace provision
