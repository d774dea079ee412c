// A project made from environment files, for the tests of what they mean.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "provision/base/file.h"
#include "provision/project/environment_file.h"
#include "tests/errors.h"

namespace provision {

/// A project made from environment files.
class EnvironmentFixture : public testing::Test {
 protected:
  void write(const std::string& name, std::string_view text) {
    const std::filesystem::path path = root_.path() / "environments" / (name + ".yaml");
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }

  Environment read(std::string_view name = "dev") const {
    return read_environment(root_.path(), name, variables_);
  }

  /// The only database of environment `dev`, whose file is `text`.
  DatabaseSpec only_database(std::string_view text) {
    write("dev", text);
    return read().databases.at(0);
  }

  std::string trouble(std::string_view name = "dev") const {
    return trouble_of([&] { read(name); });
  }

  /// "<value> (<origin>)" of `key`.
  static std::string value(const Environment& environment, std::string_view key) {
    for (const ConfiguredValue& configured : environment.values) {
      if (configured.key == key) return fmt::format("{} ({})", configured.value, configured.origin);
    }
    return "none";
  }

  TemporaryFolder root_;
  Variables variables_{{"USER_PW", "s3cret"}, {"APP_URL", "postgresql://u:s3cret@h/app"}};
};

}  // namespace provision
