// `--report FORMAT=FILE`: an answer written to files as well, in as many formats as wanted.
#pragma once

#include <string>
#include <vector>

#include "provision/model/report.h"
#include "provision/report/render.h"

namespace CLI {
class App;
}

namespace provision::cli {

struct ReportFile {
  std::string format;
  std::string path;
};

/// Adds the option to a command whose answer has checks; `words` gets its values.
void add_report_option(CLI::App& app, std::vector<std::string>& words);

/// Adds `--stat` and `--brief`, of which one may be given, to a command that compares. They shape
/// the text; every other format is whole. Its action hands `detail` to Console::choose.
void add_detail_options(CLI::App& app, Detail& detail);

/// What `words` ("junit=out/verify.xml") say to write. Throws usage Error for an unknown format, no
/// file, `-`, or a file that is named twice.
std::vector<ReportFile> report_files(const std::vector<std::string>& words);

/// Writes `report` to each of `files`: private, whole or not at all; their folders are made.
void write_reports(const Report& report, const std::vector<ReportFile>& files, const Style& style);

}  // namespace provision::cli
