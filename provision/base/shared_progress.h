// One voice for several workers.
#pragma once

#include <mutex>

#include "provision/base/progress.h"

namespace provision {

class SharedProgress final : public Progress {
 public:
  explicit SharedProgress(Progress& progress) : progress_(progress) {}

  void step(std::string_view what) override {
    const std::lock_guard guard(mutex_);
    progress_.step(what);
  }
  void done(std::chrono::duration<double, std::milli> took) override {
    const std::lock_guard guard(mutex_);
    progress_.done(took);
  }
  void note(std::string_view text) override {
    const std::lock_guard guard(mutex_);
    progress_.note(text);
  }
  void detail(std::string_view text) override {
    const std::lock_guard guard(mutex_);
    progress_.detail(text);
  }

 private:
  Progress& progress_;
  std::mutex mutex_;
};

}  // namespace provision
