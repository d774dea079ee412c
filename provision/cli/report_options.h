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

/// What `words` ("junit=out/verify.xml") say to write. Throws usage Error for an unknown format, no
/// file, `-`, or a file that is named twice.
std::vector<ReportFile> report_files(const std::vector<std::string>& words);

/// Writes `report` to each of `files`: private, whole or not at all; their folders are made.
void write_reports(const Report& report, const std::vector<ReportFile>& files, const Style& style);

}  // namespace provision::cli
