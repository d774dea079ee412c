// What the README shows is what the program answers: its blocks marked "console" are one session
// in a copy of the example project. A line "..." stands for any lines; a command under which
// nothing is shown only has to succeed.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "tests/cli/transcript.h"

namespace provision::cli_tests {
namespace {

std::vector<Step> steps_of_readme() {
  std::vector<Step> steps;
  bool inside = false;
  for (const std::string& line : lines_in(read_file(PROVISION_SOURCE_DIR "/README.md"))) {
    if (line.starts_with("```")) {
      inside = line == "```console";
    } else if (inside && line.starts_with("$ provision")) {
      steps.push_back({{}, {}, line.substr(2), {}});
    } else if (inside && line.starts_with("$ ")) {
      throw std::runtime_error("the README runs something else than provision: " + line);
    } else if (inside && !steps.empty()) {
      steps.back().body.push_back(line);
    }
  }
  return steps;
}

/// Ids that no file of the example has were made by the session.
bool is_not_of_the_example(const std::string& id) {
  namespace fs = std::filesystem;
  const fs::directory_iterator files(PROVISION_SOURCE_DIR "/migrations");
  return std::none_of(begin(files), end(files), [&](const fs::directory_entry& file) {
    return file.path().filename().string().starts_with(id);
  });
}

/// What the README's author saw on another machine, as it would be here.
std::string named(const std::string& text) {
  static const std::regex kFolder(R"(/home/\w+/[\w-]+)");
  static const std::regex kWho(R"((^|\n|  )[a-z_][\w-]*@[a-z][\w.-]*)");
  return std::regex_replace(std::regex_replace(text, kFolder, "<folder>"), kWho, "$1<who>");
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::vector<std::string> comparable(const std::string& text, Normaliser& normalise) {
  std::vector<std::string> lines = lines_in(with_even_columns(normalise(named(text))));
  std::erase(lines, "");
  return lines;
}

using Lines = std::vector<std::string>::const_iterator;

bool matches(Lines shown, Lines shown_end, Lines actual, Lines actual_end) {
  if (shown == shown_end) return actual == actual_end;
  if (*shown != "...") {
    return actual != actual_end && *shown == *actual &&
           matches(shown + 1, shown_end, actual + 1, actual_end);
  }
  while (!matches(shown + 1, shown_end, actual, actual_end)) {
    if (actual++ == actual_end) return false;
  }
  return true;
}

TEST(Readme, ShowsWhatTheProgramAnswers) {
  const std::vector<Step> steps = steps_of_readme();
  ASSERT_FALSE(steps.empty());
  const SessionFolder folder;
  folder.copy_example();
  Normaliser normalise(folder.path(), is_not_of_the_example);
  Normaliser normalise_readme(folder.path(), is_not_of_the_example);

  for (const Step& step : steps) {
    const Answer answer = shell(step.command, folder.path());
    const auto actual = comparable(joined(shown(answer, normalise)), normalise);
    const auto shown_lines = comparable(joined(step.body), normalise_readme);

    if (shown_lines.empty()) {
      EXPECT_EQ(answer.exit_code, 0) << "$ " << step.command << "\n" << answer.text();
    } else {
      EXPECT_TRUE(matches(shown_lines.begin(), shown_lines.end(), actual.begin(), actual.end()))
          << "$ " << step.command << "\nshown:\n"
          << joined(shown_lines) << "actual:\n"
          << joined(actual);
    }
  }
}

}  // namespace
}  // namespace provision::cli_tests
