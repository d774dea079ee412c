#include "provision/engine/sqlite/patience.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <thread>

#include "provision/base/interrupt.h"
#include "provision/base/text.h"

namespace provision::sqlite {
namespace {

using std::chrono::milliseconds;

// Another program's commit is over in less, and nobody needs to hear of it.
constexpr milliseconds kUnremarkable{200};
constexpr milliseconds kPause{20};

std::string program_name(const std::string& process) {
  std::ifstream file("/proc/" + process + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace

std::string lock_holder(const std::filesystem::path& file) {
  // In WAL mode the locks are on the -shm file.
  std::set<std::string> inodes;
  for (const char* suffix : {"", "-shm"}) {
    struct stat status {};
    if (::stat((file.string() + suffix).c_str(), &status) == 0) {
      inodes.insert(std::to_string(status.st_ino));
    }
  }
  // "1: POSIX  ADVISORY  WRITE 71 fd:01:1234 0 EOF"
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    const std::vector<std::string> words = split_list(line, ' ');
    if (words.size() < 6 || words[3] != "WRITE") continue;
    const std::string& process = words[4];
    if (process == std::to_string(::getpid())) continue;
    if (!inodes.contains(words[5].substr(words[5].rfind(':') + 1))) continue;
    const std::string name = program_name(process);
    if (!name.empty()) return fmt::format("process {} ({})", process, name);
  }
  return "another program";
}

Patience::Patience(std::filesystem::path file, milliseconds limit, Progress& progress)
    : file_(std::move(file)), limit_(limit), progress_(progress) {}

void Patience::attend(sqlite3* connection) {
  sqlite3_busy_handler(connection, &Patience::wait, this);
}

Error Patience::blamed(const Error& error) const {
  if (error.code() != "SQLITE_BUSY") return error;
  return unavailable(fmt::format("'{}' is locked by {}", file_.string(), lock_holder(file_)),
                     "wait for it, or give more time with --lock-timeout SECONDS")
      .with_code(error.code());
}

int Patience::wait(void* self, int tries) {
  try {
    return static_cast<Patience*>(self)->wait_once(tries == 0) ? 1 : 0;
  } catch (const std::exception&) {
    return 0;  // SQLite's own code calls this: its answer is then that the file is locked
  }
}

bool Patience::wait_once(bool is_first) {
  if (is_first) waited_ = Stopwatch();
  if (interrupted() || waited_.elapsed() >= limit_) return false;
  if (!told_ && waited_.elapsed() >= kUnremarkable) {
    told_ = true;
    progress_.note(
        fmt::format("waiting for {}, which has locked '{}'", lock_holder(file_), file_.string()));
  }
  std::this_thread::sleep_for(kPause);
  return true;
}

}  // namespace provision::sqlite
