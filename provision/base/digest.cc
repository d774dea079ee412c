#include "provision/base/digest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "provision/base/descriptor.h"
#include "provision/base/hash.h"
#include "provision/base/interrupt.h"

namespace provision {

FileDigest digest_of(const std::filesystem::path& path) {
  constexpr size_t kBlock = 1 << 20;
  // Without O_NONBLOCK, opening a FIFO waits for a writer that may never come.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.is_open()) throw system_error("cannot read", path, errno);
  struct stat info {};
  if (::fstat(file.number(), &info) != 0) throw system_error("cannot read", path, errno);
  if (!S_ISREG(info.st_mode)) {
    throw unavailable(fmt::format("'{}' is not a regular file", path.native()));
  }
  ::posix_fadvise(file.number(), 0, 0, POSIX_FADV_SEQUENTIAL);
  Sha256 sum;
  FileDigest digest;
  std::vector<char> block(kBlock);
  while (true) {
    stop_if_interrupted();
    const ssize_t count = ::read(file.number(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error("cannot read", path, errno);
    if (count == 0) break;
    sum.add({block.data(), static_cast<size_t>(count)});
    digest.size += count;
  }
  digest.sha256 = sum.text();
  return digest;
}

}  // namespace provision
