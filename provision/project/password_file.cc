#include "provision/project/password_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "provision/base/file.h"

namespace provision {

Secret read_password_file(const std::filesystem::path& path, const Place& place) {
  constexpr std::int64_t kLongest = 64 << 10;
  const auto trouble = [&](std::string_view what, std::string hint = {}) {
    return usage_error(place, fmt::format("password file '{}' {}", path.native(), what),
                       std::move(hint));
  };
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    throw trouble(fmt::format("cannot be used: {}", std::strerror(errno)));
  }
  if (!S_ISREG(info.st_mode)) throw trouble("is not a regular file");
  if (info.st_uid != ::geteuid() && info.st_uid != 0) {
    throw trouble("belongs to somebody else", "it must be yours or root's");
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw trouble("can be used by others", fmt::format("chmod 600 '{}'", path.native()));
  }
  std::string text = read_text(path, kLongest);
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) throw trouble("is empty");
  if (text.find('\n') != std::string::npos) throw trouble("has more than one line");
  return Secret(std::move(text));
}

}  // namespace provision
