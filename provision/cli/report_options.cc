#include "provision/cli/report_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <set>

#include "provision/base/file.h"
#include "provision/base/text.h"

namespace provision::cli {

void add_report_option(CLI::App& app, std::vector<std::string>& words) {
  app.add_option(
         "--report", words,
         fmt::format("write it to a file too; formats: {}", joined(check_format_names(), ", ")))
      ->type_name("FORMAT=FILE")
      ->allow_extra_args(false);
}

void add_detail_options(CLI::App& app, Detail& detail) {
  CLI::Option* stat = app.add_flag_callback(
      "--stat", [&detail] { detail = Detail::stat; },
      "Count what differs by kind, state and severity");
  app.add_flag_callback(
         "--brief", [&detail] { detail = Detail::brief; }, "Name what differs, a line an object")
      ->excludes(stat);
}

std::vector<ReportFile> report_files(const std::vector<std::string>& words) {
  std::vector<ReportFile> files;
  std::set<std::string> paths;
  const std::vector<std::string> formats = check_format_names();
  for (const std::string& word : words) {
    const size_t sign = word.find('=');
    if (sign == std::string::npos) {
      throw usage_error(fmt::format("--report '{}' says no file", word),
                        fmt::format("say --report FORMAT=FILE, for example 'junit={}'",
                                    word.empty() ? "verify.xml" : word));
    }
    ReportFile file{word.substr(0, sign), word.substr(sign + 1)};
    if (std::find(formats.begin(), formats.end(), file.format) == formats.end()) {
      throw usage_error(fmt::format("unknown format '{}'", file.format),
                        name_hint(file.format, formats));
    }
    if (file.path.empty() || file.path == "-") {
      throw usage_error(fmt::format("--report '{}' needs a file", word),
                        "`--format` says what is written to standard output");
    }
    const std::string path = std::filesystem::absolute(file.path).lexically_normal();
    if (!paths.insert(path).second) {
      throw usage_error(fmt::format("two reports would be written to '{}'", file.path));
    }
    files.push_back(std::move(file));
  }
  return files;
}

void write_reports(const Report& report, const std::vector<ReportFile>& files, const Style& style) {
  for (const ReportFile& file : files) {
    const std::filesystem::path folder = std::filesystem::path(file.path).parent_path();
    if (!folder.empty()) make_folder(folder);
    write_file(file.path, render(report, file.format, style), true);
  }
}

}  // namespace provision::cli
