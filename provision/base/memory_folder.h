// A place in memory for what need not last.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace provision {

/// Whether so much may be put into memory, and what says so.
struct MemoryRoom {
  bool is_enough = false;
  std::string reason;  ///< "23.1 GiB of memory are free", "/dev/shm has 60.2 MiB free"
};

/// The folder that all users share in memory.
const std::filesystem::path& memory_folder();
/// Asks the folder's file system and the machine: a file system may promise more than there is.
MemoryRoom memory_room(std::uintmax_t bytes);

/// What a server or a scratch folder may come to need: a cluster takes 40 MB, and its log may grow
/// a lot before it is reused.
inline constexpr std::uintmax_t kServerRoom = 1500ULL << 20;

}  // namespace provision
