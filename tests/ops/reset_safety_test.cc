// What a reset leaves when it cannot go on, and what it keeps of what was there.
#include <gmock/gmock.h>

#include "provision/ops/own_database.h"
#include "tests/ops/backup_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class ResetSafetyTest : public BackupTest {
 protected:
  std::vector<std::string> messages() const {
    std::vector<std::string> found;
    for (const Backup& one : all_backups()) found.push_back(one.manifest.message);
    return found;
  }
  std::string newest() const { return all_backups().at(0).manifest.id; }
  void make_old(const std::string& id) {
    Backup one = BackupStore(directory_).find(id, "test", project_.path());
    one.manifest.taken_at = "2020-01-01T00:00:00Z";
    rewrite_manifest(one);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, ResetSafetyTest, testing::Values("sqlite", "postgresql"));

TEST_P(ResetSafetyTest, ASnapshotBringsBackWhatWasThereBefore) {
  make_database();
  const std::string before = contents();

  const Report report = reset(backing("reset"), {.snapshot_first = true});

  EXPECT_EQ(value("SELECT count(*) FROM people"), "0");
  ASSERT_THAT(all_backups(), SizeIs(1));
  EXPECT_EQ(all_backups()[0].manifest.message, "before reset");
  EXPECT_THAT(report.hints, ElementsAre(HasSubstr("`provision restore " + newest() + " -e test`")));
  brought_back(newest());
  EXPECT_EQ(contents(), before);
}

TEST_P(ResetSafetyTest, OldSnapshotsGoAndBackupsThatSomebodyTookStay) {
  make_database();
  rules_ = {.keep_last = 1, .keep_days = 7};
  make_old(backed_up("by hand"));
  reset(backing("reset"), {.snapshot_first = true});
  make_old(newest());
  const std::vector<std::string> both = {"before reset", "before reset", "by hand"};

  reset(backing("reset"), {.snapshot_first = true});
  reset(backing("reset"), {.snapshot_first = true});

  EXPECT_EQ(messages(), both);
  EXPECT_GT(all_backups()[1].manifest.taken_at, "2021");
}

TEST_P(ResetSafetyTest, ALockThatWasHeldDuringABackupIsNotInIt) {
  make_database();
  const auto holder = connect(spec_);
  ASSERT_FALSE(holder->try_lock());
  const std::string id = backed_up();
  const std::string name = "copy_" + random_hex(4);

  restore(backing("restore"), {.backup = id, .folder = project_.path(), .into = name});

  if (spec_.location.path.empty()) {
    spec_.location.database = name;
  } else {
    spec_.location.path.replace_filename(name);
  }
  EXPECT_FALSE(connect(spec_)->try_lock());
}

TEST_P(ResetSafetyTest, ABackupOfProductionBecomesADatabaseForDevelopers) {
  make_database();
  run(fmt::format("UPDATE {}identity SET kind = 'production', environment = 'production'",
                  connect(spec_)->dialect().state_prefix));
  const std::string id = backed_up();
  spec_.location = new_spec().location;

  const Report report = brought_back(id);

  EXPECT_EQ(std::get<std::string>(report.tables.at(0).rows.at(0).at(4).value),
            "was 'production' (production), is 'test' (test)");
  reset(workspace(), {});  // and so it may go as any other
}

/// The same on a server, or with files, of its own, none of which grows beyond so much.
class FullDiskTest : public ResetSafetyTest {
 protected:
  static constexpr rlim_t kRoom = 20 << 20;

  FullDiskTest() { spec_.work_folder = project_.path() / ".provision"; }

  Workspace confined(const std::string& command) {
    Workspace made = backing(command);
    return {.command = made.command,
            .environment = made.environment,
            .databases = made.databases,
            .engines = engines_,
            .progress = silent_,
            .confirm = nullptr};
  }
  std::string count_of_people() {
    return only_value(*engines_.at(spec_.engine).connect(spec_, {}), "SELECT count(*) FROM people");
  }
  void must_be_as_before() {
    EXPECT_EQ(count_of_people(), "1");
    Engine& engine = engines_.at(spec_.engine);
    const std::string beside = spec_.location.path.empty() ? "__new_" : ".new-";
    EXPECT_THAT(engine.kept(spec_, kept_name(spec_) + beside), testing::IsEmpty());
    EXPECT_THAT(engine.kept(own_database(spec_, "templates", ""), "provision_building_"),
                testing::IsEmpty());
  }

  Silent silent_;
  Engines engines_{silent_};
};
INSTANTIATE_TEST_SUITE_P(Engines, FullDiskTest, testing::Values("sqlite", "postgresql"));

TEST_P(FullDiskTest, AResetThatFindsNoRoomLeavesTheOldDatabase) {
  const SmallFiles limit(kRoom);
  reset(confined("reset"), {});
  engines_.at(spec_.engine).connect(spec_, {})->execute("INSERT INTO people VALUES (1, 'Ann')");
  const std::string numbers =
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
      "WHERE i < 300000) SELECT i, 'a name of about a hundred bytes, so "
      "that there is no room for all of them in a file' FROM n;";
  write_revision("a2", "a1", "INSERT INTO people " + numbers, "DELETE FROM people;");

  const Error error = error_of([&] { reset(confined("reset"), {}); });

  EXPECT_THAT(error.message(), HasSubstr("is as it was"));
  must_be_as_before();
}

}  // namespace
}  // namespace provision
