// A managed server that `up` keeps: it stays between commands, until `down` or until it is idle.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "provision/base/error.h"
#include "tests/engine/managed_server_fixture.h"
#include "tests/errors.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using KeptServerTest = ManagedServerTest;

TEST_F(KeptServerTest, ItStaysBetweenUsersUntilItIsEnded) {
  pid_t process = 0;
  {
    Engines engines(silent_);
    Engine& engine = engines.at("postgresql");
    EXPECT_FALSE(engine.servers()->end(spec(), false));
    engine.create(spec());
    process = server_process(engine, spec());
    EXPECT_FALSE(engine.servers()->state(spec()).kept_for);
    EXPECT_TRUE(engine.servers()->keep(spec(), std::chrono::seconds(0)).is_running);
  }

  Engines others(silent_);
  ManagedServers& servers = *others.at("postgresql").servers();
  EXPECT_TRUE(servers.state(spec()).is_running);
  EXPECT_EQ(servers.state(spec()).kept_for, std::chrono::seconds(0));
  EXPECT_EQ(server_process(others.at("postgresql"), spec()), process);
  EXPECT_THAT(servers.databases(spec()), ElementsAre("app"));
  EXPECT_TRUE(servers.end(spec(), false));
  EXPECT_TRUE(ends(process));
  EXPECT_FALSE(servers.state(spec()).is_running);
  EXPECT_TRUE(others.at("postgresql").exists(spec()));
}

TEST_F(KeptServerTest, ItEndsOnceItWasIdleForLongEnough) {
  pid_t process = 0;
  {
    Engines engines(silent_);
    engines.at("postgresql").create(spec());
    process = server_process(engines.at("postgresql"), spec());
    engines.at("postgresql").servers()->keep(spec(), std::chrono::seconds(1));
  }

  EXPECT_EQ(::kill(process, 0), 0);
  EXPECT_TRUE(ends(process));
  EXPECT_FALSE(std::filesystem::exists(folders().keep));
}

TEST_F(KeptServerTest, SessionsInItsWayAreNamedOrEnded) {
  Engines engines(silent_);
  engines.at("postgresql").create(spec());
  const auto session = engines.at("postgresql").connect(spec(), {.application = "the report"});
  const pid_t process = server_process(engines.at("postgresql"), spec());
  engines.at("postgresql").servers()->keep(spec(), std::chrono::seconds(0));
  Engines others(silent_);
  ManagedServers& servers = *others.at("postgresql").servers();

  const Error error = error_of([&] { servers.end(spec(), false); });
  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_THAT(error.message(), HasSubstr("the report"));
  EXPECT_TRUE(servers.state(spec()).kept_for);

  // The one whose session it is uses the server as well.
  engines.at("postgresql").release(spec());
  EXPECT_TRUE(servers.end(spec(), true));
  EXPECT_TRUE(ends(process));
}

}  // namespace
}  // namespace provision
