// Privileges as the server writes them: "ann=r*w/bob =X/bob".
#include <array>
#include <map>
#include <set>

#include "provision/engine/postgresql/catalog_rows.h"

namespace provision::postgresql {
namespace {

struct Privilege {
  char letter;
  std::string_view name;
};

constexpr std::array kPrivileges = {
    Privilege{'r', "SELECT"},  Privilege{'a', "INSERT"},       Privilege{'w', "UPDATE"},
    Privilege{'d', "DELETE"},  Privilege{'D', "TRUNCATE"},     Privilege{'x', "REFERENCES"},
    Privilege{'t', "TRIGGER"}, Privilege{'X', "EXECUTE"},      Privilege{'U', "USAGE"},
    Privilege{'C', "CREATE"},  Privilege{'c', "CONNECT"},      Privilege{'T', "TEMPORARY"},
    Privilege{'s', "SET"},     Privilege{'A', "ALTER SYSTEM"}, Privilege{'m', "MAINTAIN"},
};

/// By letter; true if the role may grant it, too.
using Held = std::map<char, bool>;

/// A role's name at the beginning of `text`, which is cut after it.
std::string take_role(std::string_view& text) {
  std::string role;
  bool quoted = false;
  size_t at = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '"') {
      if (quoted && at + 1 < text.size() && text[at + 1] == '"') {
        role += text[at++];
      } else {
        quoted = !quoted;
      }
    } else if (!quoted && (text[at] == '=' || text[at] == ' ')) {
      break;
    } else {
      role += text[at];
    }
  }
  text.remove_prefix(at);
  return role;
}

std::map<std::string, Held> parsed(std::string_view text) {
  std::map<std::string, Held> roles;
  while (!text.empty()) {
    std::string role = take_role(text);
    Held& held = roles[role.empty() ? "public" : role];
    if (!text.empty()) text.remove_prefix(1);
    char last = 0;
    while (!text.empty() && text.front() != '/') {
      if (text.front() == '*') {
        held[last] = true;
      } else {
        last = text.front();
        held.try_emplace(last, false);
      }
      text.remove_prefix(1);
    }
    if (!text.empty()) text.remove_prefix(1);
    take_role(text);  // who granted it
    if (!text.empty()) text.remove_prefix(1);
  }
  return roles;
}

std::string shown(const Held& held, bool with_grant) {
  std::string names;
  for (const Privilege& privilege : kPrivileges) {
    const auto found = held.find(privilege.letter);
    if (found == held.end() || found->second != with_grant) continue;
    names.append(names.empty() ? "" : ", ").append(privilege.name);
  }
  return names;
}

std::string shown(const Held& held) {
  if (held.empty()) return "none";
  std::string names = shown(held, false);
  if (const std::string more = shown(held, true); !more.empty()) {
    names.append(names.empty() ? "" : "; ").append("with grant option: ").append(more);
  }
  return names;
}

}  // namespace

void add_privileges(std::vector<Field>& fields, std::string_view acl, std::string_view usual,
                    std::string_view suffix) {
  std::map<std::string, Held> roles = parsed(acl);
  const std::map<std::string, Held> before = parsed(usual);
  for (const auto& [role, unused] : before) roles.try_emplace(role);
  for (const auto& [role, held] : roles) {
    const auto found = before.find(role);
    if (found != before.end() ? found->second == held : held.empty()) continue;
    fields.push_back({std::string("privilege to ").append(role).append(suffix), shown(held)});
  }
}

}  // namespace provision::postgresql
