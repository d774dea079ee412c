// Made rows by the rules of a table, without a database.
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "provision/ops/generate/made_table.h"
#include "tests/errors.h"

namespace provision {
namespace {

using testing::HasSubstr;

RuledColumn column(const std::string& name, const std::string& type, bool not_null = true) {
  return {.name = name, .type = value_type(type), .not_null = not_null};
}

/// A hundred rows whose values are their indexes.
class HundredParents : public ParentRows {
 public:
  std::uint64_t count() const override { return 100; }
  bool write(std::uint64_t index, const std::string&, std::string& into) const override {
    into += std::to_string(index);
    return true;
  }
};

class MadeTableTest : public testing::Test {
 protected:
  MadeTableTest() {
    rules_.name = "t";
    seed_.table = "t";
    seed_.place = {"seeds/demo.yaml", 1};
    seed_.generate = Generation{.set = "demo", .rows = 1000, .seed = 42, .columns = {}, .text = {}};
  }

  void generate(const std::string& name, Generator generator) {
    generator.place = {"seeds/demo.yaml", static_cast<int>(seed_.generate->columns.size()) + 2};
    seed_.generate->columns.emplace_back(name, std::move(generator));
  }
  MadeTable made() const {
    return MadeTable(seed_, rules_,
                     [](const ReferenceRule&) { return std::make_shared<HundredParents>(); });
  }
  /// What rows have in one column; NULL is "NULL".
  std::vector<std::string> values(const std::string& name) const {
    const MadeTable table = made();
    std::vector<std::string> all;
    for (std::int64_t row = 0; row < table.count(); ++row) {
      std::string value;
      all.push_back(table.write(name, row, value) ? value : "NULL");
    }
    return all;
  }
  std::map<std::string, int> counts(const std::string& name) const {
    std::map<std::string, int> counts;
    for (const std::string& value : values(name)) ++counts[value];
    return counts;
  }
  std::string trouble() const {
    return trouble_of([&] { made(); });
  }

  RowRules rules_;
  SeedTable seed_;
};

TEST_F(MadeTableTest, ARowStaysAsItIsWhenThereAreMoreRowsAndOtherColumns) {
  rules_.columns = {column("id", "integer"),         column("name", "text"),  column("day", "date"),
                    column("price", "numeric(8,2)"), column("up", "boolean"), column("key", "uuid"),
                    column("at", "timestamp")};
  std::map<std::string, std::vector<std::string>> before;
  for (const RuledColumn& one : rules_.columns) before[one.name] = values(one.name);

  seed_.generate->rows = 3000;
  rules_.columns.insert(rules_.columns.begin(), column("more", "integer"));

  for (const auto& [name, expected] : before) {
    std::vector<std::string> now = values(name);
    now.resize(1000);
    EXPECT_EQ(now, expected) << name;
  }
}

TEST_F(MadeTableTest, AnotherSeedSetOrTableHasOtherRows) {
  rules_.columns = {column("price", "numeric(8,2)")};
  const auto before = values("price");

  seed_.generate->seed = 43;
  const auto other_seed = values("price");
  seed_.generate->seed = 42;
  seed_.generate->set = "other";
  const auto other_set = values("price");

  EXPECT_NE(other_seed, before);
  EXPECT_NE(other_set, before);
}

TEST_F(MadeTableTest, WhatIsUniqueStaysUniqueWhateverMakesIt) {
  const std::vector<std::pair<std::string, Generator>> cases{
      {"integer", {}},
      {"numeric(12,3)", {}},
      {"text", {}},
      {"varchar(6)", {}},
      {"date", {}},
      {"timestamp", {}},
      {"uuid", {}},
      {"integer", {.kind = GeneratorKind::range, .from = -400, .to = 599}},
      {"date", {.kind = GeneratorKind::date, .from = 0, .to = 1023}},
      {"text", {.kind = GeneratorKind::words, .from = 1, .to = 1}},
      {"text", {.kind = GeneratorKind::name, .text = "first"}},
      {"text", {.kind = GeneratorKind::email, .text = "e.org"}},
      {"text", {.kind = GeneratorKind::pattern, .parts = {{TemplatePart::Kind::number, "", 3}}}},
  };
  rules_.keys = {{.columns = {"u"}}};
  for (const auto& [type, generator] : cases) {
    rules_.columns = {column("u", type)};
    seed_.generate->columns.clear();
    if (generator.kind != GeneratorKind::by_type) generate("u", generator);

    EXPECT_EQ(counts("u").size(), 1000U) << type << " " << static_cast<int>(generator.kind);
  }
}

TEST_F(MadeTableTest, ColumnsThatAreUniqueTogetherDoNotRepeat) {
  rules_.columns = {column("a", "integer"), column("b", "integer"), column("c", "boolean")};
  rules_.keys = {{.columns = {"a", "b", "c"}}};
  rules_.references = {{.columns = {"a"}, .table = "p", .target_columns = {"id"}}};
  generate("b", {.kind = GeneratorKind::range, .from = 1, .to = 5});

  const auto a = values("a");
  const auto b = values("b");
  const auto c = values("c");

  std::set<std::string> rows;
  for (size_t i = 0; i < a.size(); ++i) rows.insert(a[i] + " " + b[i] + " " + c[i]);
  EXPECT_EQ(rows.size(), 1000U);
}

TEST_F(MadeTableTest, TooFewValuesForAUniqueColumnAreToldAtTheGenerator) {
  rules_.columns = {column("u", "integer")};
  rules_.keys = {{.columns = {"u"}}};
  generate("u", {.kind = GeneratorKind::range, .from = 1, .to = 999});

  EXPECT_THAT(trouble(), HasSubstr("seeds/demo.yaml:2: u of table 't' must be unique, and 999 "
                                   "different values for 1000 rows are too few"));
}

TEST_F(MadeTableTest, WeightsAndRatesHold) {
  rules_.columns = {column("tier", "text", false)};
  seed_.generate->rows = 20'000;
  generate("tier", {.kind = GeneratorKind::choice,
                    .choices = {{"gold", 1}, {"silver", 9}},
                    .nulls_per_million = 200'000});

  auto found = counts("tier");

  EXPECT_NEAR(found["NULL"], 4000, 300);
  EXPECT_NEAR(found["gold"], 1600, 200);
  EXPECT_NEAR(found["silver"], 14400, 500);
}

TEST_F(MadeTableTest, ReferencesAreSpreadAsIsSaid) {
  rules_.columns = {column("even", "integer"), column("few", "integer")};
  rules_.references = {{.columns = {"even"}, .table = "p", .target_columns = {"id"}},
                       {.columns = {"few"}, .table = "p", .target_columns = {"id"}}};
  seed_.generate->rows = 20'000;
  generate("few", {.kind = GeneratorKind::reference, .zipf = true});

  auto even = counts("even");
  auto few = counts("few");

  EXPECT_EQ(even.size(), 100U);
  EXPECT_NEAR(even["0"], 200, 60);
  EXPECT_GT(few["0"], 2000);
  EXPECT_GT(few["0"], 20 * few["60"]);
  EXPECT_GT(few["99"], 0);
}

TEST_F(MadeTableTest, ChecksThatCanBeReadAreKept) {
  rules_.columns = {column("tier", "text"), column("age", "integer"), column("first_day", "date"),
                    column("last_day", "date")};
  rules_.checks = {"tier IN ('gold', 'silver')", "age >= 18 AND age < 21", "first_day < last_day"};

  EXPECT_EQ(counts("tier").size(), 2U);
  for (const auto& [age, unused] : counts("age"))
    EXPECT_THAT(age, testing::AnyOf("18", "19", "20"));
  const auto first = values("first_day");
  const auto last = values("last_day");
  for (size_t i = 0; i < first.size(); ++i) EXPECT_LT(first[i], last[i]);
}

TEST_F(MadeTableTest, GeneratorsThatTheTableDoesNotGoWithAreRefused) {
  rules_.columns = {column("a", "integer"), column("b", "text")};
  rules_.keys = {{.columns = {"b"}}};
  const std::vector<std::tuple<std::string, Generator, std::string>> cases{
      {"aa",
       {.kind = GeneratorKind::sequence},
       "seeds/demo.yaml:2: table 't' has no column 'aa' | did you mean 'a'?"},
      {"a",
       {.kind = GeneratorKind::sequence, .nulls_per_million = 5},
       "seeds/demo.yaml:2: column 't.a' is NOT NULL: it can have no 'null_rate'"},
      {"a",
       {.kind = GeneratorKind::reference},
       "seeds/demo.yaml:2: column 't.a' refers to no table | 'fk' is for columns of a foreign key"},
      {"b",
       {.kind = GeneratorKind::constant, .text = "x"},
       "seeds/demo.yaml:2: b of table 't' must be unique, and 1 different value for 1000 rows are "
       "too few | fewer rows, or a generator with more values: sequence, a wider range, a template "
       "with {n}"},
  };
  for (const auto& [name, generator, message] : cases) {
    seed_.generate->columns.clear();
    generate(name, generator);
    EXPECT_EQ(trouble(), message);
  }
}

TEST(Chance, ShufflingGivesEachRowAnotherNumber) {
  const Chance chance("s", "t", "c", 1);
  for (const std::uint64_t count : {1, 2, 3, 5, 64, 65, 1000, 4097}) {
    std::set<std::uint64_t> seen;
    for (std::uint64_t row = 0; row < count; ++row) {
      seen.insert(chance.shuffled(count, static_cast<std::int64_t>(row)));
    }
    EXPECT_EQ(seen.size(), count);
    EXPECT_EQ(*seen.rbegin(), count - 1);
  }
}

TEST(Chance, MostRowsKeepTheirNumberWhenThereAreMoreToChooseFrom) {
  const Chance chance("s", "t", "c", 1);
  int kept = 0;
  for (std::int64_t row = 0; row < 1000; ++row)
    kept += chance.below(100, row) == chance.below(105, row);

  EXPECT_GT(kept, 900);
}

}  // namespace
}  // namespace provision
