#include "provision/project/provision_layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/project/foreign_files.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTemplateUp =
    "-- Write here what this revision changes. A text for one engine only goes into a section of\n"
    "-- its own, which begins as this one does, followed by the engine's name.\n";
constexpr std::string_view kTemplateDown =
    "-- Write here what undoes it. If nothing can, remove this section and add to the lines at\n"
    "-- the top one that says why, as in \"irreversible: the old values are gone\".\n";

bool is_revision_file(std::string_view name) {
  return name.ends_with(".sql") && !name.ends_with(".schema.sql");
}

/// The names of the revision files in `folder`, sorted.
std::vector<std::string> revision_files(const fs::path& folder) {
  std::vector<std::string> names = FolderContents(folder).files();
  std::erase_if(names, [](const std::string& name) { return !is_revision_file(name); });
  return names;
}

/// `text` on one line.
std::string one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return std::string(trimmed(line));
}

std::string section(std::string_view direction, std::string_view text) {
  return fmt::format("\n-- provision:{}\n{}{}", direction, text, text.ends_with('\n') ? "" : "\n");
}

std::string text_of(const NewRevision& revision) {
  std::string text = fmt::format("-- revision: {}\n-- parents: {}\n-- message: {}\n", revision.id,
                                 revision.parents.empty() ? "base" : joined(revision.parents, ", "),
                                 one_line(revision.message));
  if (!revision.labels.empty()) text += "-- labels: " + joined(revision.labels, ", ") + "\n";
  if (!revision.depends_on.empty()) {
    text += "-- depends_on: " + joined(revision.depends_on, ", ") + "\n";
  }
  const bool is_merge = revision.parents.size() > 1;
  const std::string_view nothing = "-- Nothing: this revision only joins its parents.\n";
  const auto chosen = [&](const std::string& given, std::string_view otherwise) {
    return std::string_view(!given.empty() ? given : is_merge ? nothing : otherwise);
  };
  text += section("up", chosen(revision.up, kTemplateUp));
  text += section("down", chosen(revision.down, kTemplateDown));
  return text;
}

class ProvisionLayout final : public Layout {
 public:
  std::string_view name() const override { return "provision"; }

  bool detect(const FolderContents& folder) const override {
    return std::any_of(folder.files().begin(), folder.files().end(), [&](const std::string& file) {
      return is_revision_file(file) && folder.mark(file) == name();
    });
  }

  std::vector<Revision> read(const SourceFolder& source) const override {
    const std::vector<std::string> names = revision_files(source.path());
    std::vector<Revision> revisions;
    revisions.reserve(names.size());
    for (const std::string& name : names) {
      revisions.push_back(parse_revision(source.text(name), source.shown(name)));
    }
    return revisions;
  }

  IdRule id_rule() const override { return IdRule::own; }

  fs::path write(const fs::path& folder, const NewRevision& revision) const override {
    if (revision.id.find('/') != std::string::npos) {
      throw usage_error(
          fmt::format("revision id '{}' cannot be part of a file's name", revision.id));
    }
    const fs::path path = folder / (file_stem(revision) + ".sql");
    const std::string text = text_of(revision);
    check_readable(folder, parse_revision(text, path.filename().string()));
    make_folder(folder);
    create_file(path, text);
    return path;
  }

 private:
  /// Throws what reading `folder` would throw once `added` is there too.
  void check_readable(const fs::path& folder, Revision added) const {
    std::vector<Revision> revisions;
    if (fs::exists(folder)) revisions = read(SourceFolder(folder, folder));
    revisions.push_back(std::move(added));
    const RevisionGraph graph(std::move(revisions));
  }
};

}  // namespace

const Layout& provision_layout() {
  static const ProvisionLayout layout;
  return layout;
}

}  // namespace provision
