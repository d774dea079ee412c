#include "provision/base/compression.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <memory>
#include <string_view>
#include <vector>

#include "provision/base/descriptor.h"
#include "provision/base/error.h"
#include "provision/base/hash.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

// Faster than what is compressed is made, and a third smaller than the fastest.
constexpr int kLevel = 3;
constexpr size_t kBlock = 1 << 20;

/// Bytes of `descriptor`, at most `buffer`; none at its end.
size_t read_some(int descriptor, std::vector<char>& buffer, const fs::path& path) {
  while (true) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count >= 0) return static_cast<size_t>(count);
    if (errno != EINTR) throw system_error("cannot read", path, errno);
  }
}

size_t checked(size_t code, const fs::path& path) {
  if (ZSTD_isError(code) == 0) return code;
  throw unavailable(fmt::format("'{}' is damaged: {}", path.native(), ZSTD_getErrorName(code)));
}

/// False when nobody reads any more: who did tells why.
bool pass_on(std::string_view bytes, int output, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(output, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EPIPE) return false;
    if (count < 0) throw system_error("cannot pass on", path, errno);
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

/// A file that is hashed while it is written.
class HashedFile {
 public:
  explicit HashedFile(const fs::path& path)
      : path_(path),
        file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) {
    if (!file_.is_open()) throw system_error("cannot write", path, errno);
  }

  void write(std::string_view bytes) {
    file_.write(bytes, path_);
    sum_.add(bytes);
    size_ += static_cast<std::int64_t>(bytes.size());
  }
  FileDigest finished() {
    file_.sync(path_);
    return {size_, sum_.text()};
  }

 private:
  fs::path path_;
  Descriptor file_;
  Sha256 sum_;
  std::int64_t size_ = 0;
};

}  // namespace

FileDigest compress(int input, const fs::path& path) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                     &ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  HashedFile file(path);
  std::vector<char> raw(kBlock);
  std::vector<char> packed(ZSTD_CStreamOutSize());
  size_t length = 0;
  do {
    length = read_some(input, raw, "a pipe");
    ZSTD_inBuffer from{raw.data(), length, 0};
    const ZSTD_EndDirective end = length == 0 ? ZSTD_e_end : ZSTD_e_continue;
    size_t left = 0;
    do {
      ZSTD_outBuffer to{packed.data(), packed.size(), 0};
      left = checked(ZSTD_compressStream2(context.get(), &to, &from, end), path);
      file.write({packed.data(), to.pos});
    } while (end == ZSTD_e_end ? left > 0 : from.pos < from.size);
  } while (length > 0);
  return file.finished();
}

void decompress(const fs::path& path, int output) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                     &ZSTD_freeDCtx);
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.is_open()) throw system_error("cannot read", path, errno);
  std::vector<char> packed(ZSTD_DStreamInSize());
  std::vector<char> raw(kBlock);
  size_t wanted = 1;  // nothing is left of the frame when it is 0
  while (const size_t length = read_some(file.number(), packed, path)) {
    ZSTD_inBuffer from{packed.data(), length, 0};
    bool is_full = false;  // and so more may wait to be written
    while (from.pos < from.size || is_full) {
      ZSTD_outBuffer to{raw.data(), raw.size(), 0};
      wanted = checked(ZSTD_decompressStream(context.get(), &to, &from), path);
      is_full = to.pos == to.size;
      if (!pass_on({raw.data(), to.pos}, output, path)) return;
    }
  }
  if (wanted != 0) throw unavailable(fmt::format("'{}' ends too early", path.native()));
}

}  // namespace provision
