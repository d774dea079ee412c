// sqlx: 1_name.up.sql and 1_name.down.sql, or 1_name.sql alone, in the order of their numbers.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "provision/base/error.h"
#include "provision/project/foreign_files.h"
#include "provision/project/foreign_layouts.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNoTransaction = "-- no-transaction";

/// "1_name.sql", without a direction.
bool is_simple(std::string_view file) {
  return file.ends_with(".sql") && numbered_name(file) && !pair_name(file);
}

/// What the nearest project file in or above `folder` says: `true` for one of Rust.
std::optional<bool> is_in_rust_project(fs::path folder) {
  constexpr int kHighest = 8;
  folder = fs::absolute(folder).lexically_normal();
  std::error_code missing;
  for (int i = 0; i < kHighest && !folder.empty(); ++i) {
    if (fs::exists(folder / "Cargo.toml", missing)) return true;
    if (fs::exists(folder / "go.mod", missing)) return false;
    if (fs::exists(folder / ".git", missing) || folder == folder.root_path()) break;
    folder = folder.parent_path();
  }
  return std::nullopt;
}

class SqlxLayout final : public Layout {
 public:
  std::string_view name() const override { return "sqlx"; }
  bool may_be_one_way() const override { return true; }

  bool detect(const FolderContents& folder) const override { return looks_like_sqlx(folder); }

  std::vector<Revision> read(const SourceFolder& source) const override {
    const auto less = [](const std::string& a, const std::string& b) { return number_less(a, b); };
    std::map<std::string, FilePair, decltype(less)> pairs(less);
    for (const std::string& file : FolderContents(source.path()).files()) add(source, file, pairs);
    std::vector<Revision> revisions;
    for (const auto& [digits, pair] : pairs) {
      if (pair.up.empty()) {
        throw usage_error(Place{source.shown(pair.down), 0},
                          fmt::format("version '{}' has a way down and none up", pair.id));
      }
      Revision& revision = revisions.emplace_back(paired_revision(source, pair));
      for (std::vector<Script>* scripts : {&revision.up, &revision.down}) {
        for (Script& script : *scripts) {
          script.transactional = !script.text.starts_with(kNoTransaction);
        }
      }
    }
    return in_line(std::move(revisions));
  }

  fs::path write(const fs::path& folder, const NewRevision& revision) const override {
    check_follows(*this, read(SourceFolder(folder, folder)), revision);
    const std::string stem = revision.id + "_" + slug(revision.message);
    return write_pair(folder, stem + ".up.sql", stem + ".down.sql", revision);
  }

  std::vector<std::string> version_tables() const override { return {"_sqlx_migrations"}; }

  std::string version_table_sql() const override {
    return "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, "
           "installed_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, success boolean NOT NULL, "
           "checksum text NOT NULL, execution_time bigint NOT NULL);";
  }

 private:
  template <typename Pairs>
  void add(const SourceFolder& source, const std::string& file, Pairs& pairs) const {
    const auto name = pair_name(file);
    const bool is_pair = name && name->suffix == "sql";
    if (!is_pair && !is_simple(file)) return;
    const NumberedName numbered = *numbered_name(file);
    FilePair& pair = pairs[numbered.digits];
    std::string& place = !is_pair || name->is_up ? pair.up : pair.down;
    if (!place.empty()) {
      throw usage_error(Place{source.shown(file), 0},
                        fmt::format("version '{}' is in '{}', too", plain_number(numbered.digits),
                                    source.shown(place)),
                        "each version may be there once");
    }
    place = file;
    pair.id = plain_number(numbered.digits);
    pair.message =
        spoken(is_pair ? name->message : numbered.rest.substr(0, numbered.rest.size() - 4));
  }
};

}  // namespace

bool looks_like_sqlx(const FolderContents& folder) {
  std::set<std::string> ups;
  std::set<std::string> downs;
  bool has_simple = false;
  for (const std::string& file : folder.files()) {
    const auto pair = pair_name(file);
    const bool is_pair = pair && pair->suffix == "sql";
    if (!is_pair && !is_simple(file)) continue;
    if (!is_pair && !folder.mark(file).empty()) return false;
    if (is_pair) (pair->is_up ? ups : downs).insert(pair->digits);
    has_simple = has_simple || !is_pair;
  }
  if (ups.empty() && downs.empty()) return has_simple;
  // golang-migrate passes over a file of another name, and takes a way down alone.
  const bool has_lone_down = !std::includes(ups.begin(), ups.end(), downs.begin(), downs.end());
  const std::optional<bool> rust = is_in_rust_project(folder.path());
  return rust.value_or(has_simple && (ups.empty() || !has_lone_down));
}

const Layout& sqlx_layout() {
  static const SqlxLayout layout;
  return layout;
}

}  // namespace provision
