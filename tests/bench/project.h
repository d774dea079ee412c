// Throw-away projects and the PostgreSQL server that the benchmarks run on.
#pragma once

#include <filesystem>
#include <string>

#include "tests/bench/contest.h"

namespace provision::bench {

void write_text(const std::filesystem::path& path, const std::string& text);

/// A project with an environment `sqlite` (a file) and an environment `postgresql` (the database
/// that the variable BENCH_URL names), removed with this object.
class Project {
 public:
  Project();
  ~Project();
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path sqlite_file() const { return path_ / "var" / "bench.db"; }
  /// provision with `arguments`, in here.
  Program provision(const std::vector<std::string>& arguments) const {
    return ours(path_, arguments);
  }

 private:
  std::filesystem::path path_;
};

/// A server that provision itself starts and that ends with this object.
class PostgresqlServer {
 public:
  PostgresqlServer();
  ~PostgresqlServer();
  PostgresqlServer(const PostgresqlServer&) = delete;
  PostgresqlServer& operator=(const PostgresqlServer&) = delete;

  std::string url(const std::string& database) const;
  /// psql on `database`, which stops at the first error.
  Program psql(const std::string& database, const std::vector<std::string>& arguments) const;
  /// Makes `database` anew, a copy of `original`.
  void make_anew(const std::string& database, const std::string& original = "template0") const;

 private:
  void hold();

  Project project_;
  pid_t client_ = 0;  ///< it has nothing to do: the server lives as long as it does
  int client_input_ = -1;
  std::string url_;
};

}  // namespace provision::bench
