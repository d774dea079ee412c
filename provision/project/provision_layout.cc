#include "provision/project/provision_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTemplateUp =
    "-- Write here what this revision changes. A text for one engine only goes into a section of\n"
    "-- its own, which begins as this one does, followed by the engine's name.\n";
constexpr std::string_view kTemplateDown =
    "-- Write here what undoes it. If nothing can, remove this section and add to the lines at\n"
    "-- the top one that says why, as in \"irreversible: the old values are gone\".\n";

bool is_revision_file(const fs::directory_entry& entry) {
  const std::string_view path = entry.path().native();
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name.ends_with(".sql") && !name.ends_with(".schema.sql") && !name.starts_with('.') &&
         entry.is_regular_file();
}

fs::directory_iterator entries_of(const fs::path& folder) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (!error) return entries;
  throw unavailable(fmt::format("cannot read folder '{}': {}", folder.string(), error.message()));
}

/// The names of the revision files in `folder`, sorted.
std::vector<std::string> revision_files(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : entries_of(folder)) {
    if (is_revision_file(entry)) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool looks_like_ours(const fs::path& file) {
  constexpr size_t kEnough = 16384;
  std::string head(kEnough, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(head.data(), kEnough);
  head.resize(static_cast<size_t>(stream.gcount()));
  const auto lines = lines_of(head);
  return std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
    return line.starts_with("-- revision:") || line.starts_with("-- provision:");
  });
}

/// Lower-case ASCII words of `message`, joined by '_', cut after a word where that is possible.
std::string slug(std::string_view message) {
  constexpr size_t kLongest = 40;
  std::string slug;
  for (const char c : lower(message)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      slug += c;
    } else if (!slug.empty() && slug.back() != '_') {
      slug += '_';
    }
  }
  if (slug.size() > kLongest) {
    const size_t cut = slug.rfind('_', kLongest);
    slug.resize(cut == std::string::npos ? kLongest : cut);
  }
  while (slug.ends_with('_')) slug.pop_back();
  return slug;
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

  bool detect(const fs::path& folder) const override {
    std::error_code missing;
    if (!fs::is_directory(folder, missing)) return false;
    for (const fs::directory_entry& entry : entries_of(folder)) {
      if (is_revision_file(entry) && looks_like_ours(entry.path())) return true;
    }
    return false;
  }

  std::vector<Revision> read(const fs::path& folder, const fs::path& project) const override {
    const std::string shown = shown_path(folder, project);
    const std::string prefix = shown == "." ? "" : shown + "/";
    const std::vector<std::string> names = revision_files(folder);
    std::vector<Revision> revisions;
    revisions.reserve(names.size());
    for (const std::string& name : names) {
      revisions.push_back(parse_revision(read_text(folder / name), prefix + name));
    }
    return revisions;
  }

  fs::path write(const fs::path& folder, const NewRevision& revision) const override {
    if (revision.id.find('/') != std::string::npos) {
      throw usage_error(
          fmt::format("revision id '{}' cannot be part of a file's name", revision.id));
    }
    const std::string words = slug(revision.message);
    const fs::path path =
        folder / fmt::format("{}{}{}.sql", revision.id, words.empty() ? "" : "_", words);
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
    if (fs::exists(folder)) revisions = read(folder, folder);
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
