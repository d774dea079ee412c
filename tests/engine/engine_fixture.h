// One suite for every engine: each test gets a database of its own, on a server that all share.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "provision/base/file.h"
#include "provision/base/hash.h"
#include "provision/engine/engines.h"
#include "tests/errors.h"

namespace provision {

/// A folder that a server may enter which runs as another user, as it does where we are root.
class FolderForServers {
 public:
  FolderForServers() {
    using std::filesystem::perms;
    std::filesystem::permissions(path(), perms::owner_all | perms::group_exec | perms::others_exec);
  }
  /// Waits for servers that are shutting down: what they still write would stay behind.
  ~FolderForServers() {
    for (int i = 0; i < 10'000 && has_server(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  bool has_server() const {
    std::error_code error;
    const auto servers = path() / ".provision" / "postgresql";
    for (const auto& entry : std::filesystem::directory_iterator(servers, error)) {
      if (std::filesystem::exists(entry.path() / "postmaster.pid", error)) return true;
    }
    return false;
  }

  TemporaryFolder folder_;
};

class EngineTest : public testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() {
    if (folder() == nullptr) folder() = std::make_unique<FolderForServers>();
    if (engines() == nullptr) engines() = std::make_unique<Engines>(silent());
  }
  // The server ends, and then its folder goes.
  static void TearDownTestSuite() {
    engines().reset();
    folder().reset();
  }

  Engine& engine() { return engines()->at(GetParam()); }
  Engines& all_engines() { return *engines(); }

  /// A database that does not exist yet.
  DatabaseSpec new_spec() {
    DatabaseSpec spec;
    spec.environment = "test";
    spec.kind = EnvironmentKind::test;
    spec.engine = GetParam();
    spec.server = Server::managed;
    spec.work_folder = folder()->path() / ".provision";
    const std::string name = "db_" + random_hex(6);
    if (spec.engine == "sqlite") {
      spec.location.path = folder()->path() / (name + ".db");
    } else {
      spec.location.database = name;
    }
    return spec;
  }
  DatabaseSpec new_database() {
    DatabaseSpec spec = new_spec();
    engine().create(spec);
    return spec;
  }
  std::unique_ptr<Database> connect(const DatabaseSpec& spec, Access access = Access::write) {
    ConnectOptions options;
    options.access = access;
    options.application = "provision test (me@here, process 1)";
    return engine().connect(spec, options);
  }

  static std::string only_value(Database& database, std::string_view sql) {
    const Rows rows = database.query(sql);
    if (rows.rows.size() != 1 || rows.rows[0].empty()) return "not one row";
    return rows.rows[0][0].value_or("NULL");
  }

 private:
  static Silent& silent() {
    static Silent silent;
    return silent;
  }
  static std::unique_ptr<FolderForServers>& folder() {
    static std::unique_ptr<FolderForServers> folder;
    return folder;
  }
  static std::unique_ptr<Engines>& engines() {
    static std::unique_ptr<Engines> engines;
    return engines;
  }
};

}  // namespace provision
