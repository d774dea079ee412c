// Privileges: what a role lacks, and what it may do beyond what is expected.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "provision/base/text.h"
#include "provision/model/drift/meaning.h"

namespace provision {
namespace {

constexpr std::string_view kPrefix = "privilege to ";
constexpr std::string_view kOnSequence = " on its sequence";
constexpr std::string_view kGrantable = " with grant option";

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
      if (with_grant) found.insert(name + std::string(kGrantable));
    }
  }
  return found;
}

/// What `left` has and `right` has not, to read: "INSERT, UPDATE".
std::string beyond(const std::set<std::string>& left, const std::set<std::string>& right) {
  std::vector<std::string> more;
  for (const std::string& name : left) {
    if (right.contains(name)) continue;
    // Said already of what is not there at all.
    const bool is_grantable = name.ends_with(kGrantable);
    const std::string plain = name.substr(0, name.size() - (is_grantable ? kGrantable.size() : 0));
    if (!is_grantable || right.contains(plain)) more.push_back(name);
  }
  return joined(more, ", ");
}

bool is_only_granting(std::string_view privileges) {
  const std::vector<std::string> names = split_list(privileges);
  return std::all_of(names.begin(), names.end(),
                     [](const std::string& name) { return name.ends_with(kGrantable); });
}

std::string_view role_of(std::string_view field) {
  field.remove_prefix(kPrefix.size());
  if (field.ends_with(kOnSequence)) field.remove_suffix(kOnSequence.size());
  return field;
}

std::string lacks(std::string_view role, std::string_view what) {
  if (role == "public") return fmt::format("not every role has {}", what);
  return fmt::format("role '{}' lacks {}", role, what);
}

std::string has(std::string_view role, std::string_view what) {
  if (role == "public") return fmt::format("every role has {}", what);
  return fmt::format("role '{}' has {}, too", role, what);
}

/// True for what objects made later get; what was changed on a built-in object holds now.
bool is_of_later(const ObjectId& id) {
  return id.kind == ObjectKind::default_privileges && !id.name.starts_with(kChangedOn);
}

/// What a field that says nothing stands for: an owner has everything, the public a little, and the
/// others have nothing.
std::optional<Judgement> judge_usual(const ObjectDifference& difference,
                                     const FieldDifference& field, std::string_view role) {
  const bool is_later = is_of_later(difference.id());
  const std::string_view usual = is_later ? "what is usual on what is made later" : "what is usual";
  if (difference.expected.field("owner") != role && field.expected != "none" &&
      field.actual != "none") {
    return std::nullopt;
  }
  if (!field.actual) return Judgement{Severity::risky, has(role, usual)};
  if (!field.expected) {
    return Judgement{is_later ? Severity::risky : Severity::breaking, lacks(role, usual)};
  }
  return std::nullopt;
}

}  // namespace

Judgement judge_privilege(const ObjectDifference& difference, const FieldDifference& field) {
  const std::string_view role = role_of(field.name);
  if (const auto usual = judge_usual(difference, field, role)) return *usual;
  const std::set<std::string> expected = privileges_of(field.expected.value_or(""));
  const std::set<std::string> actual = privileges_of(field.actual.value_or(""));
  const std::string lost = beyond(expected, actual);
  const bool is_later = is_of_later(difference.id());
  const std::string_view on = is_later ? " on what is made later" : "";
  if (lost.empty()) {
    return {Severity::risky, has(role, beyond(actual, expected).append(on))};
  }
  const bool is_harmless = is_later || is_only_granting(lost);
  return {is_harmless ? Severity::risky : Severity::breaking,
          lacks(role, std::string(lost).append(on))};
}

}  // namespace provision
