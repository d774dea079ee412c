// goose: 00001_name.sql with "-- +goose Up" and "-- +goose Down", and Go files, in the order of
// their numbers.
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

class GooseLayout final : public Layout {
 public:
  std::string_view name() const override { return "goose"; }

  bool detect(const FolderContents& folder) const override {
    return std::any_of(folder.files().begin(), folder.files().end(), [&](const std::string& file) {
      return numbered_name(file) && folder.mark(file) == name();
    });
  }

  std::vector<Revision> read(const SourceFolder& source) const override {
    std::vector<Revision> revisions;
    for (const std::string& file : FolderContents(source.path()).files()) {
      const bool is_go = file.ends_with(".go") && !file.ends_with("_test.go");
      const auto numbered = numbered_name(file);
      if (!numbered || !(is_go || file.ends_with(".sql"))) continue;
      const std::string id = plain_number(numbered->digits);
      if (id == "0") continue;  // goose passes it over
      revisions.push_back(
          is_go
              ? skipped_revision(
                    source,
                    {.id = id, .message = {}, .up = file, .down = {}, .skipped = skipped_for("Go")})
              : parse_goose(source.text(file), source.shown(file)));
      revisions.back().id = id;
      const std::string& rest = numbered->rest;
      revisions.back().message = spoken(rest.substr(0, rest.rfind('.')));
    }
    std::stable_sort(revisions.begin(), revisions.end(),
                     [](const Revision& a, const Revision& b) { return number_less(a.id, b.id); });
    return in_line(std::move(revisions));
  }

  fs::path write(const fs::path& folder, const NewRevision& revision) const override {
    check_follows(*this, read(SourceFolder(folder, folder)), revision);
    const fs::path path = folder / (revision.id + "_" + slug(revision.message) + ".sql");
    make_folder(folder);
    create_file(path, "-- +goose Up\n" + block(revision.up, kUpRemark) + "\n-- +goose Down\n" +
                          block(revision.down, kDownRemark));
    return path;
  }

  std::vector<std::string> version_tables() const override { return {"goose_db_version"}; }

  std::string version_table_sql() const override {
    return "CREATE TABLE goose_db_version (id integer PRIMARY KEY, version_id bigint NOT NULL, "
           "is_applied boolean NOT NULL, tstamp timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP);";
  }

 private:
  /// goose ends statements at semicolons unless it is told not to.
  static std::string block(const std::string& text, std::string_view remark) {
    if (text.empty()) return std::string(remark);
    return "-- +goose StatementBegin\n" + text_or_remark(text, remark) + "-- +goose StatementEnd\n";
  }
};

}  // namespace

const Layout& goose_layout() {
  static const GooseLayout layout;
  return layout;
}

}  // namespace provision
