#include "tests/cli/transcript.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace provision::cli_tests {
namespace {

bool begins_step(const std::string& line) {
  return line.starts_with("$ ") || line.starts_with("=== ");
}

/// True if what stands at `at` is said about the step that follows it, not part of a body.
bool is_remark(const std::vector<std::string>& lines, std::size_t at) {
  if (!lines[at].starts_with("# ") || (at > 0 && !lines[at - 1].empty())) return false;
  while (at < lines.size() && lines[at].starts_with("#")) ++at;
  return at < lines.size() && begins_step(lines[at]);
}

void drop_blank_end(std::vector<std::string>& lines) {
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
}

void set_up(const std::string& project, const SessionFolder& folder) {
  if (project == "example") return folder.copy_example();
  if (project == "empty") return;
  if (project != "init") throw std::runtime_error("unknown project '" + project + "'");
  const Answer answer = provision({"init"}, folder.path());
  if (answer.exit_code != 0) throw std::runtime_error(answer.text());
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

Transcript parse_transcript(const std::string& text) {
  const std::vector<std::string> lines = lines_in(text);
  Transcript transcript;
  std::size_t at = 0;
  for (; at < lines.size() && transcript.project.empty(); ++at) {
    if (lines[at].starts_with("project: ")) {
      transcript.project = lines[at].substr(9);
    } else {
      transcript.lead.push_back(lines[at]);
    }
  }
  while (at < lines.size()) {
    Step step;
    for (; at < lines.size() && !begins_step(lines[at]); ++at) step.lead.push_back(lines[at]);
    if (at == lines.size()) break;
    if (lines[at].starts_with("$ ")) step.command = lines[at].substr(2);
    if (lines[at].starts_with("=== ")) step.file = lines[at].substr(4);
    for (++at; at < lines.size() && !begins_step(lines[at]) && !is_remark(lines, at); ++at) {
      step.body.push_back(lines[at]);
    }
    drop_blank_end(step.body);
    transcript.steps.push_back(std::move(step));
  }
  return transcript;
}

std::string written(const Transcript& transcript) {
  std::string text = joined(transcript.lead) + "project: " + transcript.project + "\n";
  for (const Step& step : transcript.steps) {
    std::vector<std::string> lead = step.lead;
    while (!lead.empty() && lead.front().empty()) lead.erase(lead.begin());
    text += "\n" + joined(lead);
    text += step.file.empty() ? "$ " + step.command : "=== " + step.file;
    text += "\n" + joined(step.body);
  }
  return text;
}

std::vector<std::string> shown(const Answer& answer, Normaliser& normalise) {
  std::string output = normalise(answer.output);
  if (!output.empty() && output.back() != '\n') output += '\n';
  std::vector<std::string> lines = lines_in(output + normalise(answer.errors));
  drop_blank_end(lines);
  if (answer.exit_code != 0) lines.push_back("[" + std::to_string(answer.exit_code) + "]");
  return lines;
}

Transcript played(const Transcript& transcript) {
  const SessionFolder folder;
  set_up(transcript.project, folder);
  Normaliser normalise(folder.path(), is_time_of_now);
  Transcript result = transcript;
  for (Step& step : result.steps) {
    if (step.file.empty()) {
      step.body = shown(shell(step.command, folder.path()), normalise);
    } else {
      folder.write(step.file, joined(step.body));
    }
  }
  return result;
}

}  // namespace provision::cli_tests
