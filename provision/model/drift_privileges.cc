// Privileges: what a role lacks, and what it may do beyond what is expected.
#include <fmt/format.h>

#include <set>

#include "provision/base/text.h"
#include "provision/model/drift_meaning.h"

namespace provision {
namespace {

constexpr std::string_view kPrefix = "privilege to ";
constexpr std::string_view kOnSequence = " on its sequence";
constexpr std::string_view kGrant = "grant ";

/// What "SELECT, INSERT; with grant option: UPDATE" says, one privilege each; those that may be
/// granted, too, are there twice.
std::set<std::string> privileges_of(std::string_view text) {
  constexpr std::string_view kWithGrant = "with grant option: ";
  std::set<std::string> found;
  for (const std::string& part : split_list(text, ';')) {
    const bool with_grant = part.starts_with(kWithGrant);
    const std::string_view names =
        std::string_view(part).substr(with_grant ? kWithGrant.size() : 0);
    for (const std::string& name : split_list(names)) {
      if (name == "none") continue;
      found.insert(name);
      if (with_grant) found.insert(std::string(kGrant) + name);
    }
  }
  return found;
}

/// What `left` has and `right` has not, to read: "INSERT, UPDATE".
std::string beyond(const std::set<std::string>& left, const std::set<std::string>& right) {
  std::vector<std::string> more;
  for (const std::string& name : left) {
    // To grant is part of what is new.
    if (name.starts_with(kGrant) && !right.contains(name.substr(kGrant.size()))) continue;
    if (!right.contains(name)) more.push_back(name);
  }
  return joined(more, ", ");
}

bool is_only_granting(std::string_view privileges) {
  for (const std::string& name : split_list(privileges)) {
    if (!name.starts_with(kGrant)) return false;
  }
  return true;
}

std::string_view role_of(std::string_view field) {
  field.remove_prefix(kPrefix.size());
  if (field.ends_with(kOnSequence)) field.remove_suffix(kOnSequence.size());
  return field;
}

}  // namespace

Judgement judge_privilege(const ObjectDifference& difference, const FieldDifference& field) {
  const std::string_view name = role_of(field.name);
  const std::string role = name == "public" ? "any role" : fmt::format("role '{}'", name);
  // Where nothing is said a role has what is usual: an owner everything, the others next to
  // nothing.
  const bool is_owner = difference.expected.field("owner") == name || field.expected == "none" ||
                        field.actual == "none";
  if (is_owner && !field.actual) {
    return {Severity::risky, fmt::format("{} may do all that is usual", role)};
  }
  if (is_owner && !field.expected) {
    return {Severity::breaking, fmt::format("{} lacks what is usual", role)};
  }
  const std::set<std::string> expected = privileges_of(field.expected.value_or(""));
  const std::set<std::string> actual = privileges_of(field.actual.value_or(""));
  const std::string lost = beyond(expected, actual);
  const std::string gained = beyond(actual, expected);
  const bool is_later = difference.id().kind == ObjectKind::default_privileges;
  const std::string on = is_later ? " on what is made later" : "";
  if (!lost.empty()) {
    const bool is_harmless = is_later || is_only_granting(lost);
    const std::string_view lacks = name == "public" ? "not every role may" : "may not";
    const std::string who = name == "public" ? std::string() : role + " ";
    return {is_harmless ? Severity::risky : Severity::breaking,
            fmt::format("{}{} {}{}", who, lacks, lost, on)};
  }
  return {Severity::risky, fmt::format("{} may {}{}", role, gained, on)};
}

}  // namespace provision
