#include "provision/project/git.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/process.h"
#include "provision/base/text.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr int kCommitsLookedAt = 50;

std::optional<Outcome> try_git(const fs::path& folder, std::vector<std::string> arguments) {
  const auto program = find_program("git");
  if (!program) return std::nullopt;
  Command command;
  command.program = *program;
  command.arguments = {"-C", folder.string()};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  return run(command);
}

/// The output of git; throws with what it says.
std::string git(const fs::path& folder, std::vector<std::string> arguments) {
  const std::optional<Outcome> outcome = try_git(folder, std::move(arguments));
  if (!outcome) throw unavailable("no program 'git' on PATH", "`--since` needs it");
  if (outcome->exit_code == 0) return outcome->output;
  throw usage_error(fmt::format("git cannot tell what changed: {}", trimmed(outcome->errors)),
                    "a shallow clone needs the other branch, too: `git fetch origin main`");
}

void add_paths(const fs::path& root, const std::string& listed, std::set<fs::path>& paths) {
  size_t begin = 0;
  while (begin < listed.size()) {
    const size_t end = std::min(listed.find('\0', begin), listed.size());
    paths.insert(fs::weakly_canonical(root / listed.substr(begin, end - begin)));
    begin = end + 1;
  }
}

}  // namespace

std::set<fs::path> changed_since(const fs::path& folder, const std::string& ref) {
  if (ref.starts_with('-')) throw usage_error(fmt::format("'{}' is no git reference", ref));
  const fs::path root(std::string(trimmed(git(folder, {"rev-parse", "--show-toplevel"}))));
  const std::string base(trimmed(git(folder, {"merge-base", ref, "HEAD"})));
  std::set<fs::path> paths;
  add_paths(root, git(root, {"diff", "--name-only", "-z", base, "--", folder.string()}), paths);
  add_paths(root,
            git(root, {"ls-files", "--others", "--exclude-standard", "-z", "--", folder.string()}),
            paths);
  return paths;
}

std::optional<std::string> committed_text(const fs::path& file,
                                          const std::function<bool(const std::string&)>& wanted) {
  const fs::path folder = file.parent_path();
  const std::string name = file.filename().string();
  const auto commits = try_git(
      folder, {"log", fmt::format("-{}", kCommitsLookedAt), "--format=%H", "--", "./" + name});
  if (!commits || commits->exit_code != 0) return std::nullopt;
  for (const std::string& commit : split_list(commits->output, '\n')) {
    const auto text = try_git(folder, {"show", commit + ":./" + name});
    if (text && text->exit_code == 0 && wanted(text->output)) return text->output;
  }
  return std::nullopt;
}

}  // namespace provision
