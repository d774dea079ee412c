// A managed server: who starts it, who ends it.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "tests/engine/managed_server_fixture.h"

namespace provision {
namespace {

TEST_F(ManagedServerTest, AskingStartsNothing) {
  Engines engines(silent_);

  EXPECT_FALSE(engines.at("postgresql").exists(spec()));
  EXPECT_FALSE(std::filesystem::exists(spec().work_folder));
}

TEST_F(ManagedServerTest, ItEndsWithItsLastUserAndKeepsItsData) {
  auto first = std::make_unique<Engines>(silent_);
  first->at("postgresql").create(spec());
  const pid_t process = server_process(first->at("postgresql"), spec());
  auto second = std::make_unique<Engines>(silent_);
  EXPECT_EQ(server_process(second->at("postgresql"), spec()), process);

  first.reset();
  EXPECT_EQ(server_process(second->at("postgresql"), spec()), process);
  second.reset();
  EXPECT_TRUE(ends(process));

  Engines third(silent_);
  EXPECT_TRUE(third.at("postgresql").exists(spec()));
}

TEST_F(ManagedServerTest, ANewUserMayComeWhileItEnds) {
  auto engines = std::make_unique<Engines>(silent_);
  Engine& engine = engines->at("postgresql");
  engine.create(spec());
  const std::filesystem::path socket = engine.located(spec()).location.host;
  ASSERT_TRUE(std::filesystem::exists(socket));

  engines.reset();
  Engines others(silent_);
  EXPECT_TRUE(others.at("postgresql").exists(spec()));
  EXPECT_TRUE(std::filesystem::exists(socket));
}

TEST_F(ManagedServerTest, TheFolderOfItsSocketGoesWithIt) {
  std::filesystem::path socket;
  {
    Engines engines(silent_);
    engines.at("postgresql").create(spec());
    socket = engines.at("postgresql").located(spec()).location.host;
  }

  for (int i = 0; i < 10'000 && std::filesystem::exists(socket); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_FALSE(std::filesystem::exists(socket));
}

TEST_F(ManagedServerTest, AKilledUserLetsGoOfIt) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t user = ::fork();
  if (user == 0) {
    Engines engines(silent_);
    engines.at("postgresql").create(spec());
    const pid_t process = server_process(engines.at("postgresql"), spec());
    if (::write(pipe[1], &process, sizeof process) < 0) ::_exit(1);
    ::pause();
  }
  ::close(pipe[1]);
  pid_t process = 0;
  ASSERT_EQ(::read(pipe[0], &process, sizeof process), static_cast<ssize_t>(sizeof process));

  ::kill(user, SIGKILL);
  ::waitpid(user, nullptr, 0);

  EXPECT_TRUE(ends(process));
  // Nobody but the killed user holds the pipe: the server would otherwise keep it open.
  EXPECT_EQ(::read(pipe[0], &process, sizeof process), 0);
  ::close(pipe[0]);
}

TEST_F(ManagedServerTest, AServerThatDiedIsStartedAgain) {
  {
    Engines engines(silent_);
    engines.at("postgresql").create(spec());
    const pid_t process = server_process(engines.at("postgresql"), spec());
    ::kill(process, SIGKILL);

    Engines others(silent_);
    EXPECT_TRUE(others.at("postgresql").exists(spec()));
  }
}

}  // namespace
}  // namespace provision
