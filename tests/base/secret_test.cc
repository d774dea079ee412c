#include "provision/base/secret.h"

#include <gmock/gmock.h>

namespace provision {
namespace {

struct Case {
  std::string text;
  std::string shown;
};

TEST(Redacted, HidesPasswordsInUrlsAndConninfos) {
  const std::vector<Case> cases = {
      {"postgresql://u:pw@h/db", "postgresql://u:***@h/db"},
      {"postgresql://u:p@w:x@h/db", "postgresql://u:***@h/db"},
      {"postgresql+psycopg2://u:pw@h:5432/db?a=b", "postgresql+psycopg2://u:***@h:5432/db?a=b"},
      {"postgresql://:pw@h/db", "postgresql://:***@h/db"},
      {"from postgres://a:one@h/x to postgres://b:two@h/y",
       "from postgres://a:***@h/x to postgres://b:***@h/y"},
      {"host=h password=pw user=u", "host=h password=*** user=u"},
      {"password='p w\\'x' user=u", "password=*** user=u"},
      {"password='open", "password=***"},
      {"user=u password = pw host=h", "user=u password = *** host=h"},
      {"PGPASSWORD=pw psql", "PGPASSWORD=*** psql"},
      {"CREATE ROLE u PASSWORD 'p w'; SELECT 1", "CREATE ROLE u PASSWORD ***; SELECT 1"},
      {"password=a password=b", "password=*** password=***"},
      {"postgresql://h/db?password=pw&x=y", "postgresql://h/db?password=***&x=y"},
  };
  for (const Case& one : cases) EXPECT_EQ(redacted(one.text), one.shown);
}

TEST(Redacted, LeavesOtherTextAlone) {
  for (const std::string text :
       {"", "postgresql://u@h:5432/db", "postgresql://h/db", "sqlite:///var/dev.db",
        "see https://example.org/a:b@c", "no password",
        "password=", "password authentication failed for user \"u\""}) {
    EXPECT_EQ(redacted(text), text);
  }
}

TEST(Secret, ComparesByValue) {
  EXPECT_EQ(Secret("a"), Secret("a"));
  EXPECT_NE(Secret("a"), Secret("b"));
  EXPECT_TRUE(Secret().empty());
}

}  // namespace
}  // namespace provision
