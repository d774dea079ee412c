#include "provision/model/environment.h"

#include <gmock/gmock.h>

#include <random>

#include "provision/base/error.h"

namespace provision {
namespace {

using testing::HasSubstr;
using testing::Not;

/// All parts of a URL in one text: user|password|host|port|database|name=value...
std::string parts_of(const Location& location) {
  std::string text = location.user + "|" + location.password.reveal() + "|" + location.host + "|" +
                     location.port + "|" + location.database;
  for (const auto& [name, value] : location.parameters) text += "|" + name + "=" + value;
  return text;
}

struct Case {
  std::string url;
  std::string parts;
};

TEST(EnvironmentKind, EveryNameIsReadBack) {
  for (const auto kind : {EnvironmentKind::dev, EnvironmentKind::test, EnvironmentKind::staging,
                          EnvironmentKind::production}) {
    EXPECT_EQ(environment_kind(name_of(kind)), kind);
  }
  EXPECT_EQ(environment_kind("Dev"), std::nullopt);
}

TEST(EnvironmentKind, OnlyDevAndTestAreDisposable) {
  EXPECT_TRUE(is_disposable(EnvironmentKind::dev));
  EXPECT_TRUE(is_disposable(EnvironmentKind::test));
  EXPECT_FALSE(is_disposable(EnvironmentKind::staging));
  EXPECT_FALSE(is_disposable(EnvironmentKind::production));
}

TEST(DatabaseSpec, TheOnlyDatabaseHasTheNameOfItsEnvironment) {
  DatabaseSpec spec;
  spec.environment = "dev";
  EXPECT_EQ(spec.label(), "dev");

  spec.name = "users";
  EXPECT_EQ(spec.label(), "dev/users");
}

TEST(ParseUrl, TakesAPostgresqlUrlApart) {
  const std::vector<Case> cases = {
      {"postgresql://u:pw@h:5433/db", "u|pw|h|5433|db"},
      {"postgres://h/db", "||h||db"},
      {"POSTGRESQL+psycopg2://u@h/db", "u||h||db"},
      {"postgresql+asyncpg://u:@h/", "u||h||"},
      {"postgresql://h", "||h||"},
      {"postgresql:///db", "||||db"},
      {"postgresql://u%40x:p%3A%2Fw%25@h/d%2Fb", "u@x|p:/w%|h||d/b"},
      {"postgresql://u:p@w:x@h/db", "u|p@w:x|h||db"},
      {"postgresql://u@[::1]:5433/db", "u||::1|5433|db"},
      {"postgresql://[2001:db8::1]/db", "||2001:db8::1||db"},
      {"postgresql://u@%2Frun%2Fpostgresql/db", "u||/run/postgresql||db"},
      {"postgresql://u@/db?host=/run/postgresql&port=5433", "u||/run/postgresql|5433|db"},
      {"postgresql:///?user=u&password=p%26w&dbname=d&host=h", "u|p&w|h||d"},
      {"postgresql://h/db?sslmode=require&application_name=a%20b",
       "||h||db|application_name=a b|sslmode=require"},
  };
  for (const Case& one : cases) {
    const ParsedUrl parsed = parse_url(one.url);
    EXPECT_EQ(parsed.engine, "postgresql");
    EXPECT_EQ(parts_of(parsed.location), one.parts) << one.url;
  }
}

TEST(ParseUrl, TakesTheFileOutOfASqliteUrl) {
  const std::vector<Case> cases = {
      {"sqlite:var/dev.db", "var/dev.db"},    {"sqlite:/var/dev.db", "/var/dev.db"},
      {"sqlite:///var/dev.db", "var/dev.db"}, {"sqlite:////var/dev.db", "/var/dev.db"},
      {"sqlite+pysqlite:///a.db", "a.db"},    {"sqlite3:a%20b%3F.db", "a b?.db"},
      {"SQLite:a.db?mode=rw", "a.db"},
  };
  for (const Case& one : cases) {
    const ParsedUrl parsed = parse_url(one.url);
    EXPECT_EQ(parsed.engine, "sqlite");
    EXPECT_EQ(parsed.location.path, one.parts) << one.url;
  }
}

TEST(ParseUrl, RefusesWhatIsNoUrlWithoutShowingIt) {
  const std::vector<std::string> urls = {
      "",
      "hunter2",
      "hunter2:x",
      "u:hunter2@h/db",
      "mysql://u:hunter2@h/db",
      "postgresql:hunter2",
      "postgresql://u:hunter2/x@h/db",
      "postgresql://u:hunter2%zz@h/db",
      "postgresql://u:hunter2%0@h/db",
      "postgresql://u:hunter2%00@h/db",
      "postgresql://u:x@hunter2:0/db",
      "postgresql://h:hunter2/db",
      "postgresql://h:65536/hunter2",
      "postgresql://h:-1/hunter2",
      "postgresql://[::1/hunter2",
      "postgresql://[::1]hunter2/db",
      "postgresql://hunter2,other/db",
      "postgresql://h/db?password=hunter2&password=hunter2",
      "postgresql://h/db?port=hunter2",
      "sqlite://hunter2/a.db",
      "sqlite:",
      "sqlite://",
      "sqlite:///",
      "sqlite::memory:",
      "sqlite:///:memory:",
  };
  for (const std::string& url : urls) {
    try {
      parse_url(url);
      ADD_FAILURE() << url;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_THAT(error.message() + error.hint(), Not(HasSubstr("hunter2"))) << url;
    }
  }
}

TEST(ParseUrl, NamesTheSchemeThatNoEngineHas) {
  try {
    parse_url("mysql://h/db");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "no engine knows database URLs that begin with 'mysql:'");
  }
}

TEST(LocationUrl, IsWhatPeopleWrite) {
  for (const std::string url :
       {"postgresql://u@h:5433/db", "postgresql://u@/db?host=/run/postgresql",
        "postgresql://[::1]/db", "postgresql://h/db?sslmode=require", "sqlite:/var/dev.db",
        "sqlite:var/dev.db"}) {
    EXPECT_EQ(parse_url(url).location.url(), url);
  }
}

TEST(LocationUrl, ShowsNoPassword) {
  const Location location = parse_url("postgresql://u:hunter2@h/db?sslpassword=hunter2").location;

  EXPECT_EQ(location.url(), "postgresql://u@h/db");
  EXPECT_EQ(location.url_with_password(), "postgresql://u:hunter2@h/db?sslpassword=hunter2");
}

TEST(LocationUrl, APathThatLooksLikeAQueryIsReadBack) {
  Location location;
  location.path = "/var/a b?c#d%41.db";

  EXPECT_EQ(parse_url(location.url()).location.path, location.path);
}

TEST(LocationUrl, WhateverIsInItIsReadBack) {
  std::mt19937 random(5);
  const auto text = [&random] {
    constexpr std::string_view kAlphabet = "ab:/?#@%[]&=+ ,'\"\\\xC3\xA9";
    std::string result(random() % 5, ' ');
    for (char& c : result) c = kAlphabet[random() % kAlphabet.size()];
    return result;
  };
  for (int i = 0; i < 5'000; ++i) {
    Location location;
    location.user = text();
    location.password = Secret(text());
    location.host = (random() % 2 == 0 ? "/" : "h") + text();
    if (location.host.find_first_of("[]") != std::string::npos) continue;  // no host has these
    location.database = text();
    location.port = random() % 2 == 0 ? "" : "6432";
    location.parameters["options"] = text();
    const std::string url = location.url_with_password();

    EXPECT_EQ(parts_of(parse_url(url).location), parts_of(location)) << url;
  }
}

}  // namespace
}  // namespace provision
