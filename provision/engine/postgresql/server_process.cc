#include "provision/engine/postgresql/server_process.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/interrupt.h"
#include "provision/base/text.h"

namespace provision::postgresql {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{30};
constexpr std::chrono::milliseconds kPause{1};

/// The lines of a file that may go at any time; none if it is not there.
std::vector<std::string> lines_if_there(const fs::path& path) {
  std::error_code missing;
  if (!fs::exists(path, missing)) return {};
  try {
    return split_list(read_bytes(path), '\n');
  } catch (const Error&) {
    return {};
  }
}

pid_t process_in(const std::vector<std::string>& lines) {
  return lines.empty() ? 0 : std::max(0, std::atoi(lines[0].c_str()));
}

bool lives(pid_t process) { return ::kill(process, 0) == 0 || errno == EPERM; }

/// A server works in the folder of its data. Who may not be asked is taken for one.
bool serves(pid_t process, const fs::path& data) {
  if (process <= 0 || !lives(process)) return false;
  std::error_code unknown;
  const fs::path folder = fs::read_symlink(fmt::format("/proc/{}/cwd", process), unknown);
  if (unknown) return lives(process);
  return fs::equivalent(folder, data, unknown);
}

}  // namespace

pid_t server_process(const fs::path& data) {
  const pid_t process = process_in(lines_if_there(data / "postmaster.pid"));
  return serves(process, data) ? process : 0;
}

bool finds_server(const fs::path& data, const std::function<bool()>& answers) {
  for (const auto begin = Clock::now(); server_process(data) != 0;) {
    if (answers()) return true;
    stop_if_interrupted();
    if (Clock::now() - begin > kPatience) {
      throw unavailable(fmt::format("the server in '{}' neither answers nor ends", data.string()),
                        fmt::format("end its process, {}", server_process(data)));
    }
    std::this_thread::sleep_for(kPause);
  }
  std::error_code missing;
  fs::remove(data / "postmaster.pid", missing);
  return false;
}

std::optional<SocketOwner> socket_owner(const fs::path& socket_folder) {
  const std::vector<std::string> lines = lines_if_there(socket_folder / ".s.PGSQL.5432.lock");
  if (lines.size() < 2) return std::nullopt;
  return SocketOwner{process_in(lines), lines[1]};
}

}  // namespace provision::postgresql
