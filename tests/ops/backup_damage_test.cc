// Backups that are damaged, cut short or lie are refused, with what is wrong.
#include <gmock/gmock.h>

#include "provision/project/backup_manifest.h"
#include "tests/ops/backup_fixture.h"

namespace provision {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

namespace fs = std::filesystem;

class BackupDamageTest : public BackupTest {
 protected:
  /// What `restore` and `backups --verify` say of the backup, which leaves the database alone.
  void expect_refused(const std::string& id, const std::string& trouble) {
    const std::string before = contents();
    const Error error = error_of([&] { brought_back(id); });
    EXPECT_THAT(error.kind(), AnyOf(ErrorKind::unavailable, ErrorKind::usage));
    EXPECT_THAT(error.message(), HasSubstr(trouble));
    const Report report = backups(backing("backups"), {.verify = true});
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.findings[0].verdict, "damaged");
    EXPECT_THAT(report.findings[0].message, HasSubstr(trouble));
    EXPECT_EQ(contents(), before);
  }

  static void flip(const fs::path& file, std::uintmax_t at) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(at));
    const int byte = stream.get();
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put(static_cast<char>(byte ^ 4));
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, BackupDamageTest, testing::Values("sqlite", "postgresql"));

TEST_P(BackupDamageTest, OfAnyFileIsFoundAndNothingIsRestored) {
  make_database();
  const std::string id = backed_up();
  run("DELETE FROM visits");
  for (const fs::path& file : files_of(id)) {
    SCOPED_TRACE(file);
    const std::string whole = read_bytes(file);
    const bool is_manifest = file.filename() == "manifest.json";
    if (whole.empty()) continue;

    flip(file, whole.size() / 2);
    expect_refused(id, is_manifest ? "not what was written" : "SHA-256 differs");
    fs::resize_file(file, whole.size() / 2);
    expect_refused(id, is_manifest ? "not all of one" : "bytes, and");
    fs::remove(file);
    expect_refused(id, is_manifest ? "no manifest" : "is missing");
    fs::create_symlink("/etc/passwd", file);
    expect_refused(id, is_manifest ? "manifest" : "is not a regular file");
    fs::remove(file);
    write_file(file, whole, true);
  }
  brought_back(id);
  EXPECT_EQ(value("SELECT count(*) FROM visits"), "3");
}

TEST_P(BackupDamageTest, OfTheDataIsFoundWhereverItIs) {
  make_database();
  const std::string id = backed_up();
  const fs::path data =
      directory_ / id / "default" / (GetParam() == "sqlite" ? "data.db" : "data.dump.zst");
  const std::string whole = read_bytes(data);
  for (size_t percent = 1; percent < 100; percent += 7) {
    const size_t at = whole.size() * percent / 100;
    fs::resize_file(data, at);
    EXPECT_FALSE(backups(backing("backups"), {.verify = true}).ok()) << percent;
    write_file(data, whole, true);
    flip(data, at);
    EXPECT_FALSE(backups(backing("backups"), {.verify = true}).ok()) << percent;
    write_file(data, whole, true);
  }
  EXPECT_TRUE(backups(backing("backups"), {.verify = true}).ok());
}

TEST_P(BackupDamageTest, AManifestThatLiesIsCaughtByWhatComesBack) {
  make_database();
  const std::string id = backed_up();
  run("DELETE FROM visits");
  const Backup honest = all_backups().at(0);

  Backup lying = honest;
  lying.manifest.databases[0].tables[0].rows += 1;
  rewrite_manifest(lying);
  EXPECT_THAT(error_of([&] { brought_back(id); }).message(), HasSubstr("were backed up"));
  lying = honest;
  lying.manifest.databases[0].fingerprint[0] ^= 1;
  rewrite_manifest(lying);
  EXPECT_THAT(error_of([&] { brought_back(id); }).message(), HasSubstr("another schema"));
  lying = honest;
  lying.manifest.databases[0].files[0].path = "../../../etc/passwd";
  rewrite_manifest(lying);
  EXPECT_THAT(error_of([&] { brought_back(id); }).message(), HasSubstr("no path within a backup"));
  lying = honest;
  lying.manifest.databases[0].tables[0].rows += 1;
  rewrite_manifest(lying);
  const Report proof = backups(backing("backups"), {.prove = true});
  EXPECT_THAT(proof.findings.at(0).message, HasSubstr("were backed up"));
  EXPECT_EQ(value("SELECT count(*) FROM visits"), "0");
}

// Only a database that is a file can be damaged under our hands.
class SqliteRestoreTest : public BackupTest {
 protected:
  /// Leaves the database as a process does that dies in a transaction.
  void crash(const std::string& mode) {
    const fs::path path = spec_.location.path;
    TemporaryFolder kept;
    run("PRAGMA journal_mode = " + mode);
    {
      const auto dying = connect(spec_);
      dying->execute(
          "PRAGMA cache_size = 2; BEGIN; WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 "
          "FROM n WHERE i < 5000) INSERT INTO people SELECT i, hex(randomblob(200)) FROM n" +
          std::string(mode == "wal" ? "; COMMIT" : ""));
      for (const char* suffix : {"", "-wal", "-journal"}) {
        if (!fs::exists(path.string() + suffix)) continue;
        fs::copy_file(path.string() + suffix, kept.path() / (std::string("db") + suffix));
      }
    }
    for (const char* suffix : {"", "-wal", "-journal"}) {
      fs::remove(path.string() + suffix);
      const fs::path copy = kept.path() / (std::string("db") + suffix);
      if (fs::exists(copy)) fs::copy_file(copy, path.string() + suffix);
    }
    ASSERT_TRUE(fs::exists(path.string() + (mode == "wal" ? "-wal" : "-journal")));
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, SqliteRestoreTest, testing::Values("sqlite"));

TEST_P(SqliteRestoreTest, WhatACrashLeftBesideTheFileIsNotReplayedIntoTheRestoredOne) {
  for (const std::string mode : {"delete", "wal"}) {
    SCOPED_TRACE(mode);
    make_database();
    const std::string before = contents();
    const std::string id = backed_up();
    crash(mode);

    brought_back(id);

    EXPECT_EQ(contents(), before);
    EXPECT_EQ(value("PRAGMA integrity_check"), "ok");
    EXPECT_FALSE(fs::exists(spec_.location.path.string() + "-journal"));
  }
}

TEST_P(SqliteRestoreTest, ABackupOfWhatACrashLeftHasWhatWasCommitted) {
  for (const std::string mode : {"delete", "wal"}) {
    SCOPED_TRACE(mode);
    make_database();
    crash(mode);

    const std::string id = fact(backup(backing(), {}), "id");

    brought_back(id);
    EXPECT_EQ(value("SELECT count(*) FROM people"), mode == "wal" ? "4993" : "2");
  }
}

TEST_P(SqliteRestoreTest, AFileThatIsNoDatabaseAnyMoreIsReplacedWhenItsNameIsTyped) {
  make_database();
  const std::string before = contents();
  const std::string id = backed_up();
  fs::permissions(spec_.location.path, fs::perms::owner_all | fs::perms::group_read);
  std::ofstream(spec_.location.path) << std::string(5000, 'x');

  EXPECT_THAT(trouble_of([&] { brought_back(id); }), HasSubstr("cannot be read"));
  typed_ = spec_.location.path.filename();
  brought_back(id);

  EXPECT_EQ(contents(), before);
  EXPECT_EQ(fs::status(spec_.location.path).permissions(),
            fs::perms::owner_all | fs::perms::group_read);
}

TEST_P(SqliteRestoreTest, ARestoreThatRunsOutOfRoomLeavesNothing) {
  make_database();
  const std::string id = backed_up();
  run("DELETE FROM visits");

  const Error error = error_of([&] {
    const SmallFiles limit(20'000);
    restore(backing("restore"), {.backup = id, .folder = project_.path(), .into = "new.db"});
  });

  EXPECT_EQ(error.kind(), ErrorKind::unavailable) << error.message();
  EXPECT_THAT(error.message(), HasSubstr("'new.db' is as it was"));
  EXPECT_EQ(value("SELECT count(*) FROM visits"), "0");
  for (const auto& entry : fs::directory_iterator(spec_.location.path.parent_path())) {
    EXPECT_THAT(entry.path().filename().string(), testing::Not(HasSubstr("new")));
  }
}

}  // namespace
}  // namespace provision
