// What stands between us and a server, and what happens to it while we commit.
#include <gmock/gmock.h>
#include <signal.h>

#include <thread>

#include "provision/base/process.h"
#include "provision/engine/postgresql/binaries.h"
#include "provision/ops/scratch.h"
#include "tests/ops/commit_proxy.h"
#include "tests/ops/server_programs.h"
#include "tests/ops/workspace_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Does `work` at the end of a test, however it ends.
class AtEnd {
 public:
  explicit AtEnd(std::function<void()> work) : work_(std::move(work)) {}
  ~AtEnd() { work_(); }
  AtEnd(const AtEnd&) = delete;
  AtEnd& operator=(const AtEnd&) = delete;

 private:
  std::function<void()> work_;
};

class PostgresqlFaultsTest : public WorkspaceTest {
 protected:
  PostgresqlFaultsTest() {
    write_revision("a1", "base", "CREATE TABLE a (id integer);", "DROP TABLE a;");
    write_revision("a2", "a1", "CREATE TABLE b (id integer);", "DROP TABLE b;");
    create(workspace(), {.empty = true});
    server_ = engine().located(spec_).location.host;
  }

  /// The database by way of what listens in `folder`.
  Workspace workspace_through(const std::filesystem::path& folder) {
    Workspace result = workspace();
    DatabaseSpec& spec = result.databases.front();
    spec = engine().located(spec);
    spec.server = Server::existing;
    spec.location.host = folder.string();
    return result;
  }

  static void wait_for(const std::filesystem::path& file) {
    for (int i = 0; i < 10'000 && !std::filesystem::exists(file); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  FolderForServers outside_;
  std::filesystem::path server_;  ///< the folder of its socket
};
INSTANTIATE_TEST_SUITE_P(Engines, PostgresqlFaultsTest, testing::Values("postgresql"));

TEST_P(PostgresqlFaultsTest, AnUpgradeThroughATransactionPoolerIsRefused) {
  const auto pooler = find_program("/usr/sbin/pgbouncer");
  ASSERT_TRUE(pooler && std::filesystem::exists(*pooler)) << "apt-get install pgbouncer";
  const std::filesystem::path folder = folder_for_server(outside_.path(), "pooler");
  write_file(outside_.path() / "pgbouncer.ini",
             fmt::format("[databases]\n* = host={0}\n[pgbouncer]\nunix_socket_dir = {1}\n"
                         "listen_port = 5432\nauth_type = any\npool_mode = transaction\n"
                         "logfile = {1}/log\npidfile = {1}/pid\n"
                         "ignore_startup_parameters = extra_float_digits\n",
                         server_.string(), folder.string()));
  run_for_server(*pooler, {"-d", (outside_.path() / "pgbouncer.ini").string()});
  wait_for(folder / "pid");
  wait_for(folder / ".s.PGSQL.5432");
  const AtEnd stop([&] { ::kill(std::stoi(read_bytes(folder / "pid")), SIGINT); });

  const Error error = error_of([&] { upgrade(workspace_through(folder), {.target = "heads"}); });

  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_THAT(error.message(), HasSubstr("a connection pooler answers"));
  EXPECT_THAT(applied_ids(), IsEmpty());
}

TEST_P(PostgresqlFaultsTest, AnUpgradeOfAStandbyIsRefused) {
  const Standby standby(server_, outside_.path());

  const Error error =
      error_of([&] { upgrade(workspace_through(standby.folder()), {.target = "heads"}); });

  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_THAT(error.message(), HasSubstr("is a standby"));
  EXPECT_THAT(error.hint(), HasSubstr("primary"));
  EXPECT_THAT(applied_ids(), IsEmpty());
}

TEST_P(PostgresqlFaultsTest, ScratchDatabasesOfAKilledProcessAreCollected) {
  const DatabaseSpec server = workspace_through(server_).databases.front();
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    Silent silent;
    Scratch scratch("postgresql", server, silent);
    const std::string name = scratch.create().location.database + "\n";
    if (::write(ends[1], name.data(), name.size()) > 0) ::pause();
    ::_exit(0);
  }
  DatabaseSpec scratch = server;
  scratch.location.database.clear();
  for (char letter = 0; ::read(ends[0], &letter, 1) == 1 && letter != '\n';) {
    scratch.location.database += letter;
  }
  const auto gather = [](bool dry_run) {
    Silent silent;
    collect_scratch(dry_run, silent);
  };
  gather(false);
  EXPECT_TRUE(engine().exists(scratch)) << "its process lives";
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  gather(true);
  EXPECT_TRUE(engine().exists(scratch)) << "a dry run removes nothing";

  gather(false);

  EXPECT_FALSE(engine().exists(scratch));
  EXPECT_TRUE(engine().exists(server));
}

TEST_P(PostgresqlFaultsTest, ACommitWhoseReplyIsLostIsKnownToBeDone) {
  CommitProxy proxy(server_ / ".s.PGSQL.5432", CommitProxy::Fault::reply_is_lost);

  const Report report = upgrade(workspace_through(proxy.folder()), {.target = "a1"});

  EXPECT_EQ(proxy.faults(), 1);
  EXPECT_THAT(report.summary, HasSubstr("is at 'a1'"));
  EXPECT_THAT(applied_ids(), ElementsAre("a1"));
}

TEST_P(PostgresqlFaultsTest, ARunGoesOnAfterACommitWhoseReplyIsLost) {
  CommitProxy proxy(server_ / ".s.PGSQL.5432", CommitProxy::Fault::reply_is_lost);

  upgrade(workspace_through(proxy.folder()), {.target = "heads"});

  EXPECT_THAT(applied_ids(), ElementsAre("a1", "a2"));
}

TEST_P(PostgresqlFaultsTest, ACommitThatDoesNotArriveIsKnownToBeUndone) {
  CommitProxy proxy(server_ / ".s.PGSQL.5432", CommitProxy::Fault::request_is_lost);

  const Error error =
      error_of([&] { upgrade(workspace_through(proxy.folder()), {.target = "heads"}); });

  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_THAT(error.message(), HasSubstr("nothing was committed, which the server has confirmed"));
  EXPECT_THAT(applied_ids(), IsEmpty());
}

TEST_P(PostgresqlFaultsTest, ACommitThatNobodyCanTellOfIsUnknown) {
  CommitProxy proxy(server_ / ".s.PGSQL.5432", CommitProxy::Fault::nobody_answers_again);

  const Error error =
      error_of([&] { upgrade(workspace_through(proxy.folder()), {.target = "heads"}); });

  EXPECT_EQ(error.kind(), ErrorKind::unknown);
  EXPECT_THAT(error.message(), HasSubstr("could not be learnt"));
  EXPECT_THAT(error.hint(), HasSubstr("SELECT pg_xact_status("));
}

}  // namespace
}  // namespace provision
