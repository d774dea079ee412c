// What a managed server may meet on its way: death at any moment, and what others left or hold.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include <algorithm>
#include <functional>

#include "provision/base/error.h"
#include "provision/base/memory_folder.h"
#include "provision/base/process.h"
#include "provision/engine/postgresql/initial_data.h"
#include "tests/engine/managed_server_fixture.h"
#include "tests/errors.h"

namespace provision {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// Runs `work`, which says whether all is well, in a process of its own.
pid_t begin(const std::function<bool()>& work) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::_exit(work() ? 0 : 1);
}

int end_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

class ManagedServerFaultsTest : public ManagedServerTest {
 protected:
  static constexpr int kNoMounts = 77;

  /// True if a server of this project gives a database, within a user of its own.
  bool serves(const std::string& database) {
    Engines engines(silent_);
    DatabaseSpec spec = this->spec();
    spec.location.database = database;
    engines.at("postgresql").create(spec);
    return engines.at("postgresql").exists(spec);
  }

  /// Runs `work` where the folder `place` is an empty file system with `options`, which only it can
  /// see; 77 where that cannot be had.
  static int with_mounted(const char* place, const char* options,
                          const std::function<bool()>& work) {
    return end_of(begin([&] {
      if (::unshare(CLONE_NEWNS) != 0 ||
          ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
          ::mount("tmpfs", place, "tmpfs", 0, options) != 0) {
        ::_exit(kNoMounts);
      }
      return work();
    }));
  }
};

TEST_F(ManagedServerFaultsTest, KilledWhileItStartsTheNextOneStarts) {
  for (const int milliseconds : {3, 8, 15, 20, 25, 30, 40, 60}) {
    const pid_t user = begin([&] { return serves("killed"); });
    ::usleep(static_cast<useconds_t>(milliseconds) * 1000);
    ::kill(user, SIGKILL);
    end_of(user);
  }

  EXPECT_TRUE(serves("app"));
}

TEST_F(ManagedServerFaultsTest, TheNumberThatADeadServerLeftMayBeAnothersByNow) {
  ASSERT_TRUE(serves("app"));
  postgresql::wait_until_ended(folders());
  write_file(folders().data / "postmaster.pid",
             fmt::format("{}\n{}\n", ::getpid(), folders().data.string()));

  Engines engines(silent_);
  EXPECT_TRUE(engines.at("postgresql").exists(spec()));
}

TEST_F(ManagedServerFaultsTest, AnotherServerOnItsSocketIsNamed) {
  const FolderForServers other_folder;
  DatabaseSpec other = spec();
  other.work_folder = other_folder.path() / ".provision";
  Engines engines(silent_);
  const std::string socket = engines.at("postgresql").located(other).location.host;
  postgresql::make_server_folders(folders(), postgresql::server_user());
  std::filesystem::create_symlink(socket + "/.s.PGSQL.5432", folders().socket / ".s.PGSQL.5432");

  Engines ours(silent_);
  const Error error = error_of([&] { ours.at("postgresql").located(spec()); });
  std::filesystem::remove_all(folders().socket);

  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_THAT(error.message(), HasSubstr("another PostgreSQL server"));
}

TEST_F(ManagedServerFaultsTest, DataOfTestsAreInMemoryOrWhereTheEnvironmentSays) {
  const bool has_room = memory_room(kServerRoom).is_enough;
  EXPECT_EQ(folders().in_memory, has_room);
  DatabaseSpec on_disk = spec();
  on_disk.storage = Storage::disk;
  DatabaseSpec of_a_developer = spec();
  of_a_developer.kind = EnvironmentKind::dev;

  for (const DatabaseSpec& other : {on_disk, of_a_developer}) {
    EXPECT_FALSE(postgresql::server_folders(other, postgresql::binaries().major).in_memory);
  }
}

TEST_F(ManagedServerFaultsTest, WhatARebootTookIsMissingAndMadeAnew) {
  ASSERT_TRUE(memory_room(100ULL << 20).is_enough) << "it takes 100 MiB of memory";
  DatabaseSpec in_memory = spec();
  in_memory.storage = Storage::memory;
  const auto folders = postgresql::server_folders(in_memory, postgresql::binaries().major);
  {
    Engines engines(silent_);
    engines.at("postgresql").create(in_memory);
  }
  postgresql::wait_until_ended(folders);
  std::filesystem::remove_all(folders.base);

  Engines engines(silent_);
  EXPECT_FALSE(engines.at("postgresql").exists(in_memory));
  engines.at("postgresql").create(in_memory);
  EXPECT_TRUE(engines.at("postgresql").exists(in_memory));
}

TEST_F(ManagedServerFaultsTest, AServerWithoutASupervisorIsCollected) {
  ASSERT_TRUE(serves("app"));
  postgresql::wait_until_ended(folders());
  postgresql::make_server_folders(folders(), postgresql::server_user());
  const Outcome started = run(
      {.program = postgresql::binaries().folder / "pg_ctl",
       .arguments = {"-D", folders().data.string(), "-w", "-l", (folders().data / "log").string(),
                     "-o", fmt::format("-c listen_addresses= -k {}", folders().socket.string()),
                     "start"},
       .folder = "/",
       .user = postgresql::server_user().name});
  ASSERT_EQ(started.exit_code, 0) << started.output << started.errors;
  Engines engines(silent_);
  ManagedServers& servers = *engines.at("postgresql").servers();
  const auto is_found = [&](bool dry_run) {
    return std::ranges::any_of(servers.collect(dry_run), [&](const ServerRemains& remains) {
      return remains.place == folders().data;
    });
  };

  EXPECT_TRUE(is_found(true));
  EXPECT_TRUE(servers.state(spec()).is_running);
  EXPECT_TRUE(is_found(false));
  EXPECT_FALSE(servers.state(spec()).is_running);
  EXPECT_FALSE(is_found(true));
}

TEST_F(ManagedServerFaultsTest, WhatIsInMemoryOfAProjectThatIsGoneIsCollected) {
  ASSERT_TRUE(memory_room(100ULL << 20).is_enough) << "it takes 100 MiB of memory";
  std::filesystem::path base;
  {
    const TemporaryFolder project;
    DatabaseSpec spec = this->spec();
    spec.work_folder = project.path() / ".provision";
    spec.storage = Storage::memory;
    base = postgresql::server_folders(spec, postgresql::binaries().major).base;
    Engines engines(silent_);
    engines.at("postgresql").located(spec);
    EXPECT_THAT(postgresql::sweep_memory(true), Not(Contains(base)));
    engines.at("postgresql").release(spec);
  }

  EXPECT_THAT(postgresql::sweep_memory(true), Contains(base));
  postgresql::sweep_memory(false);
  EXPECT_FALSE(std::filesystem::exists(base));
}

TEST_F(ManagedServerFaultsTest, FullMemoryMeansDisk) {
  // Room enough in bytes, but not for that many files.
  const int code = with_mounted("/dev/shm", "size=4g,nr_inodes=200", [&] {
    if (!folders().in_memory || !serves("app") || folders().in_memory) return false;
    postgresql::wait_until_ended(folders());
    return std::filesystem::exists(folders().data / "PG_VERSION");
  });

  ASSERT_NE(code, kNoMounts) << "it mounts in a namespace of its own: run it as root";
  EXPECT_EQ(code, 0);
}

TEST_F(ManagedServerFaultsTest, InitialDataIsMadeOnceAndWhole) {
  const int code = with_mounted("/var/tmp", "size=1g,mode=1777", [&] {
    const pid_t killed = begin([&] { return serves("first"); });
    ::usleep(120'000);
    ::kill(killed, SIGKILL);
    end_of(killed);
    const pid_t one = begin([&] { return serves("one"); });
    const pid_t two = begin([&] { return serves("two"); });
    if (end_of(one) != 0 || end_of(two) != 0) return false;
    int folders = 0;
    for (const auto& entry : std::filesystem::directory_iterator(postgresql::disk_place())) {
      if (entry.is_directory()) ++folders;
    }
    return folders == 1;
  });

  ASSERT_NE(code, kNoMounts) << "it mounts in a namespace of its own: run it as root";
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace provision
