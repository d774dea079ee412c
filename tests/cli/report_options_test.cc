#include "provision/cli/report_options.h"

#include <gmock/gmock.h>

#include <CLI/CLI.hpp>

namespace provision::cli {
namespace {

Detail chosen(const std::vector<std::string>& words) {
  CLI::App app;
  Detail detail = Detail::full;
  add_detail_options(app, detail);
  app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  return detail;
}

TEST(DetailOptions, SayHowMuchOfAComparisonIsTold) {
  EXPECT_EQ(chosen({}), Detail::full);
  EXPECT_EQ(chosen({"--brief"}), Detail::brief);
  EXPECT_EQ(chosen({"--stat"}), Detail::stat);
}

TEST(DetailOptions, OfBothOneIsTooMany) {
  EXPECT_THROW(chosen({"--brief", "--stat"}), CLI::ParseError);
}

}  // namespace
}  // namespace provision::cli
