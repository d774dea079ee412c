#include "provision/ops/turn.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "provision/base/interrupt.h"

namespace provision {

Turn::Turn(const std::filesystem::path& work_folder) {
  constexpr int kTurns = 8;
  constexpr std::chrono::milliseconds kLongestPause{20};
  const std::filesystem::path folder = work_folder / "turns";
  make_folder(folder);
  int next = ::getpid();
  for (std::chrono::milliseconds pause{1};; pause = std::min(pause * 2, kLongestPause)) {
    for (int i = 0; i < kTurns; ++i) {
      lock_ = std::make_unique<FileLock>(folder / fmt::format("{}.lock", next++ % kTurns));
      if (lock_->try_lock()) return;
    }
    stop_if_interrupted();
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace provision
