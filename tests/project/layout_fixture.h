// A folder of migrations to write and read.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "provision/base/file.h"
#include "provision/project/layout.h"

namespace provision {

class LayoutTest : public testing::Test {
 protected:
  /// Writes `text` to `name` below the folder of migrations.
  void file(const std::string& name, const std::string& text = "SELECT 1;\n") {
    const std::filesystem::path path = folder_ / name;
    make_folder(path.parent_path());
    write_file(path, text);
  }

  RevisionGraph read(const LayoutChoice& choice = {}) const {
    return read_revisions(folder_, choice, project_.path());
  }

  /// The name of the layout that is found.
  std::string found() const { return std::string(find_migrations(folder_, {}).layout->name()); }

  /// "1 2 3": the ids in order. Each must be the child of the one before it.
  std::string line(const LayoutChoice& choice = {}) const {
    std::string ids;
    std::string last;
    const RevisionGraph graph = read(choice);
    for (const Revision& revision : graph.revisions()) {
      EXPECT_EQ(revision.parents,
                last.empty() ? std::vector<std::string>() : std::vector<std::string>{last});
      ids += (ids.empty() ? "" : " ") + revision.id;
      last = revision.id;
    }
    return ids;
  }

  /// The message and hint of the usage Error that reading ends in.
  std::string refusal(const LayoutChoice& choice = {}) const {
    try {
      read(choice);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      return error.message() + " / " + error.hint();
    }
    return "no error";
  }

  const TemporaryFolder project_;
  const std::filesystem::path folder_ = project_.path() / "migrations";
};

/// "up.sql:3: text" of each script.
inline std::vector<std::string> shown(const std::vector<Script>& scripts) {
  std::vector<std::string> all;
  for (const Script& script : scripts) {
    all.push_back(script.engine + (script.engine.empty() ? "" : " ") + script.file + ":" +
                  std::to_string(script.line) + ": " + script.text);
  }
  return all;
}

}  // namespace provision
