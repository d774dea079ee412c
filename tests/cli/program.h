// Running the built program, and whatever a session needs beside it, as a user would.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace provision::cli_tests {

struct Answer {
  int exit_code = 0;  ///< 128 + signal if a signal ended it
  std::string output;
  std::string errors;

  std::string text() const { return output + errors; }
};

using Variables = std::map<std::string, std::string>;

/// A program that was started in a folder, with an environment of its own: nothing of ours but
/// PATH, who we are and what sanitizers are told. Its descendants do not outlive `wait`.
class Running {
 public:
  Running(const std::vector<std::string>& words, const std::filesystem::path& folder,
          const Variables& variables = {});
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void send(int signal) const;
  /// To it and to what it started, as a terminal does.
  void send_to_all(int signal) const;
  /// True if it ends on its own within `time`.
  bool ends_within(std::chrono::milliseconds time);
  Answer wait();

 private:
  std::string read(const char* name) const;

  std::filesystem::path streams_;
  pid_t pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

/// The program under test.
std::string provision_binary();

/// Runs `provision` with `arguments` to its end.
Answer provision(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                 const Variables& variables = {});

/// Runs a line of shell, in which `provision` is the program under test.
Answer shell(const std::string& line, const std::filesystem::path& folder,
             const Variables& variables = {});

/// A folder of its own that is removed with this object; a server's user may pass through it.
class SessionFolder {
 public:
  SessionFolder();
  ~SessionFolder();
  SessionFolder(const SessionFolder&) = delete;
  SessionFolder& operator=(const SessionFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file below, and the folders on its way.
  void write(const std::filesystem::path& name, const std::string& text) const;
  /// Fills it with the repository's example project.
  void copy_example() const;

 private:
  std::filesystem::path path_;
};

}  // namespace provision::cli_tests
