#include "tests/ops/server_programs.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "provision/base/file.h"
#include "provision/base/process.h"
#include "provision/engine/postgresql/binaries.h"

namespace provision {
namespace {

std::string data_of(const std::filesystem::path& folder) { return (folder / "data").string(); }

}  // namespace

void run_for_server(const std::filesystem::path& program, std::vector<std::string> arguments) {
  const Outcome outcome = provision::run({.program = program,
                                          .arguments = std::move(arguments),
                                          .folder = "/",
                                          .user = postgresql::server_user().name});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.output << outcome.errors;
}

std::filesystem::path folder_for_server(const std::filesystem::path& parent,
                                        const std::string& name) {
  const std::filesystem::path path = parent / name;
  make_folder(path);
  const postgresql::ServerUser user = postgresql::server_user();
  if (!user.name.empty()) EXPECT_EQ(::chown(path.c_str(), user.uid, user.gid), 0);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

Standby::Standby(const std::filesystem::path& primary, const std::filesystem::path& parent)
    : folder_(folder_for_server(parent, "standby")) {
  const std::filesystem::path programs = postgresql::binaries().folder;
  run_for_server(programs / "pg_basebackup", {"-h", primary.string(), "-U", "postgres", "-D",
                                              data_of(folder_), "-R", "-c", "fast", "--no-sync"});
  run_for_server(programs / "pg_ctl",
                 {"-D", data_of(folder_), "-w", "-l", (folder_ / "log").string(), "-o",
                  fmt::format("-k {} -c listen_addresses= -c hot_standby=on -c fsync=off "
                              "-c max_connections=500 -c max_locks_per_transaction=1024",
                              folder_.string()),
                  "start"});
}

Standby::~Standby() {
  run_for_server(postgresql::binaries().folder / "pg_ctl",
                 {"-D", data_of(folder_), "-m", "immediate", "-w", "stop"});
}

}  // namespace provision
