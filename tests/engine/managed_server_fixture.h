// A server of a project of its own.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "provision/engine/managed_servers.h"
#include "tests/engine/engine_fixture.h"

namespace provision {

class ManagedServerTest : public testing::Test {
 protected:
  DatabaseSpec spec() const {
    DatabaseSpec result;
    result.kind = EnvironmentKind::test;
    result.engine = "postgresql";
    result.server = Server::managed;
    result.work_folder = folder_.path() / ".provision";
    result.location.database = "app";
    return result;
  }
  postgresql::ServerFolders folders() const {
    return postgresql::server_folders(spec(), postgresql::binaries().major);
  }
  static pid_t server_process(Engine& engine, const DatabaseSpec& spec) {
    auto database = engine.connect(spec, {});
    const Rows rows =
        database->query("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)");
    return std::stoi(rows.rows.at(0).at(0).value());
  }
  static bool ends(pid_t process) {
    for (int i = 0; i < 10'000; ++i) {
      if (::kill(process, 0) != 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }

  FolderForServers folder_;
  Silent silent_;
};

}  // namespace provision
