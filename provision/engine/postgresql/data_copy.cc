#include "provision/engine/postgresql/data_copy.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "provision/base/descriptor.h"
#include "provision/base/error.h"
#include "provision/base/interrupt.h"

// By descriptors and without following links: we may be root, and what is copied belongs to a user
// who is not.

namespace provision::postgresql {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBlock = 8192;

Error failure(const fs::path& path) {
  const int error = errno;
  const Error told = system_error("cannot copy", path, error);
  return error == ENOSPC || error == EDQUOT ? told.with_code("ENOSPC") : told;
}

bool is_zero(const char* bytes, size_t size) {
  return bytes[0] == 0 && std::memcmp(bytes, bytes + 1, size - 1) == 0;
}

class DataCopy {
 public:
  DataCopy(const ServerUser& owner, bool sparse) : owner_(owner), sparse_(sparse) {}

  /// The entries of `from` into `to`; `path` is what errors name.
  void folder(int from, int to, const fs::path& path) {
    stop_if_interrupted();
    const auto close = [](DIR* stream) { ::closedir(stream); };
    const std::unique_ptr<DIR, decltype(close)> stream(::fdopendir(::dup(from)), close);
    if (!stream) throw failure(path);
    while (const dirent* entry = ::readdir(stream.get())) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      const fs::path below = path / name;
      const Descriptor source(
          ::openat(from, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
      struct stat info {};
      if (!source.is_open() || ::fstat(source.number(), &info) != 0) throw failure(below);
      if (S_ISDIR(info.st_mode)) {
        subfolder(source.number(), to, name, below);
      } else if (S_ISREG(info.st_mode)) {
        file(source.number(), info, to, name, below);
      } else {
        throw unavailable(fmt::format("'{}' is no file", below.string()));
      }
    }
  }

  void give(int descriptor, const fs::path& path) const {
    if (owner_.name.empty()) return;
    if (::fchown(descriptor, owner_.uid, owner_.gid) != 0) throw failure(path);
  }

 private:
  void subfolder(int source, int parent, const std::string& name, const fs::path& path) {
    if (::mkdirat(parent, name.c_str(), 0700) != 0) throw failure(path);
    const Descriptor made(
        ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!made.is_open()) throw failure(path);
    folder(source, made.number(), path);
    give(made.number(), path);
  }

  void file(int source, const struct stat& info, int parent, const std::string& name,
            const fs::path& path) {
    const Descriptor made(
        ::openat(parent, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!made.is_open()) throw failure(path);
    if (!is_shared(source, made.number(), info.st_size)) bytes(source, made.number(), path);
    if (::ftruncate(made.number(), info.st_size) != 0) throw failure(path);
    give(made.number(), path);
  }

  /// True if the file system could copy by itself. Asked of files of some size only, and until it
  /// says no once.
  bool is_shared(int source, int target, off_t size) {
    if (!may_share_ || size < static_cast<off_t>(kBlock)) return false;
    may_share_ = ::ioctl(target, FICLONE, source) == 0;
    return may_share_;
  }

  void bytes(int source, int target, const fs::path& path) {
    for (off_t at = 0;;) {
      const ssize_t count = ::pread(source, buffer_.data(), buffer_.size(), at);
      if (count < 0) throw failure(path);
      if (count == 0) return;
      write(target, static_cast<size_t>(count), at, path);
      at += count;
    }
  }

  /// Runs of blocks that are not zeros, each in one call.
  void write(int target, size_t count, off_t at, const fs::path& path) {
    size_t begin = 0;
    for (size_t end = 0; end < count; begin = end) {
      const size_t first = std::min(kBlock, count - begin);
      end = begin + first;
      if (sparse_ && is_zero(buffer_.data() + begin, first)) continue;
      while (end < count) {
        const size_t next = std::min(kBlock, count - end);
        if (sparse_ && is_zero(buffer_.data() + end, next)) break;
        end += next;
      }
      const auto size = static_cast<ssize_t>(end - begin);
      errno = ENOSPC;  // a short count says no more
      if (::pwrite(target, buffer_.data() + begin, end - begin, at + static_cast<off_t>(begin)) !=
          size) {
        throw failure(path);
      }
    }
  }

  const ServerUser& owner_;
  bool sparse_;
  bool may_share_ = true;
  std::vector<char> buffer_ = std::vector<char>(32 * kBlock);
};

}  // namespace

void copy_data(const fs::path& from, const fs::path& to, const ServerUser& owner, bool sparse) {
  const Descriptor source(::open(from.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!source.is_open()) throw failure(from);
  if (::mkdir(to.c_str(), 0700) != 0) throw failure(to);
  const Descriptor made(::open(to.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!made.is_open()) throw failure(to);
  DataCopy copy(owner, sparse);
  copy.folder(source.number(), made.number(), to);
  copy.give(made.number(), to);
}

}  // namespace provision::postgresql
