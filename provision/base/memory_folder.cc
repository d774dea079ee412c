#include "provision/base/memory_folder.h"

#include <fmt/format.h>

#include <fstream>
#include <limits>

#include "provision/base/readable_size.h"

namespace provision {
namespace {

/// What the machine can still give, by its own estimate; no limit where it does not say.
std::uintmax_t available_memory() {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    constexpr std::string_view kName = "MemAvailable:";
    if (line.starts_with(kName))
      return std::strtoull(line.c_str() + kName.size(), nullptr, 10) << 10;
  }
  return std::numeric_limits<std::uintmax_t>::max();
}

}  // namespace

const std::filesystem::path& memory_folder() {
  static const std::filesystem::path folder = "/dev/shm";
  return folder;
}

MemoryRoom memory_room(std::uintmax_t bytes) {
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(memory_folder(), error);
  if (error) return {false, fmt::format("there is no '{}'", memory_folder().string())};
  if (space.available < bytes) {
    return {false, fmt::format("'{}' has only {} free", memory_folder().string(),
                               readable_size(static_cast<std::int64_t>(space.available)))};
  }
  const std::uintmax_t memory = std::min(available_memory(), space.available);
  return {memory >= bytes, fmt::format("{}{} of memory are free", memory < bytes ? "only " : "",
                                       readable_size(static_cast<std::int64_t>(memory)))};
}

}  // namespace provision
