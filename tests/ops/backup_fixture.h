// A database with something of every kind in it, backups of it, and ways to harm them.
#pragma once

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "provision/ops/backup/backup.h"
#include "provision/ops/backup/restore.h"
#include "provision/ops/backup/store.h"
#include "tests/ops/workspace_fixture.h"

namespace provision {

/// While it lives no file of this process grows beyond so many bytes, as on a full disk.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallFiles() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

class BackupTest : public WorkspaceTest {
 protected:
  BackupTest() : directory_(project_.path() / "backups") {
    write_revision(
        "a1", "base",
        "CREATE TABLE people (id integer PRIMARY KEY, name text NOT NULL);\n"
        "CREATE TABLE visits (person integer NOT NULL REFERENCES people (id), at text);\n"
        "CREATE INDEX visits_at ON visits (at);\n"
        "CREATE VIEW names AS SELECT name FROM people;",
        "DROP VIEW names; DROP TABLE visits; DROP TABLE people;");
  }

  void make_database() {
    reset(workspace(), {});
    run("INSERT INTO people VALUES (1, 'Ann'), (2, 'Bob ''the'' Ünï')");
    run("INSERT INTO visits VALUES (1, '2026-01-01'), (1, NULL), (2, '2026-01-03')");
  }

  Workspace backing(const std::string& command = "backup") {
    Workspace made = workspace(command);
    made.environment.backup = rules_;
    made.environment.backup.directory = directory_;
    made.environment.databases = {spec_};
    return made;
  }
  /// The id of a new backup that is not proven.
  std::string backed_up(const std::string& message = "") {
    return fact(backup(backing(), {.message = message, .prove = false}), "id");
  }
  Report brought_back(const std::string& word) {
    return restore(backing("restore"), {.backup = word, .folder = project_.path()});
  }
  std::vector<Backup> all_backups() const { return BackupStore(directory_).backups(); }

  /// All that is in the database, as text.
  std::string contents() {
    const auto database = connect(spec_, Access::read);
    std::string text;
    for (const std::string table : {"people", "visits", "names"}) {
      std::vector<std::string> lines;
      for (const Row& row : database->query("SELECT * FROM " + table).rows) {
        std::string line = table;
        for (const auto& value : row) line += "|" + value.value_or("NULL");
        lines.push_back(line);
      }
      std::sort(lines.begin(), lines.end());
      for (const std::string& line : lines) text += line + "\n";
    }
    return text + fingerprint(database->schema_reader({})->snapshot());
  }

  static std::string fact(const Report& report, const std::string& key) {
    for (const Fact& known : report.facts) {
      if (known.key == key) return std::get<std::string>(known.value.value);
    }
    return "no fact";
  }

  std::vector<std::filesystem::path> files_of(const std::string& id) const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_ / id)) {
      if (entry.is_regular_file() && entry.path().filename() != "lock") {
        files.push_back(entry.path());
      }
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  /// Names in the directory of backups but for its lock.
  std::vector<std::string> names_in_directory() const {
    std::vector<std::string> names;
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(directory_, missing)) {
      if (entry.path().filename() != ".lock") names.push_back(entry.path().filename());
    }
    return names;
  }

  std::filesystem::path directory_;
  BackupRules rules_;
};

}  // namespace provision
