#include "provision/project/seed_file.h"

#include <fstream>

#include "provision/base/file.h"
#include "tests/errors.h"

namespace provision {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

/// A project with seed files, made from names and texts.
class SeedFileTest : public testing::Test {
 protected:
  fs::path folder() const { return root_.path() / "seeds"; }

  void write(const std::string& name, std::string_view text) {
    fs::create_directories((folder() / name).parent_path());
    std::ofstream(folder() / name) << text;
  }

  SeedSet read(std::string_view name = "demo") const {
    return read_seed_set(folder(), name, root_.path());
  }

  SeedTable only_table(std::string_view text) {
    write("demo.yaml", text);
    const SeedSet set = read();
    return set.entries.at(0).table.value();
  }

  std::string trouble(std::string_view name = "demo") const {
    return trouble_of([&] { read(name); });
  }

  TemporaryFolder root_;
};

TEST_F(SeedFileTest, InlineRowsAreRead) {
  const SeedTable table = only_table(
      "- table: app.roles\n  key: [code]\n  mode: sync\n  rows:\n"
      "    - {code: admin, rank: 007, note: ~}\n    - {code: user, note: 'null', rank: 1.50}\n");

  EXPECT_EQ(table.schema, "app");
  EXPECT_EQ(table.table, "roles");
  EXPECT_EQ(table.mode, SeedMode::sync);
  EXPECT_THAT(table.key, ElementsAre("code"));
  EXPECT_THAT(table.columns, ElementsAre("code", "rank", "note"));
  EXPECT_THAT(table.rows.at(0).values, ElementsAre("admin", "007", std::nullopt));
  EXPECT_THAT(table.rows.at(1).values, ElementsAre("user", "1.50", "null"));
  EXPECT_EQ(table.rows.at(1).line, 6);
  EXPECT_EQ(table.file, "seeds/demo.yaml");
  EXPECT_EQ(table.place.text(), "seeds/demo.yaml:1");
}

TEST_F(SeedFileTest, TheModeIsUpsertUnlessItIsSaid) {
  EXPECT_EQ(only_table("- {table: t, key: a, rows: [{a: 1}]}").mode, SeedMode::upsert);
}

TEST_F(SeedFileTest, AKeyMayBeOneColumnOrSeveral) {
  EXPECT_THAT(only_table("- {table: t, key: a, rows: [{a: 1, b: 2}]}").key, ElementsAre("a"));
  EXPECT_THAT(only_table("- {table: t, key: [a, b], rows: [{a: 1, b: 2}]}").key,
              ElementsAre("a", "b"));
}

TEST_F(SeedFileTest, RowsComeFromACsvFile) {
  write("data/roles.csv", "code,rank\nadmin,1\nuser,\n");

  const SeedTable table = only_table("- {table: roles, key: code, rows: data/roles.csv}");

  EXPECT_EQ(table.file, "seeds/data/roles.csv");
  EXPECT_THAT(table.columns, ElementsAre("code", "rank"));
  EXPECT_THAT(table.rows.at(1).values, ElementsAre("user", std::nullopt));
  EXPECT_EQ(table.rows.at(1).line, 3);
}

TEST_F(SeedFileTest, RowsComeFromAYamlFile) {
  write("data/roles.yaml", "- code: admin\n  rank: 1\n- code: user\n  rank:\n");

  const SeedTable table = only_table("- {table: roles, key: code, rows: data/roles.yaml}");

  EXPECT_EQ(table.file, "seeds/data/roles.yaml");
  EXPECT_THAT(table.rows.at(1).values, ElementsAre("user", std::nullopt));
  EXPECT_EQ(table.rows.at(1).line, 3);
}

TEST_F(SeedFileTest, JsonValuesKeepTheTextThatWasWritten) {
  write("t.json",
        "[\n {\"id\": 9007199254740993, \"n\": 1e20, \"m\": 100000000000000000000000,\n"
        "  \"p\": 1.10, \"b\": true, \"s\": \"\\u00e9\\n\", \"z\": null,\n"
        "  \"o\": {\"k\": [1.50, \"a\\\"b\", {}, null], \"e\": []}, \"a\": [-1, false]}\n]");

  const SeedTable table = only_table("- {table: t, key: id, rows: t.json}");

  EXPECT_THAT(table.columns, ElementsAre("id", "n", "m", "p", "b", "s", "z", "o", "a"));
  EXPECT_THAT(
      table.rows.at(0).values,
      ElementsAre("9007199254740993", "1e20", "100000000000000000000000", "1.10", "true",
                  "\u00e9\n", std::nullopt, R"({"k":[1.50,"a\"b",{},null],"e":[]})", "[-1,false]"));
  EXPECT_EQ(table.rows.at(0).line, 2);
}

TEST_F(SeedFileTest, JsonColumnsComeInAnyOrder) {
  write("t.json", R"([{"a": 1, "b": 2}, {"b": 4, "a": 3}])");

  const SeedTable table = only_table("- {table: t, key: a, rows: t.json}");

  EXPECT_THAT(table.rows.at(1).values, ElementsAre("3", "4"));
}

TEST_F(SeedFileTest, ANestedJsonValueOfOneRowDoesNotSpillIntoTheNext) {
  write("t.json", R"([{"a": 1, "b": {"x": {"y": [[], [2, {"z": 3}]]}}}, {"a": 2, "b": []}])");

  const SeedTable table = only_table("- {table: t, key: a, rows: t.json}");

  EXPECT_EQ(table.rows.at(0).values[1], R"({"x":{"y":[[],[2,{"z":3}]]}})");
  EXPECT_EQ(table.rows.at(1).values[1], "[]");
}

TEST_F(SeedFileTest, SqlEntriesKeepTheirPlaceInTheOrder) {
  write("demo/orders.sql", "SELECT 1;\n");
  write(
      "demo.yaml",
      "- {table: a, key: id, rows: []}\n- sql: demo/orders.sql\n- {table: b, key: id, rows: []}\n");

  const SeedSet set = read();

  ASSERT_EQ(set.entries.size(), 3u);
  EXPECT_EQ(set.entries[1].script->text, "SELECT 1;\n");
  EXPECT_EQ(set.entries[1].script->place.text(), "seeds/demo/orders.sql");
  EXPECT_EQ(set.entries[2].table->table, "b");
}

TEST_F(SeedFileTest, AnUnknownSetIsNamedWithTheNearest) {
  write("reference.yaml", "[]");

  EXPECT_EQ(trouble("referense"), "no seed set 'referense' in 'seeds' | did you mean 'reference'?");
  EXPECT_THAT(trouble("../reference"), HasSubstr("no seed set"));
}

TEST_F(SeedFileTest, SetNamesAreSortedAndTakenFromTheFolderItself) {
  write("b.yaml", "");
  write("a.yaml", "");
  write("data/c.yaml", "");
  write("x.csv", "");

  EXPECT_THAT(seed_set_names(folder()), ElementsAre("a", "b"));
  EXPECT_TRUE(seed_set_names(root_.path() / "none").empty());
}

TEST_F(SeedFileTest, AMalformedSetIsAnErrorAtItsLine) {
  write("t.txt", "");
  write("t.sql", "");
  const std::string first = "- {table: t, key: a, rows: [{a: 1}]}\n";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"table: t", "seeds/demo.yaml:1: a seed set must be a list, not a mapping"},
      {"- t", "seeds/demo.yaml:1: a seed must be a mapping, not 't'"},
      {first + "- {tabel: t}",
       "seeds/demo.yaml:2: unknown key 'tabel' in a seed | did you mean 'table'?"},
      {first + "- {table: t, kye: a}",
       "seeds/demo.yaml:2: unknown key 'kye' in a seed | did you mean 'key'?"},
      {first + "- {sql: t.sql, mode: sync}",
       "seeds/demo.yaml:2: unknown key 'mode' in an SQL seed | known: sql"},
      {"- {table: t, rows: []}",
       "seeds/demo.yaml:1: no 'key' says which columns tell rows apart | name the columns of a "
       "primary key or unique constraint"},
      {"- {table: t, key: [], rows: []}", "seeds/demo.yaml:1: 'key' has no column"},
      {"- {table: t, key: [a, a], rows: []}", "seeds/demo.yaml:1: column 'a' is in 'key' twice"},
      {"- {table: t, key: a}",
       "seeds/demo.yaml:1: no 'rows' for table 't' | name a .csv, .json or .yaml file, or list the "
       "rows; or `generate` them"},
      {"- {table: t, key: a, mode: upsrt, rows: []}",
       "seeds/demo.yaml:1: unknown mode 'upsrt' | did you mean 'upsert'?"},
      {"- {table: a.b.c, key: a, rows: []}",
       "seeds/demo.yaml:1: 'a.b.c' cannot name a table | write 'table: name' or 'table: "
       "schema.name'"},
      {"- {table: .t, key: a, rows: []}",
       "seeds/demo.yaml:1: '.t' cannot name a table | write 'table: name' or 'table: schema.name'"},
      {"- {table: t, key: a, rows: none.csv}", "seeds/demo.yaml:1: no such file: 'seeds/none.csv'"},
      {"- {table: t, key: a, rows: t.txt}",
       "seeds/demo.yaml:1: cannot read rows from 't.txt' | rows are read from .csv, .json and "
       ".yaml"},
      {"- {table: t, key: a, rows: ../demo.csv}",
       "seeds/demo.yaml:1: 'rows' '../demo.csv' is not in 'seeds' | what seeds are made of stays "
       "in "
       "their folder"},
      {"- sql: /etc/passwd",
       "seeds/demo.yaml:1: 'sql' '/etc/passwd' is not in 'seeds' | what seeds are made of stays in "
       "their folder"},
      {"- table: t\n  key: a\n  rows:\n  - {a: 1, b: 2}\n  - {a: 2}",
       "seeds/demo.yaml:5: column 'b' is missing | every row has the same columns; a null one is "
       "NULL"},
      {"- table: t\n  key: a\n  rows:\n  - {a: 1}\n  - {a: 2, c: 2}",
       "seeds/demo.yaml:5: column 'c' is not in the first row | every row has the same columns"},
      {"- table: t\n  key: a\n  rows:\n  - {a: [1]}",
       "seeds/demo.yaml:4: column 'a' must be text, not a list"},
      {"- {table: t, key: code, rows: [{cod: 1}]}",
       "seeds/demo.yaml:1: column 'code' of the key is not in the rows | did you mean 'cod'?"},
      {"- table: t\n  key: a\n  rows:\n  - {a: 1}\n  - {a: 2}\n  - {a: 1}",
       "seeds/demo.yaml:6: a second row with the key '1', the first is on line 4"},
      {"- table: t\n  key: [a, b]\n  rows:\n  - {a: 1, b: 2}\n  - {a: 1, b: 2}",
       "seeds/demo.yaml:5: a second row with the key '1', '2', the first is on line 4"},
      {"- table: t\n  key: a\n  rows:\n  - {a: ~}",
       "seeds/demo.yaml:4: column 'a' of the key is NULL | a row is found again by its key"},
      {first + "- {table: t, key: a, mode: sync, rows: []}",
       "seeds/demo.yaml:2: table 't' is in the set twice, first on line 1, and 'sync' removes the "
       "rows of the other"},
  };
  for (const auto& [text, message] : cases) {
    write("demo.yaml", text);
    EXPECT_EQ(trouble(), message) << text;
  }
}

TEST_F(SeedFileTest, MalformedJsonIsAnErrorAtItsLine) {
  write("demo.yaml", "- {table: t, key: a, rows: t.json}");
  const std::vector<std::pair<std::string, std::string>> cases{
      {"{}", "seeds/t.json:1: the file must be an array of objects, one for a row"},
      {"1", "seeds/t.json:1: the file must be an array of objects, one for a row"},
      {"[\n1]", "seeds/t.json:2: the file must be an array of objects, one for a row"},
      {"[[]]", "seeds/t.json:1: the file must be an array of objects, one for a row"},
      {"[\"a\"]", "seeds/t.json:1: the file must be an array of objects, one for a row"},
      {"[{\"a\": 1},\n\n{\"a\": 2, \"b\": 1}]",
       "seeds/t.json:3: column 'b' is not in the first row"},
      {"[{\"a\": 1, \"b\": 1},\n{\"b\": 2}]", "seeds/t.json:2: column 'a' is missing"},
      {"[{\"a\": 1},\n{\"a\": 2, \"a\": 3}]", "seeds/t.json:2: column 'a' is in the row twice"},
      {"[{\"a\": 1, \"a\": 3}]", "seeds/t.json:1: column 'a' is in the row twice"},
      {"[{}]", "seeds/t.json:1: a row without columns"},
      {"[{\"a\": \"x\\u0000\"}]", "seeds/t.json:1: a text with a NUL character"},
      {"[{\"a\": 1},\n{\"a\": 1}]",
       "seeds/t.json:2: a second row with the key '1', the first is on line 1"},
  };
  for (const auto& [text, message] : cases) {
    write("t.json", text);
    EXPECT_THAT(trouble(), testing::StartsWith(message)) << text;
  }
}

TEST_F(SeedFileTest, JsonThatIsNoJsonSaysWhatWasExpected) {
  write("demo.yaml", "- {table: t, key: a, rows: t.json}");
  for (const char* text : {"", "[\n{\"a\": }]", "[{\"a\": 1}", "[{'a': 1}]", "[{\"a\": 1}] x",
                           "[{\"a\": 1e}]", "[{\"a\": NaN}]"}) {
    write("t.json", text);
    EXPECT_THAT(trouble(), testing::StartsWith("seeds/t.json:")) << text;
    EXPECT_THAT(trouble(), HasSubstr(": malformed JSON: syntax error while parsing")) << text;
  }
}

TEST_F(SeedFileTest, DeepJsonIsText) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  write("t.json", "[{\"a\": 1, \"b\": " + deep + "}]");

  EXPECT_EQ(only_table("- {table: t, key: a, rows: t.json}").rows.at(0).values[1], deep);
}

TEST_F(SeedFileTest, ASymbolicLinkOutOfTheFolderIsRefused) {
  write("demo.yaml", "- {table: t, key: a, rows: link.csv}");
  std::ofstream(root_.path() / "secret.csv") << "a\n1\n";
  fs::create_symlink(root_.path() / "secret.csv", folder() / "link.csv");

  EXPECT_THAT(trouble(), HasSubstr("'rows' 'link.csv' is not in 'seeds'"));
}

TEST_F(SeedFileTest, AnErrorInARowsFileNamesThatFile) {
  write("demo.yaml", "- {table: t, key: a, rows: t.csv}");
  write("t.csv", "a,b\n1,2\n1,3,4\n");
  EXPECT_THAT(trouble(), testing::StartsWith("seeds/t.csv:3: 3 fields"));

  write("t.csv", "a,b\n1,\xff\n");
  EXPECT_THAT(trouble(), testing::StartsWith("seeds/t.csv:2: byte 0xff is not UTF-8"));
}

TEST(SeedMode, HasTheNameThatFilesUse) {
  EXPECT_EQ(name_of(SeedMode::upsert), "upsert");
  EXPECT_EQ(name_of(SeedMode::insert), "insert");
  EXPECT_EQ(name_of(SeedMode::sync), "sync");
}

}  // namespace
}  // namespace provision
