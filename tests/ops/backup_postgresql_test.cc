// What a PostgreSQL database has beside tables and rows comes back, too.
#include <gmock/gmock.h>

#include "provision/engine/postgresql/client_programs.h"
#include "tests/ops/backup_fixture.h"

namespace provision {
namespace {

class PostgresqlBackupTest : public BackupTest {
 protected:
  PostgresqlBackupTest() : role_("reader_" + random_hex(4)) {}
  void furnish() {
    make_database();
    run(fmt::format(
        "CREATE ROLE {0}; GRANT SELECT ON people TO {0}; "
        "ALTER TABLE people ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON people TO {0} "
        "USING (name = current_user); ALTER TABLE visits OWNER TO {0}; "
        "COMMENT ON TABLE people IS 'who was here'; CREATE TYPE mood AS ENUM ('good', 'bad'); "
        "CREATE SEQUENCE numbers START 7; SELECT nextval('numbers'); "
        "SELECT lo_from_bytea(0, '\\x0102'); "
        "CREATE TABLE parts (at date) PARTITION BY RANGE (at); "
        "CREATE TABLE part1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01'); "
        "INSERT INTO parts VALUES ('2026-05-05'); "
        "CREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM visits; "
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path TO a, public', "
        "current_database()); EXECUTE format('ALTER ROLE {0} IN DATABASE %I SET work_mem TO "
        "''5MB''', current_database()); EXECUTE format('GRANT CREATE ON DATABASE %I TO {0}', "
        "current_database()); EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', "
        "current_database()); EXECUTE format('COMMENT ON DATABASE %I IS ''mine''', "
        "current_database()); END $$",
        role_));
  }
  void drop_role() {
    run(fmt::format("REASSIGN OWNED BY {0} TO CURRENT_USER; DROP OWNED BY {0}; DROP ROLE {0}",
                    role_));
  }

  std::string role_;
};
INSTANTIATE_TEST_SUITE_P(Engines, PostgresqlBackupTest, testing::Values("postgresql"));

TEST_P(PostgresqlBackupTest, EverythingOfADatabaseIsProvenAndComesBack) {
  furnish();
  const std::string before = contents();

  const Report taken = backup(backing(), {});
  run("DROP TABLE people CASCADE; DROP TABLE parts; DROP SEQUENCE numbers");
  brought_back("latest");

  for (const Finding& finding : taken.findings) ADD_FAILURE() << finding.message;
  EXPECT_NE(all_backups().at(0).manifest.proven_at, "");
  EXPECT_EQ(contents(), before);
  EXPECT_EQ(only_value(*connect(spec_), "SELECT nextval('public.numbers')"), "8");
  EXPECT_EQ(value("SELECT count(*) FROM pg_largeobject_metadata"), "1");
  EXPECT_EQ(value("SELECT count FROM public.counts"), "3");
  drop_role();
}

TEST_P(PostgresqlBackupTest, AFileForEachTableIsRestoredByManyAtOnce) {
  furnish();
  const std::string before = contents();

  const Report taken = backup(backing(), {.jobs = 2});
  run("DROP TABLE people CASCADE");
  brought_back("latest");

  EXPECT_TRUE(taken.ok());
  EXPECT_EQ(all_backups().at(0).manifest.databases.at(0).format, "directory");
  EXPECT_NE(all_backups().at(0).manifest.proven_at, "");
  EXPECT_EQ(contents(), before);
  drop_role();
}

TEST_P(PostgresqlBackupTest, WithoutItsRolesOwnersAndPrivilegesAreLeftOut) {
  make_database();
  run(fmt::format("CREATE ROLE {0}; GRANT SELECT ON people TO {0}; ALTER TABLE visits OWNER TO {0}",
                  role_));
  backed_up();
  drop_role();

  brought_back("latest");

  EXPECT_EQ(value("SELECT count(*) FROM visits"), "3");
  EXPECT_EQ(value("SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'visits'"),
            "t");
}

TEST_P(PostgresqlBackupTest, WithoutASchemaPublicIsRestoredWithoutIt) {
  reset(workspace(), {.contents = {.target = "base"}});
  run("CREATE SCHEMA own; CREATE TABLE own.t (id integer); DROP SCHEMA public");

  const Report taken = backup(backing(), {});
  run("DROP TABLE own.t");
  brought_back("latest");

  EXPECT_TRUE(taken.ok());
  EXPECT_EQ(value("SELECT to_regnamespace('public') IS NULL"), "t");
  EXPECT_EQ(value("SELECT count(*) FROM own.t"), "0");
}

TEST_P(PostgresqlBackupTest, IsOfOneMomentWhileOthersWrite) {
  make_database();
  auto other = connect(spec_);
  other->execute("BEGIN; INSERT INTO people VALUES (3, 'Cy')");

  backed_up();
  other->execute("COMMIT");
  other.reset();
  brought_back("latest");

  EXPECT_EQ(value("SELECT count(*) FROM people"), "2");
}

TEST_P(PostgresqlBackupTest, WithAProgramOlderThanTheServerIsRefused) {
  const auto fake = [this](const std::string& name, const std::string& version) {
    const std::filesystem::path folder = project_.path() / name;
    make_folder(folder);
    for (const std::string program : {"pg_dump", "pg_restore"}) {
      write_file(folder / program,
                 "#!/bin/sh\necho '" + program + " (PostgreSQL) " + version + " (Vendor 1)'\n");
      std::filesystem::permissions(folder / program, std::filesystem::perms::owner_all);
    }
    return folder;
  };
  const auto old = fake("old", "12.3");
  const auto later = fake("later", "17.1");
  const auto latest = fake("latest", "18rc1");

  const Error error = error_of([&] { postgresql::client_programs({old}, 15); });

  EXPECT_EQ(error.exit_code(), 4);
  EXPECT_EQ(error.message(), "pg_dump 12.3 is too old for a server of PostgreSQL 15");
  EXPECT_EQ(postgresql::client_programs({old, latest, later}, 15).version, "17.1");
  EXPECT_EQ(postgresql::client_programs({later, old}, 12).folder, old);
  EXPECT_EQ(error_of([&] { postgresql::client_programs({project_.path()}, 15); }).exit_code(), 4);
}

}  // namespace
}  // namespace provision
