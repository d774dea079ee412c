#include "tests/cli/program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace provision::cli_tests {
namespace {

namespace fs = std::filesystem;

fs::path new_folder() {
  std::string name = (fs::temp_directory_path() / "provision-cli-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "mkdtemp");
  }
  return fs::canonical(name);
}

std::vector<std::string> environment_of(const Variables& variables) {
  Variables all = {{"HOME", "/nonexistent"}, {"LC_ALL", "C.UTF-8"}, {"TZ", "UTC"}};
  for (const char* name :
       {"PATH", "USER", "LOGNAME", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) all[name] = value;
  }
  for (const auto& [name, value] : variables) all[name] = value;
  std::vector<std::string> lines;
  for (const auto& [name, value] : all) lines.push_back(name + "=" + value);
  return lines;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> found;
  for (std::string& word : words) found.push_back(word.data());
  found.push_back(nullptr);
  return found;
}

void redirect(const char* path, int flags, int to) {
  const int descriptor = ::open(path, flags, 0600);
  if (descriptor < 0 || ::dup2(descriptor, to) < 0) ::_exit(126);
  ::close(descriptor);
}

}  // namespace

Running::Running(const std::vector<std::string>& words, const fs::path& folder,
                 const Variables& variables)
    : streams_(new_folder()) {
  std::vector<std::string> arguments = words;
  std::vector<std::string> environment = environment_of(variables);
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(environment);
  const std::string output = streams_ / "output";
  const std::string errors = streams_ / "errors";
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  ::setpgid(pid_, pid_);  // by both, so that neither has to wait for the other
  if (pid_ > 0) return;
  redirect("/dev/null", O_RDONLY, 0);
  redirect(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 1);
  redirect(errors.c_str(), O_WRONLY | O_CREAT | O_APPEND, 2);
  if (::chdir(folder.c_str()) != 0) ::_exit(126);
  ::execve(argv[0], argv.data(), envp.data());
  ::_exit(127);
}

Running::~Running() {
  if (!ended_) {
    send(SIGKILL);
    ::waitpid(pid_, &status_, 0);
  }
  fs::remove_all(streams_);
}

void Running::send(int signal) const { ::kill(pid_, signal); }

void Running::send_to_all(int signal) const { ::kill(-pid_, signal); }

bool Running::ends_within(std::chrono::milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  while (!ended_ && std::chrono::steady_clock::now() < deadline) {
    if (::waitpid(pid_, &status_, WNOHANG) == pid_) ended_ = true;
    if (!ended_) std::this_thread::sleep_for(std::chrono::microseconds(500));
  }
  return ended_;
}

Answer Running::wait() {
  if (!ends_within(std::chrono::minutes(2))) {
    throw std::runtime_error("the program does not end: " + read("output") + read("errors"));
  }
  Answer answer;
  answer.exit_code = WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
  answer.output = read("output");
  answer.errors = read("errors");
  return answer;
}

std::string Running::read(const char* name) const {
  std::ifstream file(streams_ / name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string provision_binary() { return PROVISION_BINARY; }

Answer provision(const std::vector<std::string>& arguments, const fs::path& folder,
                 const Variables& variables) {
  std::vector<std::string> words = {provision_binary()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return Running(words, folder, variables).wait();
}

Answer shell(const std::string& line, const fs::path& folder, const Variables& variables) {
  Variables all = variables;
  const char* path = std::getenv("PATH");
  all["PATH"] = fs::path(provision_binary()).parent_path().string() + ":" + (path ? path : "/bin");
  return Running({"/bin/sh", "-c", line}, folder, all).wait();
}

SessionFolder::SessionFolder() : path_(new_folder()) { ::chmod(path_.c_str(), 0755); }

SessionFolder::~SessionFolder() {
  // A server that provision started may still be on its way out, and write as it goes.
  for (int tries = 0; fs::exists(path_) && tries < 100; ++tries) {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
    if (ignored) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void SessionFolder::write(const fs::path& name, const std::string& text) const {
  fs::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << text;
}

void SessionFolder::copy_example() const {
  for (const char* name : {"environments", "migrations", "seeds"}) {
    fs::copy(fs::path(PROVISION_SOURCE_DIR) / name, path_ / name, fs::copy_options::recursive);
  }
}

}  // namespace provision::cli_tests
