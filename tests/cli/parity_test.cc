// Every command of Alembic and Flask-Migrate and what is typed here for it, both run on projects
// that are the same: they must answer the same and leave the same.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "provision/base/text.h"
#include "provision/project/layout.h"
#include "provision/project/project.h"
#include "provision/project/python_module.h"
#include "tests/cli/parity_cases.h"
#include "tests/cli/transcript.h"

namespace provision::cli_tests {
namespace {

namespace fs = std::filesystem;
using testing::IsSupersetOf;

const Variables kVariables = {{"EDITOR", "true"}, {"PYTHONDONTWRITEBYTECODE", "1"}};

std::vector<std::string> words_of(const std::string& line) { return split_list(line, ' '); }

RevisionGraph graph_in(const fs::path& folder) {
  const Environment environment = Project::find(folder, {}).environment("dev");
  const DatabaseSpec& spec = environment.databases.front();
  return read_revisions(spec.migrations, layout_choice(spec), folder);
}

/// A line a revision, sorted by id.
std::vector<std::string> lines_of_graph(const RevisionGraph& graph) {
  std::vector<std::string> lines;
  for (const Revision& revision : graph.revisions()) {
    std::vector<std::string> parents = revision.parents;
    std::sort(parents.begin(), parents.end());
    lines.push_back(fmt::format("{} <- {}; needs {}; labels {}; {}", revision.id,
                                joined(parents, " "), joined(revision.depends_on, " "),
                                joined(revision.labels, " "), revision.message));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// The lines of what a query finds in a SQLite file; nothing where its table is not there.
std::vector<std::string> asked(const fs::path& file, const std::string& query) {
  if (!fs::exists(file)) return {};
  const Answer answer = shell(fmt::format("sqlite3 '{}' \"{}\" 2>/dev/null", file.string(), query),
                              file.parent_path());
  std::vector<std::string> lines = lines_in(answer.output);
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// What a command line of either tool means by its exit code.
std::string meaning(int exit_code) { return exit_code == 0 ? "success" : "failure"; }

class ParityTest : public testing::TestWithParam<ParitySession> {
 protected:
  void SetUp() override {
    for (const fs::path& copy : {theirs_, ours_, own_}) make_project(copy);
    write_own_history();
    const Answer answer =
        Running({"/usr/bin/python3", PROVISION_SOURCE_DIR "/tests/cli/parity/their_tools.py",
                 theirs_, steps_file()},
                folder_.path(), variables())
            .wait();
    ASSERT_EQ(answer.exit_code, 0) << answer.text();
    for (const fs::path& copy : {ours_, own_}) make_databases(copy);
  }

  /// Alembic makes a SQLite file that is not there; here that is said.
  void make_databases(const fs::path& copy) const {
    for (const fs::directory_entry& file : fs::directory_iterator(copy / "environments")) {
      const Answer answer = provision({"create", "--empty", "-e", file.path().stem()}, copy);
      ASSERT_EQ(answer.exit_code, 0) << answer.text();
    }
  }

  Variables variables() const {
    Variables all = kVariables;
    if (session().project == "flask") all["FLASK_APP"] = "shop";
    if (session().project == "flask_multidb") all["FLASK_APP"] = "club";
    return all;
  }

  static const ParitySession& session() { return GetParam(); }

  void make_project(const fs::path& copy) const {
    fs::copy(fs::path(PROVISION_SOURCE_DIR) / "tests/examples" / session().project, copy,
             fs::copy_options::recursive);
    fs::create_directories(copy / "instance");
    for (const auto& [name, text] : session().files) {
      folder_.write(fs::relative(copy, folder_.path()) / name, text);
    }
  }

  /// The history of the project in our own layout: a table a revision.
  void write_own_history() const {
    const RevisionGraph graph = graph_in(theirs_);
    fs::remove_all(own_ / "migrations");
    fs::remove(own_ / "alembic.ini");
    for (const Revision& revision : graph.revisions()) {
      const bool has_down = body_of(revision.down.front().text).kind != PythonBody::Kind::raises;
      std::string text = fmt::format(
          "-- revision: {}\n-- parents: {}\n-- message: {}\n", revision.id,
          revision.parents.empty() ? "base" : joined(revision.parents, ", "), revision.message);
      if (!revision.labels.empty()) text += "-- labels: " + joined(revision.labels, ", ") + "\n";
      if (!revision.depends_on.empty()) {
        text += "-- depends_on: " + joined(revision.depends_on, ", ") + "\n";
      }
      if (!has_down) text += "-- irreversible: theirs only raises\n";
      text += fmt::format("\n-- provision:up\nCREATE TABLE t_{} (id integer);\n", revision.id);
      if (has_down) text += fmt::format("-- provision:down\nDROP TABLE t_{};\n", revision.id);
      folder_.write("own/migrations/" + revision.id + "_x.sql", text);
    }
  }

  std::string steps_file() const {
    nlohmann::json steps = nlohmann::json::array();
    for (const ParityStep& step : session().steps) {
      if (!step.newer.empty()) {
        steps.push_back({"true"});
      } else if (step.shell.empty()) {
        steps.push_back(words_of(step.theirs));
      } else {
        steps.push_back({"sh", "-c", step.shell});
      }
    }
    folder_.write("steps.json", steps.dump());
    return folder_.path() / "steps.json";
  }

  /// What the other tool left in step `number`.
  fs::path theirs_after(size_t number) const {
    return theirs_.string() + "." + std::to_string(number);
  }

  Answer run_ours(const ParityStep& step, const fs::path& project) const {
    std::vector<std::string> words = words_of(step.ours);
    words.erase(words.begin());
    if (!step.listed.empty()) words.insert(words.end(), {"--format", "json"});
    return provision(words, project, variables());
  }

  static std::string meaning_of_theirs(const ParityStep& step, const fs::path& project) {
    if (!step.newer.empty()) return step.newer;
    return meaning(std::stoi(read_file(project / "exit.txt")));
  }

  std::vector<std::string> rows(const fs::path& project, const std::string& database) const {
    const auto said = session().version_tables.find(database);
    const std::string table =
        said == session().version_tables.end() ? "alembic_version" : said->second;
    return asked(project / database, "SELECT version_num FROM " + table);
  }

  std::vector<std::string> own_rows() const {
    const std::vector<std::string> applied =
        asked(own_ / session().databases.front(), "SELECT revision FROM _provision_applied");
    return graph_in(own_).tips({applied.begin(), applied.end()});
  }

  void compare_scripts(const fs::path& their_project, const std::string& ours) const {
    const std::string database = session().databases.front();
    const auto after = [&](const fs::path& project, const std::string& name) {
      const fs::path copy = folder_.path() / name;
      fs::remove_all(copy);
      fs::create_directories(copy / fs::path(database).parent_path());
      if (fs::exists(project / database)) fs::copy(project / database, copy / database);
      shell(fmt::format("sqlite3 '{}' < '{}'", (copy / database).string(),
                        (folder_.path() / (name + ".sql")).string()),
            folder_.path());
      return copy;
    };
    folder_.write("script_of_theirs.sql", read_file(their_project / "output.txt"));
    folder_.write("script_of_ours.sql", ours);
    const fs::path one = after(their_project, "script_of_theirs");
    const fs::path other = after(ours_, "script_of_ours");
    const std::string tables =
        "SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_%' ESCAPE "
        "'\\' AND name NOT LIKE 'sqlite%'";
    EXPECT_EQ(rows(one, database), rows(other, database));
    EXPECT_EQ(asked(one / database, tables), asked(other / database, tables));
  }

  std::set<std::string> listed_by_theirs(const ParityStep& step, const fs::path& project) const {
    const std::regex pattern(step.listed);
    std::set<std::string> ids;
    for (const std::string& line : lines_in(read_file(project / "output.txt"))) {
      std::smatch match;
      if (std::regex_search(line, match, pattern)) ids.insert(match[1]);
    }
    return ids;
  }

  static std::set<std::string> listed_by_ours(const std::string& json) {
    static const std::regex kRevision(R"re("revision": "([^"]+)")re");
    std::set<std::string> ids;
    for (auto match = std::sregex_iterator(json.begin(), json.end(), kRevision);
         match != std::sregex_iterator(); ++match) {
      ids.insert((*match)[1]);
    }
    return ids;
  }

  void compare(const ParityStep& step, const fs::path& theirs, const Answer& ours) const {
    EXPECT_EQ(meaning_of_theirs(step, theirs), meaning(ours.exit_code))
        << "theirs: " << read_file(theirs / "errors.txt") << "\nours: " << ours.text();
    EXPECT_EQ(lines_of_graph(graph_in(theirs)), lines_of_graph(graph_in(ours_)));
    for (const std::string& database : session().databases) {
      EXPECT_EQ(rows(theirs, database), rows(ours_, database)) << database << "\n" << ours.text();
    }
    if (!step.listed.empty()) {
      EXPECT_EQ(listed_by_theirs(step, theirs), listed_by_ours(ours.output)) << ours.text();
    }
    if (step.is_script) compare_scripts(theirs, ours.output);
  }

  void compare_own(const ParityStep& step, const fs::path& theirs, const Answer& own) const {
    EXPECT_EQ(meaning_of_theirs(step, theirs), meaning(own.exit_code)) << own.text();
    EXPECT_EQ(lines_of_graph(graph_in(theirs)), lines_of_graph(graph_in(own_)));
    EXPECT_EQ(rows(theirs, session().databases.front()), own_rows()) << own.text();
    if (!step.listed.empty()) {
      EXPECT_EQ(listed_by_theirs(step, theirs), listed_by_ours(own.output)) << own.text();
    }
  }

  SessionFolder folder_;
  fs::path theirs_ = folder_.path() / "theirs";
  fs::path ours_ = folder_.path() / "ours";
  fs::path own_ = folder_.path() / "own";
};

INSTANTIATE_TEST_SUITE_P(Sessions, ParityTest, testing::ValuesIn(parity_sessions()),
                         [](const auto& info) { return info.param.name; });

TEST_P(ParityTest, BothAnswerTheSameAndLeaveTheSame) {
  size_t number = 0;
  for (const ParityStep& step : session().steps) {
    const fs::path theirs = theirs_after(number++);
    SCOPED_TRACE(fmt::format("{}.yaml:{}: {}", session().name, step.line, step.ours));
    if (!step.shell.empty()) {
      EXPECT_EQ(shell(step.shell, ours_).exit_code, 0);
      continue;
    }
    const Answer ours = run_ours(step, ours_);
    EXPECT_LE(ours.exit_code, 5) << ours.text();
    if (step.differs.empty()) compare(step, theirs, ours);
    if (!step.is_on_own) continue;
    const Answer own = run_ours(step, own_);
    if (step.differs.empty()) compare_own(step, theirs, own);
  }
}

/// The table of the README: the words in `code` of a row's two cells.
struct ParityRow {
  std::vector<std::string> theirs;
  std::vector<std::string> ours;
};

std::vector<std::string> code_in(const std::string& cell) {
  static const std::regex kCode("`([^`]+)`");
  std::vector<std::string> words;
  for (auto match = std::sregex_iterator(cell.begin(), cell.end(), kCode);
       match != std::sregex_iterator(); ++match) {
    for (const std::string& word : words_of((*match)[1])) words.push_back(word);
  }
  return words;
}

std::vector<ParityRow> rows_of_readme() {
  std::vector<ParityRow> rows;
  bool is_inside = false;
  for (const std::string& line : lines_in(read_file(PROVISION_SOURCE_DIR "/README.md"))) {
    if (!line.starts_with('|')) {
      is_inside = false;
    } else if (line.starts_with("| you type in Flask-Migrate or Alembic")) {
      is_inside = true;
    } else if (is_inside && !line.starts_with("|---")) {
      const size_t middle = line.find(" | ", 2);
      rows.push_back({code_in(line.substr(0, middle)),
                      code_in(line.substr(middle, line.find("; also") - middle))});
    }
  }
  return rows;
}

TEST(Parity, TheTableOfTheReadmeIsWhatTheSessionsShow) {
  OptionsByCommand written;
  OptionsByCommand shown;
  OptionsByCommand typed;
  for (const ParityRow& row : rows_of_readme()) {
    std::string command;
    for (const std::string& word : row.theirs) {
      if (!word.starts_with('-')) command = word;
      if (word.starts_with('-')) written[command].insert(word);
      written[command];
    }
    for (const std::string& word : row.ours) {
      if (word.starts_with('-') && !row.ours.front().starts_with('-')) {
        typed[row.ours.front()].insert(word);
      }
    }
  }
  OptionsByCommand used;
  for (const ParitySession& session : parity_sessions()) {
    for (const ParityStep& step : session.steps) {
      if (!step.theirs.empty()) add_options(shown, words_of(step.theirs));
      if (!step.ours.empty()) add_options(used, words_of(step.ours));
    }
  }

  EXPECT_EQ(written, shown);
  for (const auto& [command, options] : typed) {
    EXPECT_THAT(used[command], IsSupersetOf(options)) << command;
  }
}

}  // namespace
}  // namespace provision::cli_tests
