#include "provision/project/backup_manifest.h"

#include <gmock/gmock.h>

#include "tests/project/environment_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

BackupManifest example() {
  BackupManifest manifest{.id = "20260101000000",
                          .environment = "production",
                          .kind = "production",
                          .message = "before \"it\"\n \"sha256\": \"x",
                          .taken_at = "2026-01-01T00:00:00Z",
                          .taken_by = "ann@host",
                          .program = "1",
                          .pinned = true,
                          .proven_at = "2026-01-01T00:00:01Z"};
  manifest.databases.push_back({.name = "app",
                                .engine = "postgresql",
                                .roles = {"ann"},
                                .size = 77,
                                .revisions = {"a", "b"},
                                .fingerprint = "ff",
                                .tables = {{"public", "t", 3}},
                                .files = {{"app/data.dump.zst", 9, "aa"}}});
  return manifest;
}

TEST(BackupManifest, IsReadAsItWasWritten) {
  const std::string text = manifest_text(example());

  const BackupManifest manifest = parse_manifest(text, "m");

  EXPECT_EQ(manifest_text(manifest), text);
  EXPECT_EQ(manifest.message, example().message);
  EXPECT_EQ(manifest.databases.at(0).rows(), 3);
  EXPECT_EQ(manifest.size(), 9);
}

TEST(BackupManifest, NoChangeOfItGoesUnnoticed) {
  const std::string text = manifest_text(example());

  for (size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_THAT(trouble_of([&] { parse_manifest(changed, "m"); }), HasSubstr("m: ")) << i;
    EXPECT_NE(trouble_of([&] { parse_manifest(text.substr(0, i), "m"); }), "no error") << i;
  }
}

TEST(BackupManifest, NoPathInItLeadsOutOfTheBackup) {
  for (const std::string path : {"../x", "/etc/passwd", "app/../../x", "", "."}) {
    BackupManifest manifest = example();
    manifest.databases[0].files[0].path = path;

    EXPECT_THAT(trouble_of([&] { parse_manifest(manifest_text(manifest), "m"); }),
                HasSubstr("no path within a backup"))
        << path;
  }
}

class EnvironmentBackup : public EnvironmentFixture {};

TEST_F(EnvironmentBackup, SaysWhereWhenAndHowLongBackupsAreKept) {
  write("base", "database: {}\nbackup: {directory: safe, keep: {last: 9}}");
  write("dev", "extends: base\nbackup: {before: [upgrade, restore], keep: {days: 3}}");
  write("test", "database: {}");

  const BackupRules rules = read().backup;

  EXPECT_EQ(rules.directory, root_.path() / "safe");
  EXPECT_THAT(rules.before, ElementsAre("restore", "upgrade"));
  EXPECT_EQ(rules.keep_last, 9);
  EXPECT_EQ(rules.keep_days, 3);
  EXPECT_EQ(read("test").backup.directory, root_.path() / ".provision" / "backups");
}

}  // namespace
}  // namespace provision
