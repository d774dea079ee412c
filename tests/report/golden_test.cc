// golden/REPORT.FORMAT is what `render` makes of a made-up report. PROVISION_UPDATE_GOLDEN=1 writes
// down what it makes now; read it before you commit it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>

#include "provision/base/file.h"
#include "provision/report/render.h"
#include "tests/report/reports.h"

namespace provision {
namespace {

struct Golden {
  std::string name;
  Report (*report)();
};

void PrintTo(const Golden& golden, std::ostream* out) { *out << golden.name; }

using Case = std::tuple<Golden, std::string>;

/// Without what changes with every release, and what other files hold.
std::string normal(std::string text) {
  const auto replace = [&](const char* pattern, const char* replacement) {
    text = std::regex_replace(text, std::regex(pattern), replacement);
  };
  const auto cut = [&](std::string_view from, std::string_view to) {
    const size_t start = text.find(from);
    const size_t end = text.rfind(to);
    if (start == std::string::npos || end == std::string::npos) return;
    text.replace(start + from.size(), end - start - from.size(), "...");
  };
  cut("<style>", "</style>");
  cut("<script>\n'use strict'", "</script>\n</body>");
  replace("'sha256-[A-Za-z0-9+/=]*'", "'sha256-...'");
  replace("\"version\": \"\\d+\\.\\d+\\.\\d+\"(?=,\\s+\"rules\")", "\"version\": \"<version>\"");
  return text;
}

class GoldenTest : public testing::TestWithParam<Case> {};

TEST_P(GoldenTest, IsWhatIsRendered) {
  const auto& [golden, format] = GetParam();
  const std::filesystem::path path =
      std::filesystem::path(PROVISION_SOURCE_DIR "/tests/report/golden") /
      (golden.name + "." + format);

  const std::string rendered = normal(render(golden.report(), format, {.verbose = true}));

  if (std::getenv("PROVISION_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << rendered;
    return;
  }
  EXPECT_EQ(rendered, read_bytes(path));
}

std::string test_name(const testing::TestParamInfo<Case>& info) {
  return std::get<0>(info.param).name + "_" + std::get<1>(info.param);
}

INSTANTIATE_TEST_SUITE_P(
    Reports, GoldenTest,
    testing::Combine(testing::Values(Golden{"passing", &passing_report},
                                     Golden{"failing", &failing_report},
                                     Golden{"hostile", &hostile_report},
                                     Golden{"drift", &drift_report},
                                     Golden{"schema_drift", &schema_drift_report},
                                     Golden{"equal_drift", &equal_drift_report},
                                     Golden{"fleet_drift", &fleet_drift_report},
                                     Golden{"hostile_drift", &hostile_drift_report},
                                     Golden{"two_databases", &two_databases_report}),
                     testing::ValuesIn(check_format_names())),
    test_name);

}  // namespace
}  // namespace provision
