#include "harness/roles_compare.h"

#include <algorithm>
#include <array>

#include "provision/base/text.h"

namespace harness {
namespace {

constexpr std::array<std::string_view, 7> kWords = {
    "role", "create user", "alter user", "drop user", "grant", "revoke", "create group"};

/// True if `name` is a word of `text`; both are in lower case.
bool names(std::string_view text, std::string_view name) {
  const auto is_letter = [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  for (size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const size_t end = at + name.size();
    const bool begins = at == 0 || !is_letter(text[at - 1]);
    if (begins && (end == text.size() || !is_letter(text[end]))) return true;
  }
  return false;
}

std::string list_of(const std::vector<std::string>& facts) {
  return facts.empty() ? "nothing" : provision::joined(facts, ", ");
}

}  // namespace

bool may_change_roles(std::string_view text) {
  const std::string lowered = provision::lower(text);
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    return lowered.find(word) != std::string::npos;
  });
}

std::vector<provision::Difference> role_differences(const RoleFacts& before, const RoleFacts& after,
                                                    std::string_view text) {
  const std::string lowered = provision::lower(text);
  std::vector<provision::Difference> differences;
  for (const auto& [name, was] : before) {
    if (!names(lowered, provision::lower(name))) continue;
    const auto is = after.find(name);
    if (is == after.end()) {
      differences.push_back({.type = "missing",
                             .object = "role " + name,
                             .expected = list_of(was),
                             .difference_class = "privilege"});
    } else if (is->second != was) {
      differences.push_back({.type = "changed",
                             .object = "role " + name,
                             .attribute = "attributes",
                             .expected = list_of(was),
                             .actual = list_of(is->second),
                             .difference_class = "privilege"});
    }
  }
  return differences;
}

}  // namespace harness
