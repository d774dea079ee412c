// What only the SQLite engine has: files that others hold, and folders that cannot be written.
#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <map>

#include "tests/engine/engine_fixture.h"

namespace provision {
namespace {

using testing::HasSubstr;

class SqliteTest : public EngineTest {
 protected:
  std::unique_ptr<Database> impatient(const DatabaseSpec& spec) {
    return engine().connect(spec, {.lock_timeout = std::chrono::milliseconds(30)});
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, SqliteTest, testing::Values("sqlite"));

TEST_P(SqliteTest, AFileThatIsLockedIsWaitedForAsLongAsWasSaid) {
  const DatabaseSpec spec = new_database();
  const auto other = connect(spec);
  const auto database = impatient(spec);
  other->begin();
  const Stopwatch watch;

  const Error error = error_of([&] { database->begin(); });

  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_EQ(error.code(), "SQLITE_BUSY");
  EXPECT_THAT(error.message(), HasSubstr("is locked by"));
  EXPECT_THAT(error.hint(), HasSubstr("--lock-timeout"));
  EXPECT_LT(watch.elapsed(), std::chrono::seconds(3));
}

TEST_P(SqliteTest, AFileThatCannotEvenBeReadNowIsWaitedForLikewise) {
  DatabaseSpec spec = new_spec();
  spec.settings["journal_mode"] = "delete";
  engine().create(spec);
  const auto other = connect(spec);
  other->execute("BEGIN EXCLUSIVE");
  const Stopwatch watch;

  const Error error = error_of([&] { impatient(spec); });

  EXPECT_THAT(error.message(), HasSubstr("is locked by"));
  EXPECT_LT(watch.elapsed(), std::chrono::seconds(3));
}

TEST_P(SqliteTest, PragmasOfForeignScriptsMayStayInATransaction) {
  const auto database = connect(new_database());
  const std::string mode = only_value(*database, "PRAGMA journal_mode");
  const auto statements = engine().split(
      "PRAGMA foreign_keys = off; PRAGMA journal_mode = OFF; PRAGMA temp_store = memory;"
      "CREATE TABLE t (a integer); PRAGMA foreign_key_check; PRAGMA foreign_keys = on;"
      "PRAGMA writable_schema = on; PRAGMA user_version = 3; PRAGMA synchronous = off;",
      Origin::foreign);

  database->begin_revision(true);
  for (const Statement& statement : statements) database->run_revision_statement(statement);
  database->check_revision();
  database->commit();
  database->end_revision();

  EXPECT_EQ(only_value(*database, "PRAGMA user_version"), "3");
  EXPECT_EQ(only_value(*database, "PRAGMA foreign_keys"), "1");
  EXPECT_EQ(only_value(*database, "PRAGMA writable_schema"), "0");
  EXPECT_EQ(only_value(*database, "PRAGMA journal_mode"), mode);
}

/// What the files of a folder hold, by their names.
std::map<std::string, std::string> contents(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().filename()] = {std::istreambuf_iterator<char>(file), {}};
  }
  return files;
}

TEST_P(SqliteTest, AWalFileThatNobodyHasOpenIsReadAndNothingBesideIt) {
  DatabaseSpec spec = new_spec();
  const TemporaryFolder folder;
  spec.location.path = folder.path() / "app.db";
  engine().create(spec);
  connect(spec)->execute("CREATE TABLE t (a integer)");
  const auto before = contents(folder.path());

  EXPECT_TRUE(connect(spec, Access::read)->table_exists("", "t"));

  EXPECT_EQ(before.size(), 1U);
  EXPECT_EQ(contents(folder.path()), before);
}

TEST_P(SqliteTest, WhatACrashLeftInTheJournalIsTakenBackInACopy) {
  const TemporaryFolder folder;
  DatabaseSpec live = new_spec();
  live.settings["journal_mode"] = "delete";
  engine().create(live);
  const auto writer = connect(live);
  writer->execute(
      "CREATE TABLE t (a text); PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN;"
      "CREATE TABLE half_done (a text); INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
      "SELECT i + 1 FROM n WHERE i < 3000) SELECT hex(zeroblob(200)) FROM n");
  DatabaseSpec crashed = live;
  crashed.location.path = folder.path() / "app.db";
  for (const char* suffix : {"", "-journal"}) {
    std::filesystem::copy_file(live.location.path.string() + suffix,
                               crashed.location.path.string() + suffix);
  }
  const auto before = contents(folder.path());
  {
    const auto database = connect(crashed, Access::read);

    EXPECT_TRUE(database->table_exists("", "t"));
    EXPECT_FALSE(database->table_exists("", "half_done"));
  }
  EXPECT_EQ(contents(folder.path()), before);
}

/// A folder that nobody may write to, and we as somebody for whom that counts.
class ReadOnlyFolder {
 public:
  explicit ReadOnlyFolder(std::filesystem::path path) : path_(std::move(path)) {
    using std::filesystem::perm_options;
    using std::filesystem::perms;
    std::filesystem::permissions(path_, perms::owner_write | perms::group_write,
                                 perm_options::remove);
    if (::getuid() == 0 && ::seteuid(65534) != 0) std::abort();
  }
  ~ReadOnlyFolder() {
    if (::getuid() == 0 && ::seteuid(0) != 0) std::abort();
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
  }
  ReadOnlyFolder(const ReadOnlyFolder&) = delete;
  ReadOnlyFolder& operator=(const ReadOnlyFolder&) = delete;

 private:
  std::filesystem::path path_;
};

class UnwritableSqliteTest : public SqliteTest {
 protected:
  void SetUp() override {
    make_folder(inside);
    spec = new_spec();
    spec.location.path = inside / "app.db";
  }
  void open_to_all() {
    for (const auto& entry : std::filesystem::directory_iterator(inside)) {
      std::filesystem::permissions(entry.path(), std::filesystem::perms::all);
    }
  }

  const FolderForServers outside;
  const std::filesystem::path inside = outside.path() / "inside";
  DatabaseSpec spec;
};
INSTANTIATE_TEST_SUITE_P(Engines, UnwritableSqliteTest, testing::Values("sqlite"));

TEST_P(UnwritableSqliteTest, AWalFileIsReadAndNothingBesideIt) {
  engine().create(spec);
  connect(spec)->execute("CREATE TABLE t (a integer)");
  open_to_all();
  const auto before = contents(inside);
  {
    const ReadOnlyFolder folder(inside);
    const auto database = connect(spec, Access::read);

    EXPECT_EQ(database->schema_reader({})->snapshot().objects.size(), 3U);
    EXPECT_EQ(database->facts().address, spec.location.path.string());
  }
  EXPECT_EQ(contents(inside), before);
}

TEST_P(UnwritableSqliteTest, WhatACrashLeftInTheWalIsRead) {
  const DatabaseSpec live = new_database();
  const auto writer = connect(live);
  writer->execute("CREATE TABLE t (a integer)");
  for (const char* suffix : {"", "-wal"}) {
    std::filesystem::copy_file(live.location.path.string() + suffix,
                               spec.location.path.string() + suffix);
  }
  open_to_all();
  const auto before = contents(inside);
  {
    const ReadOnlyFolder folder(inside);

    EXPECT_TRUE(connect(spec, Access::read)->table_exists("", "t"));
  }
  EXPECT_EQ(before.size(), 2U);
  EXPECT_EQ(contents(inside), before);
}

TEST_P(UnwritableSqliteTest, WritingThereSaysWhyItFails) {
  engine().create(spec);
  open_to_all();
  const ReadOnlyFolder folder(inside);

  const Error error = error_of([&] { connect(spec); });

  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_THAT(error.hint(), HasSubstr("SQLite needs files beside 'app.db': run as one who can"));
}

}  // namespace
}  // namespace provision
