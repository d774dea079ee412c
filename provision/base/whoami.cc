#include "provision/base/whoami.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>

namespace provision {
namespace {

std::string user() {
  const uid_t id = geteuid();
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 16384> buffer{};
  if (getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) {
    return fmt::format("uid{}", id);  // a container's user need not have a name
  }
  return found->pw_name;
}

std::string host() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

std::string formatted_utc(const char* format, std::chrono::seconds age = {}) {
  const std::time_t then = std::time(nullptr) - static_cast<std::time_t>(age.count());
  std::tm parts{};
  gmtime_r(&then, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

/// The first `size` bytes of `text`, or less, so that no character is cut.
std::string_view shortened(std::string_view text, size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

}  // namespace

std::string user_and_host() {
  // Every revision is signed with it, and asking takes a dozen system calls.
  static const std::string name = fmt::format("{}@{}", user(), host());
  return name;
}

std::string session_name(const std::string& command) {
  constexpr size_t kLongest = 63;  // PostgreSQL cuts an application_name there
  constexpr size_t kShortestWho = 12;
  const std::string who = user_and_host();
  const std::string end = fmt::format(", process {})", getpid());
  const size_t left = kLongest - end.size() - std::string_view(" (").size();
  const std::string what = "provision " + command;
  const std::string_view begin = shortened(what, left - std::min(kShortestWho, who.size()));
  return fmt::format("{} ({}{}", begin, shortened(who, left - begin.size()), end);
}

std::string utc_now() { return utc_before({}); }

std::string utc_before(std::chrono::seconds age) {
  return formatted_utc("%Y-%m-%dT%H:%M:%SZ", age);
}

std::string utc_digits() { return formatted_utc("%Y%m%d%H%M%S"); }

}  // namespace provision
