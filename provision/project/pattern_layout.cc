// Any rule of names that two patterns can say: "V{id}.{name}.{engine}.up.sql" and the same for the
// way down. The order is that of the ids, numbers in them taken as numbers.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/project/engine_words.h"
#include "provision/project/file_pattern.h"
#include "provision/project/foreign_files.h"
#include "provision/project/foreign_layouts.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

/// A direction's pattern, and the same without the engine.
struct Side {
  explicit Side(std::string_view text, const std::string& what) : own(text, what) {
    if (own.has_engine()) neutral = own.without_engine();
  }

  /// The engine's own file before one for all; the engine of the latter may be a part of its name
  /// ("1_a.postgres.autocommit.up.sql").
  std::optional<FilePattern::Match> match(std::string_view path) const {
    auto found = own.match(path);
    if (found || !neutral) return found;
    found = neutral->match(path);
    if (!found) return found;
    for (const std::string& word : split_list(found->name, '.')) {
      if (engine_word(word).is_known) found->engine = word;
    }
    return found;
  }

  const FilePattern& written() const { return neutral ? *neutral : own; }

  FilePattern own;
  std::optional<FilePattern> neutral;
};

struct NaturalLess {
  bool operator()(const std::string& a, const std::string& b) const { return natural_less(a, b); }
};

class PatternLayout final : public Layout {
 public:
  explicit PatternLayout(const LayoutChoice& choice)
      : up_text_(choice.up_pattern), up_(choice.up_pattern, "the pattern of the ways up") {
    if (choice.down_pattern.empty()) return;
    down_.emplace(choice.down_pattern, "the pattern of the ways down");
    if (choice.down_pattern == choice.up_pattern) {
      throw usage_error("the pattern of the ways down is that of the ways up");
    }
  }

  std::string_view name() const override { return "pattern"; }
  bool may_be_one_way() const override { return true; }
  bool detect(const FolderContents&) const override { return false; }

  std::vector<Revision> read(const SourceFolder& source) const override {
    Entries entries;
    for (const std::string& file : files_below(source.path())) add(source, file, entries);
    const bool none_goes_up = std::all_of(entries.begin(), entries.end(), [](const auto& one) {
      return one.second.revision.up.empty() && !one.second.is_elsewhere;
    });
    if (none_goes_up) {
      throw usage_error(fmt::format("no file of '{}' matches the pattern '{}'",
                                    source.path().string(), up_text_));
    }
    std::vector<Revision> line;
    for (auto& [unused, entry] : entries) {
      Revision& revision = entry.revision;
      if (revision.up.empty() && entry.is_elsewhere) continue;
      // As tools that read such pairs have it, the upgrade does nothing.
      if (revision.up.empty()) revision.up.emplace_back().file = revision.place.file;
      line.push_back(std::move(revision));
    }
    return in_line(std::move(line));
  }

  fs::path write(const fs::path& folder, const NewRevision& revision) const override {
    std::vector<Revision> existing;
    if (!files_below(folder).empty()) existing = read(SourceFolder(folder, folder));
    check_follows(*this, existing, revision, false);
    if (!existing.empty() && !natural_less(existing.back().id, revision.id)) {
      throw usage_error(fmt::format("revision '{}' would come before '{}', which is there already",
                                    revision.id, existing.back().id));
    }
    if (!down_) {
      throw usage_error("the pattern of the ways down was not said, so they have no place");
    }
    const std::string words = slug(revision.message);
    return write_pair(folder, up_.written().filled(revision.id, words),
                      down_->written().filled(revision.id, words), revision);
  }

 private:
  struct Entry {
    Revision revision;
    bool is_elsewhere = false;  ///< there is a way up for an engine that is not wanted
  };
  using Entries = std::map<std::string, Entry, NaturalLess>;

  void add(const SourceFolder& source, const std::string& file, Entries& entries) const {
    auto up = up_.match(file);
    auto down = down_ ? down_->match(file) : std::nullopt;
    if (up && down) (up->fixed > down->fixed ? down : up).reset();  // the one that says more
    if (!up && !down) return;
    const FilePattern::Match& match = up ? *up : *down;
    Entry& entry = entries[match.id];
    std::optional<std::string> engine = std::string();
    if (!match.engine.empty()) engine = engine_of_word(match.engine, source.engine());
    if (!engine) {
      entry.is_elsewhere = entry.is_elsewhere || up;
      return;
    }
    Revision& revision = entry.revision;
    revision.id = match.id;
    if (up || revision.place.file.empty()) {
      revision.message = spoken(match.name);
      revision.place = {source.shown(file), 0};
    }
    add_script(source, file, revision, up ? revision.up : revision.down, *engine);
  }

  static void add_script(const SourceFolder& source, const std::string& file, Revision& revision,
                         std::vector<Script>& scripts, const std::string& engine) {
    for (const Script& other : scripts) {
      if (other.engine != engine) continue;
      throw usage_error(Place{source.shown(file), 0},
                        fmt::format("revision '{}' is in '{}', too", revision.id, other.file),
                        "each revision may be there once");
    }
    Script& script = scripts.emplace_back(whole_file(source, file));
    script.engine = engine;
    script.autocommit_if_needed = true;
    revision.text += (revision.text.empty() ? "" : "\n-- and:\n") + script.text;
  }

  std::string up_text_;
  Side up_;
  std::optional<Side> down_;
};

}  // namespace

std::shared_ptr<const Layout> pattern_layout(const LayoutChoice& choice) {
  return std::make_shared<PatternLayout>(choice);
}

}  // namespace provision
