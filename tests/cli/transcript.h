// Transcripts: sessions written down as a user would see them, and run again.
//
// A transcript begins with what it is about (lines that begin with '#') and the project it runs
// in: "project: example" (a copy of the repository's), "project: init" or "project: empty". Then
//
//   === path/of/a/file       writes the lines that follow, up to the next "===", "$" or "#"
//   $ provision status       runs a line of shell; below it stand its output, its errors, and
//   [2]                      its exit code when that is not 0
//
// A "#" line after an output begins what is said about the next step.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/cli/normalise.h"
#include "tests/cli/program.h"

namespace provision::cli_tests {

struct Step {
  std::vector<std::string> lead;  ///< as written: remarks and blank lines
  std::string file;               ///< the file to write, or empty
  std::string command;            ///< else the line to run
  std::vector<std::string> body;  ///< the file's lines, or the answer's
};

struct Transcript {
  std::vector<std::string> lead;
  std::string project;
  std::vector<Step> steps;
};

Transcript parse_transcript(const std::string& text);
std::string written(const Transcript& transcript);

/// Plays `transcript` in a new folder and returns it with the answers that were given.
Transcript played(const Transcript& transcript);

/// What a command answered as a transcript shows it.
std::vector<std::string> shown(const Answer& answer, Normaliser& normalise);

std::string read_file(const std::filesystem::path& path);
std::vector<std::string> lines_in(const std::string& text);

}  // namespace provision::cli_tests
