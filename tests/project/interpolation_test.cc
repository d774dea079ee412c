#include "provision/project/interpolation.h"

namespace provision {
namespace {

const Variables kVariables{
    {"NAME", "ada"}, {"EMPTY", ""}, {"DOLLAR", "$NAME ${NAME}"}, {"BAD", "\xff"}};

Interpolated with_variables(std::string_view text) {
  return interpolate(text, kVariables, {"f.yaml", 3});
}

std::string trouble(std::string_view text) {
  try {
    with_variables(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.message();
  }
  return "no error";
}

TEST(Interpolate, VariablesArePutIn) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", ""},
      {"plain", "plain"},
      {"${NAME}", "ada"},
      {"a ${NAME} b ${NAME}", "a ada b ada"},
      {"${EMPTY}", ""},
      {"${NAME:-bob}", "ada"},
      {"${NONE:-bob}", "bob"},
      {"${NONE:-}", ""},
      {"${EMPTY:-bob}", "bob"},
      {"${NONE:-a:-b:?c}", "a:-b:?c"},
      {"${NAME:?must be set}", "ada"},
      {"$$", "$"},
      {"$${NAME}", "${NAME}"},
      {"$$$${NAME}}", "$${NAME}}"},
      {"${DOLLAR}", "$NAME ${NAME}"},
      {"a } b { c", "a } b { c"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(with_variables(text).text, expected) << text;
}

TEST(Interpolate, WhatCannotBePutInIsAnErrorAtItsPlace) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"a ${NONE}", "f.yaml:3: variable 'NONE' is not set"},
      {"${NONE:?ask the admins}", "f.yaml:3: variable 'NONE' is not set: ask the admins"},
      {"${NONE:?}", "f.yaml:3: variable 'NONE' is not set"},
      {"${EMPTY:?ask}", "f.yaml:3: variable 'EMPTY' is empty: ask"},
      {"${BAD}", "f.yaml:3: variable 'BAD' is not UTF-8"},
      {"$NAME", "f.yaml:3: a single '$'"},
      {"cost: 5$", "f.yaml:3: a single '$'"},
      {"${NAME", "f.yaml:3: a single '$'"},
      {"${}", "f.yaml:3: cannot read the variable '${}'"},
      {"${1X}", "f.yaml:3: cannot read the variable '${1X}'"},
      {"${A B}", "f.yaml:3: cannot read the variable '${A B}'"},
      {"${NAME-x}", "f.yaml:3: cannot read the variable '${NAME-x}'"},
      {"${NAME:}", "f.yaml:3: cannot read the variable '${NAME:}'"},
      {"${NAME:+x}", "f.yaml:3: cannot read the variable '${NAME:+x}'"},
      {"${NONE:-${NAME}}", "f.yaml:3: cannot read the variable '${NONE:-${NAME}'"},
  };
  for (const auto& [text, message] : cases) EXPECT_EQ(trouble(text), message) << text;
}

TEST(Interpolate, VariablesThatWereUsedAreNamed) {
  EXPECT_THAT(with_variables("${NAME} ${NONE:-x} ${EMPTY} ${EMPTY:-y}").variables,
              testing::ElementsAre("NAME", "EMPTY"));
}

TEST(Interpolate, WhatIsWrittenHidesValuesAndShowsDefaults) {
  EXPECT_EQ(with_variables("a ${NAME} ${NAME:-bob} ${NONE:-x}").written, "a *** bob x");
}

}  // namespace
}  // namespace provision
