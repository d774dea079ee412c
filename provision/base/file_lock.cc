#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

#include "provision/base/descriptor.h"
#include "provision/base/file.h"
#include "provision/base/interrupt.h"

namespace provision {

FileLock::FileLock(const std::filesystem::path& path)
    : path_(path), descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0) throw system_error("cannot open lock file", path_, errno);
}

FileLock::~FileLock() { ::close(descriptor_); }

bool FileLock::try_lock(Mode mode) {
  const int operation = (mode == Mode::exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB;
  while (::flock(descriptor_, operation) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) throw system_error("cannot lock", path_, errno);
  }
  return true;
}

void FileLock::lock(Mode mode) {
  // Asking again and again, not a flock that waits: the thread that waits gets no signal, so
  // Ctrl-C could not end its wait.
  constexpr std::chrono::milliseconds kLongestPause{50};
  for (std::chrono::milliseconds pause{1}; !try_lock(mode);
       pause = std::min(pause * 2, kLongestPause)) {
    stop_if_interrupted();
    std::this_thread::sleep_for(pause);
  }
}

void FileLock::write_holder(std::string_view text) {
  if (::ftruncate(descriptor_, 0) != 0 ||
      ::pwrite(descriptor_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    throw system_error("cannot write", path_, errno);
  }
}

std::string FileLock::holder() const {
  std::array<char, 4096> text{};
  const ssize_t count = ::pread(descriptor_, text.data(), text.size(), 0);
  return {text.data(), static_cast<size_t>(std::max<ssize_t>(count, 0))};
}

}  // namespace provision
