// A server takes so many sessions and no more: who makes or drops databases waits for a turn.
#pragma once

#include <filesystem>
#include <memory>

#include "provision/base/file.h"

namespace provision {

/// One of few turns that the processes of a project have at a time, until this object goes.
class Turn {
 public:
  explicit Turn(const std::filesystem::path& work_folder);

 private:
  std::unique_ptr<FileLock> lock_;
};

}  // namespace provision
