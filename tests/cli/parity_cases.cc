#include "tests/cli/parity_cases.h"

#include <algorithm>

#include "provision/project/yaml.h"

namespace provision::cli_tests {
namespace {

namespace fs = std::filesystem;

std::string text_of(const YamlNode& node, std::string_view key) {
  const YamlNode* found = node.find(key);
  return found == nullptr ? std::string() : found->as_text(key);
}

bool flag_of(const YamlNode& node, std::string_view key, bool otherwise) {
  const YamlNode* found = node.find(key);
  return found == nullptr ? otherwise : found->as_bool(key);
}

std::map<std::string, std::string> texts_of(const YamlNode& node, std::string_view key) {
  std::map<std::string, std::string> texts;
  const YamlNode* found = node.find(key);
  if (found == nullptr) return texts;
  for (size_t i = 0; i < found->keys.size(); ++i) {
    texts[found->keys[i].text] = found->items[i].as_text(key);
  }
  return texts;
}

ParityStep step_of(const YamlNode& node) {
  node.allow_keys({"theirs", "ours", "shell", "listed", "script", "own", "newer", "differs"},
                  "a step");
  return {.theirs = text_of(node, "theirs"),
          .ours = text_of(node, "ours"),
          .shell = text_of(node, "shell"),
          .listed = text_of(node, "listed"),
          .newer = text_of(node, "newer"),
          .differs = text_of(node, "differs"),
          .is_script = flag_of(node, "script", false),
          .is_on_own = flag_of(node, "own", true),
          .line = node.place.line};
}

ParitySession session_of(const fs::path& file) {
  const YamlNode node = read_yaml(file, file.filename().string());
  ParitySession session{.name = file.stem().string(),
                        .project = text_of(node, "project"),
                        .databases = node.find("databases")->as_list("databases"),
                        .version_tables = texts_of(node, "version_table"),
                        .files = texts_of(node, "files"),
                        .steps = {}};
  for (const YamlNode& step : node.find("steps")->items) session.steps.push_back(step_of(step));
  return session;
}

}  // namespace

std::vector<ParitySession> parity_sessions() {
  std::vector<ParitySession> sessions;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(PROVISION_SOURCE_DIR "/tests/cli/parity")) {
    if (entry.path().extension() == ".yaml") sessions.push_back(session_of(entry.path()));
  }
  std::sort(sessions.begin(), sessions.end(),
            [](const ParitySession& a, const ParitySession& b) { return a.name < b.name; });
  return sessions;
}

void add_options(OptionsByCommand& options, const std::vector<std::string>& words) {
  // Of the options before a command only these take a value.
  const std::set<std::string> with_value = {"-n", "-c", "-x"};
  std::string command = words.front() == "provision" ? "provision" : "alembic";
  std::vector<std::string> before;
  size_t i = words.front() == "flask" ? 2 : 1;
  for (; i < words.size() && words[i].starts_with('-'); ++i) {
    before.push_back(words[i]);
    if (with_value.contains(words[i])) ++i;
  }
  for (const std::string& option : before) options[command].insert(option);
  if (i == words.size()) return;
  command = words[i++];
  options[command];
  for (; i < words.size(); ++i) {
    const bool is_count = words[i].size() > 1 && words[i][1] >= '0' && words[i][1] <= '9';
    const bool is_range = words[i].find(':') != std::string::npos;
    if (words[i].starts_with('-') && !is_count && !is_range) options[command].insert(words[i]);
  }
}

}  // namespace provision::cli_tests
