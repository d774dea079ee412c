// Backups bring back what was there, and say whose it was.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "provision/base/whoami.h"
#include "provision/ops/backup/prune.h"
#include "provision/ops/protection.h"
#include "tests/ops/backup_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

INSTANTIATE_TEST_SUITE_P(Engines, BackupTest, testing::Values("sqlite", "postgresql"));

TEST_P(BackupTest, AProvenBackupBringsTheDatabaseBackAsItWas) {
  make_database();
  const std::string before = contents();

  const Report taken = backup(backing(), {.message = "the first"});
  run("DELETE FROM visits");
  run("DROP VIEW names");
  run("CREATE TABLE later (id integer)");
  const Report report = brought_back(fact(taken, "id"));

  EXPECT_TRUE(taken.ok());
  EXPECT_EQ(contents(), before);
  EXPECT_FALSE(has_table("later"));
  EXPECT_THAT(report.summary, HasSubstr(name_of_database(spec_)));
  const BackupManifest manifest = all_backups().at(0).manifest;
  EXPECT_NE(manifest.proven_at, "");
  EXPECT_EQ(manifest.message, "the first");
  EXPECT_THAT(manifest.databases.at(0).revisions, ElementsAre("a1"));
  EXPECT_EQ(manifest.databases.at(0).rows(), 5);
  struct stat info {};
  for (const auto& file : files_of(manifest.id)) {
    ASSERT_EQ(::stat(file.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600) << file;
  }
  ASSERT_EQ(::stat((directory_ / manifest.id / "default").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700);
}

TEST_P(BackupTest, IsFoundByTheBeginningOfItsIdAsTheLatestAndByItsPath) {
  make_database();
  const std::string first = backed_up();
  run("DELETE FROM visits");
  const std::string second = backed_up();
  const BackupStore store(directory_);
  const auto found = [&](const std::string& word) {
    return store.find(word, "test", project_.path()).manifest.id;
  };

  EXPECT_EQ(found("latest"), second);
  EXPECT_EQ(found(first), first);
  EXPECT_EQ(found("backups/" + first), first);
  EXPECT_EQ(found((directory_ / first / "default" / "schema.json").string()), first);
  EXPECT_THAT(trouble_of([&] { found("2"); }), HasSubstr("begins the ids of 2 backups"));
  EXPECT_THAT(trouble_of([&] { found(first.substr(0, 13) + "x"); }), HasSubstr("did you mean"));
  EXPECT_THAT(trouble_of([&] { store.find("latest", "other", directory_); }),
              HasSubstr("no backup of 'other'"));
}

TEST_P(BackupTest, OfAnotherEnvironmentBecomesOfThisOne) {
  make_database();
  const std::string before = contents();
  const std::string id = backed_up();
  const auto identity = [this] { return State(*connect(spec_, Access::read)).identity().value(); };
  const std::string uuid = identity().uuid;
  const DatabaseSpec original = spec_;
  const DatabaseSpec other = new_spec();
  spec_.location = other.location;
  spec_.environment = "elsewhere";

  const Report report = brought_back(id);

  EXPECT_EQ(contents(), before);
  EXPECT_EQ(identity().environment, "elsewhere");
  EXPECT_NE(identity().uuid, uuid);
  EXPECT_EQ(std::get<std::string>(report.tables.at(0).rows.at(0).at(4).value),
            "was 'test' (test), is 'elsewhere' (test)");
  reset(workspace(), {});  // it may be thrown away as any other of ours
  spec_ = original;
  EXPECT_EQ(contents(), before);
  brought_back(id);
  EXPECT_EQ(identity().uuid, uuid);
}

TEST_P(BackupTest, GoesIntoAnotherDatabaseBesideTheOneThatStays) {
  make_database();
  const std::string before = contents();
  const std::string id = backed_up();
  run("DELETE FROM visits");
  const std::string name = "copy_" + random_hex(4);
  const RestoreOptions options{.backup = id, .folder = project_.path(), .into = name};

  restore(backing("restore"), options);

  EXPECT_EQ(value("SELECT count(*) FROM visits"), "0");
  EXPECT_EQ(error_of([&] { restore(backing("restore"), options); }).kind(), ErrorKind::refused);
  if (spec_.location.path.empty()) {
    spec_.location.database = name;
  } else {
    spec_.location.path.replace_filename(name);
  }
  EXPECT_EQ(contents(), before);
}

TEST_P(BackupTest, DoesNotReplaceWhatSaysItIsSomebodyElsesUnlessItsNameIsTyped) {
  make_database();
  const std::string id = backed_up();
  run(fmt::format("UPDATE {}identity SET kind = 'production'",
                  connect(spec_)->dialect().state_prefix));
  run("DELETE FROM visits");

  EXPECT_THAT(trouble_of([&] { brought_back(id); }), HasSubstr("it is production"));
  EXPECT_EQ(value("SELECT count(*) FROM visits"), "0");

  typed_ = name_of_database(spec_);
  brought_back(id);
  EXPECT_EQ(value("SELECT count(*) FROM visits"), "3");
}

TEST_P(BackupTest, IsTakenBeforeAnUpgradeThatDoesSomethingAndNamedWhenItFails) {
  make_database();
  rules_.before = {"upgrade", "downgrade"};
  upgrade(backing("upgrade"), {.target = "heads"});
  EXPECT_THAT(all_backups(), IsEmpty());
  write_revision("a2", "a1", "DELETE FROM visits;", "SELECT 1;");
  write_revision("a3", "a2", "INSERT INTO nowhere VALUES (1);", "SELECT 1;");

  const Error error = error_of([&] { upgrade(backing("upgrade"), {.target = "heads"}); });

  ASSERT_THAT(all_backups(), SizeIs(1));
  const std::string id = all_backups()[0].manifest.id;
  EXPECT_THAT(error.message(), HasSubstr("`provision restore " + id + " -e test`"));
  EXPECT_EQ(all_backups()[0].manifest.message, "before upgrade");
  EXPECT_EQ(value("SELECT count(*) FROM visits"), "0");
  brought_back(id);
  EXPECT_EQ(value("SELECT count(*) FROM visits"), "3");
  EXPECT_THAT(applied_ids(), ElementsAre("a1"));
}

TEST_P(BackupTest, OfSeveralDatabasesBringsBackThoseThatItHas) {
  make_database();
  DatabaseSpec other = spec_;
  other.name = "other";
  other.location = new_database().location;
  connect(other)->execute("CREATE TABLE t (id integer); INSERT INTO t VALUES (1)");
  Workspace both = backing();
  both.databases.push_back(other);
  const std::string of_both = fact(backup(both, {.prove = false}), "id");
  const std::string of_one = backed_up();
  run("DELETE FROM visits");
  connect(other)->execute("DELETE FROM t");
  typed_ = name_of_database(other);
  both.command = "restore";

  restore(both, {.backup = of_one, .folder = project_.path()});
  EXPECT_EQ(value("SELECT count(*) FROM visits"), "3");
  EXPECT_EQ(only_value(*connect(other), "SELECT count(*) FROM t"), "0");

  restore(both, {.backup = of_both, .folder = project_.path()});
  EXPECT_EQ(only_value(*connect(other), "SELECT count(*) FROM t"), "1");
}

TEST_P(BackupTest, IsTakenOfWhatARestoreReplaces) {
  make_database();
  rules_.before = {"restore"};
  const std::string id = backed_up();
  run("DELETE FROM visits");

  brought_back(id);
  ASSERT_THAT(all_backups(), SizeIs(2));
  brought_back(all_backups()[0].manifest.id);

  EXPECT_EQ(value("SELECT count(*) FROM visits"), "0");
}

TEST_P(BackupTest, ThatCannotBeWrittenLeavesNothingUnderAFinalName) {
  make_database();

  const Error error = error_of([&] {
    const SmallFiles limit(2000);
    backed_up();
  });

  EXPECT_EQ(error.kind(), ErrorKind::unavailable) << error.message();
  EXPECT_THAT(names_in_directory(), IsEmpty());
  backed_up();
  EXPECT_THAT(names_in_directory(), SizeIs(1));
}

TEST_P(BackupTest, IsNotKeptWhereOthersMayWriteNorWhereThereIsNoFolder) {
  make_database();
  make_folder(directory_);
  ::chmod(directory_.c_str(), 0777);
  EXPECT_THAT(trouble_of([&] { backed_up(); }), HasSubstr("others may write"));
  EXPECT_THAT(names_in_directory(), IsEmpty());

  std::filesystem::remove_all(directory_);
  write_file(directory_, "a file");
  EXPECT_EQ(error_of([&] { backed_up(); }).kind(), ErrorKind::unavailable);
}

TEST_P(BackupTest, KeepsItsSchemaForComparisons) {
  make_database();
  const std::string id = backed_up();

  const Backup found = all_backups().at(0);

  EXPECT_EQ(fingerprint(schema_of(found, found.manifest.databases[0])),
            found.manifest.databases[0].fingerprint);
}

std::vector<std::string> ids_of(const std::vector<Backup>& backups) {
  std::vector<std::string> ids;
  for (const Backup& backup : backups) ids.push_back(backup.manifest.id);
  return ids;
}

Backup made_up(const std::string& id, const std::string& day, bool is_proven = true,
               bool is_pinned = false, const std::string& environment = "test") {
  Backup backup;
  backup.manifest = {.id = id,
                     .environment = environment,
                     .taken_at = day + "T00:00:00Z",
                     .pinned = is_pinned,
                     .proven_at = is_proven ? "2026-01-01T00:00:00Z" : ""};
  backup.manifest.databases.push_back({.name = "default"});
  return backup;
}

TEST(Retention, KeepsTheNewestThoseOfTheLastDaysThePinnedAndTheNewestProven) {
  const std::vector<Backup> backups = {made_up("9", "2026-03-09", false),
                                       made_up("8", "2026-03-08", false),
                                       made_up("7", "2026-03-07", false),
                                       made_up("6", "2026-02-01", false),
                                       made_up("5", "2026-01-05", true),
                                       made_up("4", "2026-01-04", true),
                                       made_up("3", "2026-01-03", true, true),
                                       made_up("2", "2026-01-02", true),
                                       made_up("1", "2026-01-01", true, false, "other")};

  EXPECT_THAT(ids_of(superfluous(backups, "test", {.keep_last = 2, .keep_days = 30},
                                 "2026-03-07T00:00:00Z")),
              ElementsAre("6", "4", "2"));
  EXPECT_THAT(ids_of(superfluous(backups, "test", {.keep_last = 0}, "2027-01-01T00:00:00Z")),
              ElementsAre("8", "7", "6", "4", "2"));
}

TEST_P(BackupTest, PruningRemovesWhatIsNotKeptAndNothingThatIsNotABackup) {
  make_database();
  const std::string first = backed_up();
  const std::string second = backed_up();
  const std::string third = backed_up();
  backups(backing("backups"), {.pin = first});
  make_folder(directory_ / "20200101000000");  // ours never looks like that
  write_file(directory_ / "notes.txt", "mine");
  rules_ = {.keep_last = 1, .keep_days = 0};

  backups(backing("backups"), {.prune = true, .dry_run = true});
  EXPECT_THAT(all_backups(), SizeIs(3));
  // What was taken in this second is not older than now.
  for (const Backup& one : all_backups()) {
    Backup older = one;
    older.manifest.taken_at[0] = '1';
    rewrite_manifest(older);
  }
  const Report report = backups(backing("backups"), {.prune = true});

  EXPECT_THAT(ids_of(all_backups()), ElementsAre(third, first));
  EXPECT_THAT(report.summary, HasSubstr("1 backup removed"));
  EXPECT_TRUE(std::filesystem::exists(directory_ / "20200101000000"));
  EXPECT_TRUE(std::filesystem::exists(directory_ / "notes.txt"));
  EXPECT_THAT(names_in_directory(), Not(testing::Contains(second)));
}

TEST_P(BackupTest, TheAgeOfTheNewestProvenOneIsChecked) {
  make_database();
  const BackupsOptions check{.check = true};
  backed_up();
  EXPECT_EQ(backups(backing("backups"), check).findings.at(0).verdict, "missing");

  backup(backing(), {});
  EXPECT_TRUE(backups(backing("backups"), check).ok());

  Backup newest = all_backups().at(0);
  newest.manifest.taken_at = utc_before(std::chrono::hours(25));
  rewrite_manifest(newest);
  EXPECT_EQ(backups(backing("backups"), check).findings.at(0).verdict, "old");
  EXPECT_TRUE(backups(backing("backups"), {.check = true, .max_age = parse_age("2d")}).ok());
}

}  // namespace
}  // namespace provision
