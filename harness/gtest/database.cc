#include "harness/gtest/database.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "provision/base/error.h"
#include "provision/base/process.h"
#include "provision/base/variables.h"
#include "provision/ops/borrowed.h"
#include "provision/ops/pool.h"
#include "provision/project/project.h"

namespace provision::testing {
namespace {

namespace fs = std::filesystem;

/// One environment, read once, and the engines: a managed server lives as long as the process.
class Session {
 public:
  explicit Session(const DatabaseRequest& request)
      : project_(Project::find(fs::absolute(request.project), current_variables())),
        workspace_{.command = "test",
                   .environment = project_.environment(request.environment),
                   .databases = {},
                   .engines = engines_,
                   .progress = silent_,
                   .confirm = nullptr} {
    forget_postgresql_variables();
    workspace_.databases = chosen_databases(workspace_.environment, request.database);
    workspace_.databases = {workspace_.only_database()};
  }

  const Workspace& workspace() const { return workspace_; }

  /// Starts the program `provision`, if there is one, to fill the pool in the background.
  void refill(const DatabaseSpec& spec) const {
    std::optional<fs::path> program = fs::path(PROVISION_PROGRAM);
    std::error_code missing;
    if (!fs::exists(*program, missing)) program = find_program("provision");
    if (!program) return;
    start_detached({.program = *program,
                    .arguments = {"run", "--fill-pool", "-q", "-C", project_.root().string(), "-e",
                                  spec.environment, "--database", spec.name}},
                   pool_log(spec));
  }

 private:
  Project project_;
  Silent silent_;
  Engines engines_{silent_};
  Workspace workspace_;
};

/// The same for all requests for the same databases.
std::shared_ptr<Session> session_for(const DatabaseRequest& request) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<Session>> sessions;
  const std::lock_guard guard(mutex);
  auto& session = sessions[fmt::format("{}\n{}\n{}", fs::absolute(request.project).string(),
                                       request.environment, request.database)];
  if (!session) session = std::make_shared<Session>(request);
  return session;
}

/// Whether `when`, as PROVISION_KEEP says it, is now.
bool is_to_be_kept() {
  const char* said = std::getenv("PROVISION_KEEP");
  const std::string_view when = said == nullptr ? "" : said;
  const bool has_failed = ::testing::UnitTest::GetInstance()->current_test_info() != nullptr
                              ? ::testing::Test::HasFailure()
                              : !::testing::UnitTest::GetInstance()->Passed();
  return when == "always" || (when == "on-failure" && has_failed);
}

std::runtime_error told(const Error& error) {
  const std::string hint = error.hint().empty() ? "" : "\nhint: " + error.hint();
  return std::runtime_error(fmt::format("no fresh database: {}{}", error.message(), hint));
}

}  // namespace

class FreshDatabase::Taken {
 public:
  explicit Taken(const DatabaseRequest& request)
      : session_(session_for(request)),
        borrowed_(session_->workspace(), {.target = request.to, .no_seed = !request.seeds},
                  [this](const DatabaseSpec& spec) { session_->refill(spec); }),
        spec_(borrowed_.located().front()),
        url_(url_for_programs(spec_.location)),
        connection_string_(spec_.location.path.empty() ? url_ : spec_.location.path.string()) {
    session_->workspace().engine(spec_).servers();
  }
  ~Taken() {
    if (is_to_be_kept()) keep();
  }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;

  const std::string& url() const { return url_; }
  const std::string& engine() const { return spec_.engine; }
  const std::string& connection_string() const { return connection_string_; }
  void keep() {
    if (std::exchange(is_kept_, true)) return;
    borrowed_.keep();
    std::fprintf(stderr, "kept '%s': %s\n", spec_.label().c_str(), spec_.location.url().c_str());
  }

 private:
  std::shared_ptr<Session> session_;
  BorrowedDatabases borrowed_;
  DatabaseSpec spec_;
  std::string url_;
  std::string connection_string_;
  bool is_kept_ = false;
};

FreshDatabase::FreshDatabase(const DatabaseRequest& request) try
    : taken_(std::make_unique<Taken>(request)) {
} catch (const Error& error) {
  throw told(error);
}

FreshDatabase::~FreshDatabase() = default;
FreshDatabase::FreshDatabase(FreshDatabase&&) noexcept = default;
FreshDatabase& FreshDatabase::operator=(FreshDatabase&&) noexcept = default;

const std::string& FreshDatabase::url() const { return taken_->url(); }
const std::string& FreshDatabase::engine() const { return taken_->engine(); }
const std::string& FreshDatabase::connection_string() const { return taken_->connection_string(); }
void FreshDatabase::keep() { taken_->keep(); }

void DatabaseTest::SetUp() {
  try {
    database_ = std::make_unique<FreshDatabase>(request());
  } catch (const std::exception& error) {
    FAIL() << error.what();
  }
}

void DatabaseTest::TearDown() { database_.reset(); }

}  // namespace provision::testing
