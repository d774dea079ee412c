// Waiting for another program that has a SQLite file locked.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "provision/base/error.h"
#include "provision/base/progress.h"

struct sqlite3;

namespace provision::sqlite {

/// How long a connection waits when the file is locked, and who is told what it waits for. It must
/// outlive the connection.
class Patience {
 public:
  Patience(std::filesystem::path file, std::chrono::milliseconds limit, Progress& progress);
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

  /// Makes `connection` wait so, whatever it does.
  void attend(sqlite3* connection);
  /// `error`, or, where it is that the file is locked, one that says by whom.
  Error blamed(const Error& error) const;

 private:
  static int wait(void* self, int tries);
  bool wait_once(bool is_first);

  std::filesystem::path file_;
  std::chrono::milliseconds limit_;
  Progress& progress_;
  Stopwatch waited_;
  bool told_ = false;
};

/// Who has a lock on the database `file`: "process 71 (sqlite3)", or "another program" where the
/// system does not tell.
std::string lock_holder(const std::filesystem::path& file);

}  // namespace provision::sqlite
