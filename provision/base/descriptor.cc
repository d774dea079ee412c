#include "provision/base/descriptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "provision/base/text.h"

namespace provision {

Error system_error(std::string_view what, const std::filesystem::path& path, int error) {
  return unavailable(fmt::format("{} '{}': {}", what, path.native(),
                                 lower(std::generic_category().message(error))));
}

void Descriptor::close() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

void Descriptor::write(std::string_view text, const std::filesystem::path& path) const {
  while (!text.empty()) {
    const ssize_t count = ::write(number_, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error("cannot write", path, errno);
    text.remove_prefix(static_cast<size_t>(count));
  }
}

void Descriptor::sync(const std::filesystem::path& path) const {
  // EINVAL: some file systems cannot sync a folder, and need not.
  if (::fsync(number_) != 0 && errno != EINVAL) throw system_error("cannot sync", path, errno);
}

Pipe open_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) throw system_error("cannot make", "a pipe", errno);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

void open_standard_streams() {
  int opened = 0;
  while (opened >= 0 && opened <= STDERR_FILENO) opened = ::open("/dev/null", O_RDWR);
  if (opened > STDERR_FILENO) ::close(opened);
}

}  // namespace provision
