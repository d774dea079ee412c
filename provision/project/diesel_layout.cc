// diesel: a folder a revision, with up.sql and down.sql, in the order of what precedes the first
// '_' of its name, taken as text.
#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/project/foreign_files.h"
#include "provision/project/foreign_layouts.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUp = "/up.sql";
constexpr std::string_view kDown = "/down.sql";
constexpr std::string_view kMetadata = "/metadata.toml";

bool is_migration(const fs::path& folder, const std::string& name) {
  std::error_code missing;
  return fs::is_regular_file(folder / name / "up.sql", missing);
}

/// What `metadata.toml` says; a file that does not say it means no.
bool runs_in_transaction(const SourceFolder& source, const std::string& file) {
  int number = 0;
  const std::string text = source.text(file);
  for (const std::string_view line : lines_of(text)) {
    ++number;
    const std::string_view setting = trimmed(line.substr(0, line.find('#')));
    const size_t equals = setting.find('=');
    if (equals == std::string_view::npos) continue;
    if (trimmed(setting.substr(0, equals)) != "run_in_transaction") continue;
    const std::string_view value = trimmed(setting.substr(equals + 1));
    if (value == "true" || value == "false") return value == "true";
    throw usage_error(Place{source.shown(file), number},
                      fmt::format("'run_in_transaction' is true or false, not '{}'", value));
  }
  return false;
}

/// "20200101120000" of "2020-01-01-120000_add_email".
std::string version_of(std::string_view name) {
  std::string version(name.substr(0, name.find('_')));
  std::erase(version, '-');
  return version;
}

class DieselLayout final : public Layout {
 public:
  std::string_view name() const override { return "diesel"; }

  bool detect(const FolderContents& folder) const override {
    return std::any_of(folder.folders().begin(), folder.folders().end(),
                       [&](const std::string& name) { return is_migration(folder.path(), name); });
  }

  std::vector<Revision> read(const SourceFolder& source) const override {
    std::vector<Revision> revisions;
    for (const std::string& name : FolderContents(source.path()).folders()) {
      if (is_migration(source.path(), name)) revisions.push_back(revision_in(source, name));
    }
    std::stable_sort(revisions.begin(), revisions.end(),
                     [](const Revision& a, const Revision& b) { return a.id < b.id; });
    return in_line(std::move(revisions));
  }

  fs::path write(const fs::path& folder, const NewRevision& revision) const override {
    const std::vector<Revision> existing = read(SourceFolder(folder, folder));
    check_follows(*this, existing, revision, false);
    const bool is_last = existing.empty() || existing.back().id < version_of(revision.id);
    if (!is_last || revision.id.find_first_of("_/") != std::string::npos) {
      throw usage_error(
          fmt::format("revision '{}' would not come after '{}' in the order of diesel", revision.id,
                      existing.empty() ? "base" : existing.back().id));
    }
    const std::string stem = file_stem(revision);
    return write_pair(folder, stem + std::string(kUp), stem + std::string(kDown), revision);
  }

  std::vector<std::string> version_tables() const override {
    return {"__diesel_schema_migrations"};
  }

  std::string version_table_sql() const override {
    return "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY NOT NULL, "
           "run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP);";
  }

 private:
  static Revision revision_in(const SourceFolder& source, const std::string& name) {
    FilePair pair;
    pair.id = version_of(name);
    const size_t words = name.find('_');
    if (words != std::string::npos) pair.message = spoken(name.substr(words + 1));
    pair.up = name + std::string(kUp);
    if (source.has_file(name + std::string(kDown))) pair.down = name + std::string(kDown);
    Revision revision = paired_revision(source, pair);
    const std::string metadata = name + std::string(kMetadata);
    if (source.has_file(metadata)) revision.transactional = runs_in_transaction(source, metadata);
    return revision;
  }
};

}  // namespace

const Layout& diesel_layout() {
  static const DieselLayout layout;
  return layout;
}

}  // namespace provision
