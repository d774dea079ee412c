// Every file of transcripts/ is a test: what it shows is what the program answers.
// PROVISION_UPDATE_TRANSCRIPTS=1 writes down what the program answers now; read it before you
// commit it.
#include "tests/cli/transcript.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace provision::cli_tests {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> transcripts() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(PROVISION_SOURCE_DIR "/tests/cli/transcripts")) {
    if (entry.path().extension() == ".txt") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string file_name(const testing::TestParamInfo<fs::path>& info) {
  return info.param.stem().string();
}

class TranscriptTest : public testing::TestWithParam<fs::path> {};

TEST_P(TranscriptTest, ShowsWhatTheProgramAnswers) {
  const Transcript expected = parse_transcript(read_file(GetParam()));
  ASSERT_FALSE(expected.steps.empty());

  const Transcript actual = played(expected);

  if (std::getenv("PROVISION_UPDATE_TRANSCRIPTS") != nullptr) {
    std::ofstream(GetParam(), std::ios::binary) << written(actual);
    return;
  }
  for (std::size_t i = 0; i < expected.steps.size(); ++i) {
    EXPECT_EQ(actual.steps[i].body, expected.steps[i].body) << "$ " << expected.steps[i].command;
  }
}

INSTANTIATE_TEST_SUITE_P(Transcripts, TranscriptTest, testing::ValuesIn(transcripts()), file_name);

}  // namespace
}  // namespace provision::cli_tests
