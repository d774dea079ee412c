// sql-migrate: any name.sql with "-- +migrate Up" and "-- +migrate Down", those whose names begin
// with a number first, in the order of it, then by name.
#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/project/foreign_files.h"
#include "provision/project/foreign_layouts.h"
#include "provision/project/sections.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCommand = "-- +migrate ";

class Parser {
 public:
  Parser(std::string text, const std::string& file) {
    revision_.text = std::move(text);
    revision_.place = {file, 0};
  }

  Revision parse() && {
    const std::vector<std::string_view> lines = lines_of(revision_.text);
    for (const std::string_view line : lines) {
      ++number_;
      if (line.starts_with(kCommand)) {
        run(split_list(line.substr(kCommand.size()), ' '));
      } else if (section_ != nullptr) {
        section_->section.add(number_, line);
        if (block_ == 0) statements_.read(number_, line);
      }
    }
    require_end();
    if (block_ > 0) throw error("'StatementBegin' has no 'StatementEnd'", block_);
    if (section_ == nullptr) throw error("there is no line '-- +migrate Up'", 1);
    revision_.up = up_.section.is_open() ? std::move(up_.section).scripts(up_.transactional)
                                         : std::vector<Script>{Script()};
    revision_.down = std::move(down_.section).scripts(down_.transactional);
    return std::move(revision_);
  }

 private:
  struct Direction {
    Section section;
    bool transactional = true;
  };

  void run(const std::vector<std::string>& words) {
    if (words.empty()) throw error("the command of sql-migrate is not whole", number_);
    if (words[0] == "Up") {
      open(up_, words);
    } else if (words[0] == "Down") {
      open(down_, words);
    } else if (section_ != nullptr && words[0] == "StatementBegin") {
      block_ = number_;
    } else if (section_ != nullptr && words[0] == "StatementEnd") {
      // What the block holds may lack its semicolon.
      if (block_ > 0) section_->section.add(number_, ";");
      block_ = 0;
      statements_.end();
    }
  }

  void require_end() const {
    if (statements_.begun() == 0) return;
    throw error("this statement has no semicolon at its end, and sql-migrate refuses the file",
                statements_.begun());
  }

  void open(Direction& direction, const std::vector<std::string>& words) {
    require_end();
    section_ = &direction;
    direction.section.open(number_);
    if (std::find(words.begin(), words.end(), "notransaction") != words.end()) {
      direction.transactional = false;
    }
  }

  Error error(std::string_view message, int line) const {
    return usage_error(Place{revision_.place.file, line}, message,
                       "a file of sql-migrate has '-- +migrate Up', its SQL, '-- +migrate Down', "
                       "its SQL");
  }

  Revision revision_;
  int number_ = 0;
  int block_ = 0;  ///< the line of the open StatementBegin
  LineStatements statements_;
  Direction up_;
  Direction down_;
  Direction* section_ = nullptr;
};

std::string_view number_of(std::string_view id) {
  return id.substr(0, std::min(id.find_first_not_of("0123456789"), id.size()));
}

bool comes_before(const Revision& a, const Revision& b) {
  const std::string_view left = number_of(a.id);
  const std::string_view right = number_of(b.id);
  if (left.empty() != right.empty()) return right.empty();
  if (number_less(left, right) || number_less(right, left)) return number_less(left, right);
  return a.id < b.id;
}

class SqlMigrateLayout final : public Layout {
 public:
  std::string_view name() const override { return "sql-migrate"; }

  bool detect(const FolderContents& folder) const override {
    return folder.has_mark("sql-migrate");
  }

  /// The files that have a mark; its tool would read, and refuse, all others, too.
  std::vector<Revision> read(const SourceFolder& source) const override {
    const FolderContents folder(source.path());
    std::vector<Revision> revisions;
    for (const std::string& file : folder.files()) {
      if (!file.ends_with(".sql")) continue;
      if (number_of(file).empty() && folder.mark(file) != name()) continue;
      Revision& revision =
          revisions.emplace_back(parse_sql_migrate(source.text(file), source.shown(file)));
      revision.id = file;
    }
    std::sort(revisions.begin(), revisions.end(), &comes_before);
    return in_line(std::move(revisions));
  }

  fs::path write(const fs::path& folder, const NewRevision& revision) const override {
    const std::vector<Revision> existing = read(SourceFolder(folder, folder));
    check_follows(*this, existing, revision, false);
    const std::string file = file_stem(revision) + ".sql";
    Revision added;
    added.id = file;
    if (file.find('/') != std::string::npos ||
        (!existing.empty() && !comes_before(existing.back(), added))) {
      throw usage_error(
          fmt::format("revision '{}' would not come last in the order of "
                      "sql-migrate",
                      revision.id));
    }
    make_folder(folder);
    create_file(folder / file, "-- +migrate Up\n" + text_or_remark(revision.up, kUpRemark) +
                                   "\n-- +migrate Down\n" +
                                   text_or_remark(revision.down, kDownRemark));
    return folder / file;
  }

  std::vector<std::string> version_tables() const override { return {"gorp_migrations"}; }

  std::string version_table_sql() const override {
    return "CREATE TABLE gorp_migrations (id text NOT NULL PRIMARY KEY, applied_at timestamp);";
  }
};

}  // namespace

Revision parse_sql_migrate(std::string text, const std::string& file) {
  return Parser(std::move(text), file).parse();
}

const Layout& sql_migrate_layout() {
  static const SqlMigrateLayout layout;
  return layout;
}

}  // namespace provision
