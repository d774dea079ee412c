#include "provision/ops/template.h"

#include <gmock/gmock.h>

#include <fstream>
#include <thread>

#include "provision/base/text.h"
#include "provision/ops/own_database.h"
#include "tests/ops/workspace_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

bool is_copied(const Report& report) {
  for (const Fact& fact : report.facts) {
    if (fact.key == "from_template") return std::get<bool>(fact.value.value);
  }
  return false;
}

/// "copied a1", "applied a2".
std::vector<std::string> actions(const Report& report) {
  std::vector<std::string> actions;
  for (const std::vector<Cell>& row : report.tables.at(0).rows) {
    actions.push_back(std::get<std::string>(row[1].value) + " " +
                      std::get<std::string>(row[2].value));
  }
  return actions;
}

class TemplateTest : public WorkspaceTest {
 protected:
  TemplateTest() {
    // A table of its own for each test, and so templates of its own.
    table_ = "a_" + random_hex(4);
    write_revision("a1", "base",
                   fmt::format("CREATE TABLE {} (id integer PRIMARY KEY, name text);", table_),
                   fmt::format("DROP TABLE {};", table_));
    seed_with("one");
    spec_.seeds = {"rows"};
  }

  void seed_with(const std::string& name) {
    write_seed("rows", fmt::format("- table: {}\n  key: [id]\n  rows:\n    - {{id: 1, name: {}}}\n",
                                   table_, name));
  }
  std::string seeded() { return value("SELECT name FROM " + table_ + " WHERE id = 1"); }
  std::string state(const std::string& what, const std::string& table) {
    return value(fmt::format("SELECT {} FROM {}{}", what, engine().dialect().state_prefix, table));
  }

  /// The template that the next reset would copy.
  DatabaseSpec template_of_now() {
    const Workspace now = workspace();
    const auto recipe = recipe_of(now, spec_, {});
    return own_database(spec_, "templates", recipe->name());
  }
  void in_database(const DatabaseSpec& spec, const std::string& database, const std::string& sql) {
    DatabaseSpec other = spec;
    other.location.database = database;
    connect(other)->execute(sql);
  }
  /// Writes to a template as somebody could who is allowed to do everything.
  void tamper(const DatabaseSpec& sealed) {
    const std::string change = fmt::format("UPDATE {} SET name = 'bad'", table_);
    const std::string alter = "ALTER DATABASE " + sealed.location.database + " ALLOW_CONNECTIONS ";
    if (sealed.location.path.empty()) {
      in_database(sealed, "postgres", alter + "true");
      connect(sealed)->execute(change);
      in_database(sealed, "postgres", alter + "false");
      return;
    }
    using std::filesystem::perms;
    std::filesystem::permissions(sealed.location.path, perms::owner_read | perms::owner_write);
    connect(sealed)->execute(change);
    std::filesystem::permissions(sealed.location.path, perms::owner_read);
  }

  std::string table_;
};
INSTANTIATE_TEST_SUITE_P(Engines, TemplateTest, testing::Values("sqlite", "postgresql"));

TEST_P(TemplateTest, ASecondResetCopiesWhatTheFirstOneMade) {
  EXPECT_FALSE(is_copied(reset(workspace(), {})));
  const std::string first = state("uuid", "identity");
  run("INSERT INTO " + table_ + " VALUES (2, 'two')");

  const Report again = reset(workspace(), {});

  EXPECT_TRUE(is_copied(again));
  EXPECT_THAT(actions(again), ElementsAre("copied a1"));
  EXPECT_EQ(value("SELECT count(*) FROM " + table_), "1");
  EXPECT_THAT(applied_ids(), ElementsAre("a1"));
  EXPECT_EQ(state("count(*)", "history"), "1");
  EXPECT_NE(state("uuid", "identity"), first);
  EXPECT_EQ(state("environment", "identity"), spec_.environment);
}

TEST_P(TemplateTest, ColdMakesItFromTheScripts) {
  reset(workspace(), {});

  const Report cold = reset(workspace(), {.contents = {.cold = true}});

  EXPECT_FALSE(is_copied(cold));
  EXPECT_THAT(actions(cold), ElementsAre("applied a1"));
  EXPECT_EQ(seeded(), "one");
}

TEST_P(TemplateTest, AnEditedSeedOrRevisionIsNeverHiddenByATemplate) {
  reset(workspace(), {});
  seed_with("other");

  const Report reseeded = reset(workspace(), {});
  EXPECT_THAT(actions(reseeded), ElementsAre("copied a1"));
  EXPECT_FALSE(is_copied(reseeded));
  EXPECT_EQ(seeded(), "other");

  write_revision(
      "a1", "base",
      fmt::format("CREATE TABLE {} (id integer PRIMARY KEY, name text, b text);", table_),
      fmt::format("DROP TABLE {};", table_));
  EXPECT_THAT(actions(reset(workspace(), {})), ElementsAre("applied a1"));
  EXPECT_EQ(value("SELECT count(b) FROM " + table_), "0");
}

TEST_P(TemplateTest, ANewRevisionIsAddedToWhatTheOldOnesMade) {
  reset(workspace(), {});
  write_revision("a2", "a1", fmt::format("INSERT INTO {} VALUES (9, 'by a2');", table_),
                 fmt::format("DELETE FROM {} WHERE id = 9;", table_));

  EXPECT_THAT(actions(reset(workspace(), {})), ElementsAre("copied a1", "applied a2"));
  EXPECT_EQ(value("SELECT count(*) FROM " + table_), "2");
  EXPECT_EQ(state("count(*)", "history"), "2");

  const Report again = reset(workspace(), {});
  EXPECT_TRUE(is_copied(again));
  EXPECT_EQ(value("SELECT count(*) FROM " + table_), "2");
}

TEST_P(TemplateTest, EveryTargetHasATemplateOfItsOwn) {
  write_revision("a2", "a1", fmt::format("ALTER TABLE {} ADD COLUMN b text;", table_),
                 fmt::format("ALTER TABLE {} DROP COLUMN b;", table_));
  const ResetOptions to_first{.contents = {.target = "a1", .no_seed = true}};
  reset(workspace(), to_first);
  reset(workspace(), {});
  EXPECT_THAT(applied_ids(), ElementsAre("a1", "a2"));

  EXPECT_TRUE(is_copied(reset(workspace(), to_first)));
  EXPECT_THAT(applied_ids(), ElementsAre("a1"));
  EXPECT_EQ(value("SELECT count(*) FROM " + table_), "0");
  EXPECT_TRUE(is_copied(reset(workspace(), {})));
  EXPECT_EQ(seeded(), "one");
}

TEST_P(TemplateTest, ATemplateThatSomebodyChangedIsMadeAnew) {
  reset(workspace(), {});
  tamper(template_of_now());

  EXPECT_FALSE(is_copied(reset(workspace(), {})));
  EXPECT_EQ(seeded(), "one");
  EXPECT_TRUE(is_copied(reset(workspace(), {})));
  EXPECT_EQ(seeded(), "one");
}

TEST_P(TemplateTest, TwoThatWantTheSameOneBuildItOnce) {
  Silent silent;
  std::vector<Report> reports(2);
  std::vector<std::thread> threads;
  for (Report& report : reports) {
    threads.emplace_back([&] {
      Engines engines(silent);
      DatabaseSpec spec = new_spec();
      spec.migrations = spec_.migrations;
      spec.seeds_folder = spec_.seeds_folder;
      spec.seeds = spec_.seeds;
      Workspace one = workspace();
      report = reset({.command = one.command,
                      .environment = one.environment,
                      .databases = {spec},
                      .engines = engines,
                      .progress = silent,
                      .confirm = nullptr},
                     {});
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_NE(is_copied(reports[0]), is_copied(reports[1]));
}

class PostgresqlTemplateTest : public TemplateTest {
 protected:
  std::string about_database(const std::string& what) {
    return value(
        fmt::format("SELECT {} FROM pg_database AS d LEFT JOIN pg_db_role_setting AS s ON "
                    "s.setdatabase = d.oid "
                    "WHERE datname = '{}'",
                    what, spec_.location.database));
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, PostgresqlTemplateTest, testing::Values("postgresql"));

TEST_P(PostgresqlTemplateTest, ACopyHasTheSettingsOfTheDatabase) {
  spec_.settings = {{"search_path", "a, \"b c\""}};
  write_revision(
      "a1", "base",
      fmt::format("CREATE TABLE public.{} (id integer PRIMARY KEY, name text);\n"
                  "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''9MB''',"
                  " current_database()); END $$;",
                  table_),
      "SELECT 1;");
  spec_.seeds.clear();
  reset(workspace(), {});
  const std::string first = about_database("setconfig::text");

  EXPECT_TRUE(is_copied(reset(workspace(), {})));
  EXPECT_EQ(about_database("setconfig::text"), first);
  EXPECT_THAT(first, HasSubstr("work_mem=9MB"));
}

TEST_P(PostgresqlTemplateTest, WhatACopyWouldLoseKeepsItFromBeingATemplate) {
  write_revision("a1", "base",
                 fmt::format("CREATE TABLE {} (id integer PRIMARY KEY, name text);\n"
                             "DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''kept''', "
                             "current_database()); END $$;",
                             table_),
                 "SELECT 1;");

  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(is_copied(reset(workspace(), {})));
    EXPECT_EQ(about_database("shobj_description(d.oid, 'pg_database')"), "kept");
  }
}

TEST_P(PostgresqlTemplateTest, ARoleThatMayNotCreateDatabasesIsToldSo) {
  const std::string role = "guest_" + random_hex(4);
  in_database(new_database(), "postgres", "CREATE ROLE " + role + " LOGIN");
  spec_ = [&] {
    DatabaseSpec guest = engine().located(spec_);
    guest.server = Server::existing;
    guest.location.user = role;
    return guest;
  }();

  const Error error = error_of([&] { reset(workspace(), {}); });

  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_EQ(error.code(), "42501") << error.message();
  EXPECT_THAT(error.hint(), HasSubstr("CREATEDB"));
}

TEST_P(PostgresqlTemplateTest, ATemplateOfAServerThatWasUpgradedIsMadeAnew) {
  Silent silent;
  Engines engines(silent);
  spec_.work_folder = project_.path() / ".provision";  // a server of its own, for others see it
  const auto made_anew = [&] {
    const Workspace now = workspace();
    return !is_copied(reset({.command = now.command,
                             .environment = now.environment,
                             .databases = now.databases,
                             .engines = engines,
                             .progress = silent,
                             .confirm = nullptr},
                            {}));
  };
  EXPECT_TRUE(made_anew());
  EXPECT_FALSE(made_anew());
  DatabaseSpec maintenance = spec_;
  maintenance.location.database = "postgres";

  engines.at("postgresql")
      .connect(maintenance, {})
      ->execute(
          "CREATE OR REPLACE FUNCTION pg_catalog.version() RETURNS text LANGUAGE sql STABLE AS "
          "$$SELECT 'PostgreSQL of a later day'$$");

  EXPECT_TRUE(made_anew());
  EXPECT_FALSE(made_anew());
}

class SqliteTemplateTest : public TemplateTest {};
INSTANTIATE_TEST_SUITE_P(Engines, SqliteTemplateTest, testing::Values("sqlite"));

TEST_P(SqliteTemplateTest, ADamagedTemplateIsMadeAnew) {
  reset(workspace(), {});
  const auto path = template_of_now().location.path;
  std::filesystem::permissions(path, std::filesystem::perms::owner_write,
                               std::filesystem::perm_options::add);
  std::filesystem::resize_file(path, 5000);

  EXPECT_FALSE(is_copied(reset(workspace(), {})));
  EXPECT_EQ(seeded(), "one");
}

TEST_P(SqliteTemplateTest, AFolderForTemplatesThatCannotBeUsedLeavesTheOldDatabase) {
  reset(workspace(), {});
  run("INSERT INTO " + table_ + " VALUES (2, 'two')");
  write_revision("a2", "a1", "SELECT 1;", "SELECT 1;");
  const auto folder = spec_.work_folder / "templates";
  std::filesystem::rename(folder, folder.string() + ".aside");
  write_file(folder, "");

  EXPECT_EQ(error_of([&] { reset(workspace(), {}); }).kind(), ErrorKind::unavailable);
  EXPECT_EQ(value("SELECT count(*) FROM " + table_), "2");

  std::filesystem::remove(folder);
  std::filesystem::rename(folder.string() + ".aside", folder);
  reset(workspace(), {});
  EXPECT_EQ(value("SELECT count(*) FROM " + table_), "1");
}

}  // namespace
}  // namespace provision
