// A project whose revisions are Python: a copy of an example, on every engine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "provision/base/file.h"
#include "provision/base/process.h"
#include "tests/errors.h"
#include "tests/ops/workspace_fixture.h"

namespace provision {

class PythonTest : public WorkspaceTest {
 protected:
  /// Makes the project a copy of an example, with an empty database.
  void copy(const std::string& example) {
    copy_files(example);
    engine().create(spec_);
  }
  /// Makes the project a copy of an example, without a database.
  void copy_files(const std::string& example) {
    std::filesystem::copy(std::filesystem::path(PROVISION_SOURCE_DIR) / "tests/examples" / example,
                          project_.path(),
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing);
  }

  /// The project's own tool: what it prints on standard output.
  std::string tool(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "-m");
    const Outcome outcome = provision::run({.program = "/usr/bin/python3",
                                            .arguments = std::move(arguments),
                                            .variables = {{"DATABASE_URL", url()},
                                                          {"FLASK_APP", "shop"},
                                                          {"PYTHONDONTWRITEBYTECODE", "1"}},
                                            .folder = project_.path()});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.output << outcome.errors;
    return outcome.output;
  }

  /// Replaces the first `before` in a file of the project.
  void edit(const std::filesystem::path& file, const std::string& before,
            const std::string& after) {
    std::string text = read_text(project_.path() / file);
    const size_t at = text.find(before);
    ASSERT_NE(at, std::string::npos) << before << " is not in " << file;
    write_file(project_.path() / file, text.replace(at, before.size(), after));
  }

  std::string version_rows() {
    const auto database = connect(spec_, Access::read);
    std::string ids;
    for (const Row& row :
         database->query("SELECT version_num FROM alembic_version ORDER BY 1").rows) {
      ids += (ids.empty() ? "" : " ") + row[0].value_or("");
    }
    return ids;
  }

  Error upgrade_error(const std::string& target = "heads") {
    return error_of([&] { upgrade(workspace(), {.target = target}); });
  }

  static constexpr const char* kVersions = "migrations/versions/";

  std::string url() { return url_of(spec_); }
  /// As Python's tools have it.
  std::string url_of(const DatabaseSpec& spec) {
    const Location location = engine().located(spec).location;
    if (!location.path.empty()) return "sqlite:///" + location.path.string();
    return location.url_with_password();
  }
};

}  // namespace provision
