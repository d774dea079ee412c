// One suite for every engine: each test gets a database of its own, on a server that all share.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "provision/base/file.h"
#include "provision/base/hash.h"
#include "provision/engine/engines.h"
#include "provision/engine/postgresql/managed_server.h"
#include "tests/errors.h"

namespace provision {

/// A folder that a server may enter which runs as another user, as it does where we are root. What
/// its servers have in memory goes with it.
class FolderForServers {
 public:
  FolderForServers() {
    using std::filesystem::perms;
    std::filesystem::permissions(path(), perms::owner_all | perms::group_exec | perms::others_exec);
  }
  ~FolderForServers() {
    for (const Storage storage : {Storage::memory, Storage::disk}) remove_server(storage);
  }

  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  /// Waits for its end: what it still writes would stay behind.
  void remove_server(Storage storage) const {
    if (!postgresql::find_binaries()) return;
    const postgresql::ServerFolders folders = postgresql::server_folders(
        {.kind = EnvironmentKind::test, .storage = storage, .work_folder = path() / ".provision"},
        postgresql::binaries().major);
    if (!std::filesystem::exists(folders.users_lock)) return;
    postgresql::wait_until_ended(folders);
    std::error_code ignored;
    std::filesystem::remove_all(folders.base, ignored);
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
