#include "tests/bench/project.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace provision::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDatabase = "bench_server";

}  // namespace

void write_text(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

Project::Project() {
  std::string pattern = (fs::temp_directory_path() / "provision-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
  fs::create_directory(path_ / "migrations");
  write_text(path_ / "environments/sqlite.yaml",
             "kind: dev\ndefault: true\ndatabase: {engine: sqlite, path: var/bench.db}\n");
  write_text(path_ / "environments/postgresql.yaml",
             "kind: dev\ndatabase: {engine: postgresql, url_env: BENCH_URL, seeds: [rows]}\n");
}

Project::~Project() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

PostgresqlServer::PostgresqlServer() {
  write_text(
      project_.path() / "environments/server.yaml",
      fmt::format("kind: test\ndatabase: {{engine: postgresql, server: managed, name: {}}}\n",
                  kDatabase));
  timed(project_.provision({"create", "--empty", "-e", "server"}));
  hold();
  url_ = output_of(project_.provision({"url", "-e", "server"}));
}

PostgresqlServer::~PostgresqlServer() {
  ::close(client_input_);
  ::waitpid(client_, nullptr, 0);
}

void PostgresqlServer::hold() {
  std::array<int, 2> input{};
  std::array<int, 2> output{};
  if (::pipe2(input.data(), O_CLOEXEC) != 0 || ::pipe2(output.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  client_ = start(project_.provision({"shell", "-e", "server"}).words, {input[0], output[1], 2});
  ::close(input[0]);
  ::close(output[1]);
  client_input_ = input[1];
  constexpr std::string_view kQuestion = "\\! echo ready\n";
  char answer = 0;
  const bool is_ready = ::write(client_input_, kQuestion.data(), kQuestion.size()) > 0 &&
                        ::read(output[0], &answer, 1) == 1;
  ::close(output[0]);
  if (!is_ready) throw std::runtime_error("the server's client does not answer");
}

std::string PostgresqlServer::url(const std::string& database) const {
  std::string url = url_;
  return url.replace(url.find(kDatabase), std::string_view(kDatabase).size(), database);
}

Program PostgresqlServer::psql(const std::string& database,
                               const std::vector<std::string>& arguments) const {
  // Where a distribution puts a wrapper of its own before psql, that takes as long as 10,000 rows.
  static const std::string bindir = output_of({{"pg_config", "--bindir"}});
  Program program{{bindir + "/psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", url(database)}};
  program.words.insert(program.words.end(), arguments.begin(), arguments.end());
  return program;
}

void PostgresqlServer::make_anew(const std::string& database, const std::string& original) const {
  timed(psql(kDatabase, {"-c", fmt::format("DROP DATABASE IF EXISTS {}", database), "-c",
                         fmt::format("CREATE DATABASE {} TEMPLATE {}", database, original), "-c",
                         "CHECKPOINT"}));
}

}  // namespace provision::bench
