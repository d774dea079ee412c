// dbmate: 20260101120000_name.sql with "-- migrate:up" and "-- migrate:down", in the order of the
// files' names, taken as text.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/project/foreign_files.h"
#include "provision/project/foreign_layouts.h"
#include "provision/project/sections.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUp = "migrate:up";
constexpr std::string_view kDown = "migrate:down";
/// How many digits the name of a file begins with.
size_t digits_of(std::string_view file) {
  return std::min(file.find_first_not_of("0123456789"), file.size());
}

/// The options ("transaction:false") in a line that begins the section `marker`; nothing for any
/// other line.
std::optional<std::string_view> options_of(std::string_view line, std::string_view marker) {
  if (!line.starts_with("--")) return std::nullopt;
  line = trimmed(line.substr(2));
  if (!line.starts_with(marker)) return std::nullopt;
  const std::string_view rest = line.substr(marker.size());
  if (!rest.empty() && rest.front() != ' ' && rest.front() != '\t') return std::nullopt;
  return trimmed(rest);
}

bool is_without_transaction(std::string_view options) {
  const std::vector<std::string> words = split_list(options, ' ');
  return std::find(words.begin(), words.end(), "transaction:false") != words.end();
}

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
      if (const auto up = options_of(line, kUp)) {
        open(up_, *up);
      } else if (const auto down = options_of(line, kDown)) {
        open_down(*down);
      } else if (section_ != nullptr) {
        section_->section.add(number_, line);
      } else if (!trimmed(line).empty() && !trimmed(line).starts_with("--")) {
        throw error("there is SQL above '-- migrate:up'");
      }
    }
    if (!up_.section.is_open()) throw error("there is no line '-- migrate:up'");
    revision_.up = std::move(up_.section).scripts(up_.transactional);
    revision_.down = std::move(down_.section).scripts(down_.transactional);
    return std::move(revision_);
  }

 private:
  struct Direction {
    Section section;
    bool transactional = true;
  };

  void open(Direction& direction, std::string_view options) {
    section_ = &direction;
    direction.section.open(number_);
    if (is_without_transaction(options)) direction.transactional = false;
  }

  void open_down(std::string_view options) {
    if (section_ == nullptr) throw error("'migrate:down' stands above '-- migrate:up'");
    if (section_ == &down_) throw error("there is a second 'migrate:down' in a row");
    open(down_, options);
  }

  Error error(std::string_view message) const {
    return usage_error(Place{revision_.place.file, number_}, message,
                       "a file of dbmate has '-- migrate:up', its SQL, '-- migrate:down', its SQL");
  }

  Revision revision_;
  int number_ = 0;
  Direction up_;
  Direction down_;
  Direction* section_ = nullptr;
};

class DbmateLayout final : public Layout {
 public:
  std::string_view name() const override { return "dbmate"; }

  bool detect(const FolderContents& folder) const override {
    return std::any_of(folder.files().begin(), folder.files().end(), [&](const std::string& file) {
      return digits_of(file) > 0 && folder.mark(file) == name();
    });
  }

  std::vector<Revision> read(const SourceFolder& source) const override {
    std::vector<Revision> revisions;
    for (const std::string& file : FolderContents(source.path()).files()) {
      const size_t end = digits_of(file);
      if (end == 0 || !file.ends_with(".sql")) continue;
      Revision& revision =
          revisions.emplace_back(parse_dbmate(source.text(file), source.shown(file)));
      revision.id = file.substr(0, end);
      const std::string_view words = std::string_view(file).substr(end, file.size() - 4 - end);
      revision.message = trimmed(spoken(words));
    }
    return in_line(std::move(revisions));
  }

  fs::path write(const fs::path& folder, const NewRevision& revision) const override {
    const std::vector<Revision> existing = read(SourceFolder(folder, folder));
    check_follows(*this, existing, revision);
    if (!existing.empty() && revision.id < existing.back().id) {
      throw usage_error(fmt::format("revision '{}' would come before '{}' in the order of dbmate",
                                    revision.id, existing.back().id));
    }
    const fs::path path = folder / (revision.id + "_" + slug(revision.message) + ".sql");
    make_folder(folder);
    create_file(path, "-- migrate:up\n" + text_or_remark(revision.up, kUpRemark) +
                          "\n-- migrate:down\n" + text_or_remark(revision.down, kDownRemark));
    return path;
  }

  std::vector<std::string> version_tables() const override { return {"schema_migrations"}; }

  std::string version_table_sql() const override {
    return "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);";
  }
};

}  // namespace

Revision parse_dbmate(std::string text, const std::string& file) {
  return Parser(std::move(text), file).parse();
}

const Layout& dbmate_layout() {
  static const DbmateLayout layout;
  return layout;
}

}  // namespace provision
