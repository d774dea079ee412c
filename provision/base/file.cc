#include "provision/base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "provision/base/descriptor.h"
#include "provision/base/error.h"
#include "provision/base/hash.h"
#include "provision/base/utf8.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

Error unreadable(const fs::path& path, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    return usage_error(fmt::format("no such file: '{}'", path.native()));
  }
  return system_error("cannot read", path, error);
}

/// Reads until the end of the file, which `size` only foretells: files in /proc say 0.
std::string read_all(const Descriptor& file, const fs::path& path, size_t size, size_t limit) {
  std::string text(size + 1, '\0');
  size_t used = 0;
  while (true) {
    const ssize_t count = ::read(file.number(), text.data() + used, text.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw unreadable(path, errno);
    used += static_cast<size_t>(count);
    if (count == 0 || used == size) break;
    if (used > limit) break;
    if (used == text.size()) text.resize(text.size() * 2);
  }
  text.resize(used);
  return text;
}

std::string bounded_text(const fs::path& path, std::int64_t limit) {
  // Without O_NONBLOCK, opening a FIFO waits for a writer that may never come.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.is_open()) throw unreadable(path, errno);
  struct stat info {};
  if (::fstat(file.number(), &info) != 0) throw unreadable(path, errno);
  const Place place{path.native(), 0};
  if (S_ISDIR(info.st_mode)) throw usage_error(place, "is a folder, not a file");
  if (!S_ISREG(info.st_mode)) throw usage_error(place, "is not a regular file");
  std::string text;
  if (info.st_size <= limit) {
    text = read_all(file, path, static_cast<size_t>(info.st_size), static_cast<size_t>(limit));
  }
  if (info.st_size > limit || static_cast<std::int64_t>(text.size()) > limit) {
    throw usage_error(place, fmt::format("is larger than {} bytes, the most that is read", limit));
  }
  return text;
}

int line_at(std::string_view text, size_t offset) {
  return 1 +
         static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(offset), '\n'));
}

void check_text(std::string_view text, const fs::path& path) {
  const size_t nul = text.find('\0');
  const size_t bad = std::min(first_bad_byte(text), nul);
  if (bad == std::string_view::npos) return;
  const Place place{path.native(), line_at(text, bad)};
  if (bad == nul) throw usage_error(place, "has a NUL byte, so it is not text");
  throw usage_error(
      place, fmt::format("byte 0x{:02x} is not UTF-8", static_cast<unsigned char>(text[bad])),
      "save the file as UTF-8");
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// A new, synced file with `text` in the folder of `path`, removed unless it was moved to `path`.
class NewFile {
 public:
  NewFile(const fs::path& path, std::string_view text, mode_t mode)
      : target_(path), path_(folder_of(path) / fmt::format(".provision-{}.tmp", random_hex(8))) {
    const Descriptor file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file.is_open()) throw system_error("cannot write", target_, errno);
    try {
      file.write(text, target_);
      file.sync(target_);
    } catch (...) {
      ::unlink(path_.c_str());
      throw;
    }
  }
  ~NewFile() {
    if (!moved_) ::unlink(path_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void replace_target() {
    if (::rename(path_.c_str(), target_.c_str()) != 0) throw_failed();
    moved_ = true;
    sync_path(folder_of(target_));
  }

  /// False if something stands at the target.
  bool move_to_free_target() {
    moved_ = ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) == 0;
    // Some file systems, such as NFS, cannot do that; a second name for the file does the same.
    const bool is_linked = !moved_ && (errno == EINVAL || errno == ENOSYS) &&
                           ::link(path_.c_str(), target_.c_str()) == 0;
    if (!moved_ && !is_linked) {
      if (errno == EEXIST) return false;
      throw_failed();
    }
    sync_path(folder_of(target_));
    return true;
  }

 private:
  [[noreturn]] void throw_failed() const { throw system_error("cannot write", target_, errno); }

  fs::path target_;
  fs::path path_;
  bool moved_ = false;
};

}  // namespace

std::string read_text(const fs::path& path, std::int64_t limit) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::string text = bounded_text(path, limit);
  check_text(text, path);
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  return text;
}

std::string read_bytes(const fs::path& path, std::int64_t limit) {
  return bounded_text(path, limit);
}

void write_file(const fs::path& path, std::string_view text, bool is_private) {
  NewFile(path, text, is_private ? 0600 : 0644).replace_target();
}

void create_file(const fs::path& path, std::string_view text) {
  if (!NewFile(path, text, 0644).move_to_free_target()) {
    throw usage_error(fmt::format("'{}' exists already", path.native()));
  }
}

void make_folder(const fs::path& path, bool is_private) {
  fs::path made;
  for (const fs::path& part : path) {
    made /= part;
    if (part.empty() || ::mkdir(made.c_str(), is_private ? 0700 : 0777) == 0) continue;
    const int error = errno;
    std::error_code ignored;
    if (!fs::is_directory(made, ignored)) throw system_error("cannot make folder", path, error);
  }
}

void sync_path(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) throw system_error("cannot sync", path, errno);
  file.sync(path);
}

std::string shown_path(const fs::path& path, const fs::path& base) {
  if (path.is_absolute() != base.is_absolute()) return path.native();
  const fs::path relative = path.lexically_normal().lexically_relative(base.lexically_normal());
  return relative.empty() || *relative.begin() == ".." ? path.native() : relative.native();
}

bool is_within(const fs::path& path, const fs::path& folder) {
  std::error_code error;
  const fs::path inner = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) return false;
  const fs::path outer = fs::weakly_canonical(fs::absolute(folder, error), error);
  if (error) return false;
  const fs::path relative = inner.lexically_relative(outer);
  return !relative.empty() && *relative.begin() != "..";
}

TemporaryFolder::TemporaryFolder(const fs::path& parent) {
  std::error_code error;
  const fs::path base = parent.empty() ? fs::temp_directory_path(error) : parent;
  std::string name = (base / "provision-XXXXXX").native();
  if (error || ::mkdtemp(name.data()) == nullptr) {
    throw system_error("cannot make a temporary folder in", base, error ? error.value() : errno);
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // a destructor cannot throw, and what stays hurts nobody
  fs::remove_all(path_, ignored);
}

}  // namespace provision
