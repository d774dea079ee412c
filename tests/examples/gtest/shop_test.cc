#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

#include "harness/gtest/database.h"

namespace {

/// A test with the shop's database open.
class ShopTest : public provision::testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (HasFatalFailure()) return;
    ASSERT_EQ(sqlite3_open(database().connection_string().c_str(), &shop_), SQLITE_OK);
  }
  void TearDown() override {
    sqlite3_close(shop_);
    DatabaseTest::TearDown();
  }

  /// The first value of what `sql` answers.
  std::string value(const std::string& sql) {
    std::string found;
    const auto keep = [](void* kept, int, char** values, char**) {
      *static_cast<std::string*>(kept) = values[0] == nullptr ? "" : values[0];
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(shop_, sql.c_str(), keep, &found, nullptr), SQLITE_OK) << sql;
    return found;
  }

 private:
  sqlite3* shop_ = nullptr;
};

TEST_F(ShopTest, BeginsWithTheSeeds) { EXPECT_EQ(value("SELECT count(*) FROM goods"), "2"); }

TEST_F(ShopTest, MaySellEverything) {
  value("DELETE FROM goods");

  EXPECT_EQ(value("SELECT count(*) FROM goods"), "0");
}

TEST_F(ShopTest, HasForgottenWhatOtherTestsDid) {
  value("UPDATE goods SET stock = stock - 1 WHERE name = 'lamp'");

  EXPECT_EQ(value("SELECT stock FROM goods WHERE name = 'lamp'"), "2");
}

}  // namespace
