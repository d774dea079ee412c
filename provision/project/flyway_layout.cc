// Flyway: V1_2__name.sql, its undo U1_2__name.sql, B3__name.sql that stands for all up to it, and
// R__name.sql, which runs after all; in the folder and below it, in the order of the versions, part
// by part.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/project/engine_words.h"
#include "provision/project/foreign_files.h"
#include "provision/project/foreign_layouts.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSeparator = "__";

/// The numbers of a version, without zeros at its end.
using Version = std::vector<std::string>;

bool version_less(const Version& left, const Version& right) {
  return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(),
                                      &number_less);
}

struct FlywayName {
  char prefix = 'V';
  Version version;
  std::string id;  ///< "1.2", or "R__name"
  std::string message;
};

Version version_of(std::string_view text) {
  Version version;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('.', begin), text.size());
    const std::string_view part = text.substr(begin, end - begin);
    if (part.empty() || part.find_first_not_of("0123456789") != std::string_view::npos) return {};
    version.push_back(plain_number(part));
    begin = end + 1;
  }
  while (version.size() > 1 && version.back() == "0") version.pop_back();
  return version;
}

/// What the name of a file says, its folder left out; nothing for any that is not Flyway's.
std::optional<FlywayName> flyway_name(std::string_view path) {
  const std::string_view file = path.substr(path.rfind('/') + 1);
  const size_t dot = file.rfind('.');
  const bool is_sql = dot != std::string_view::npos && lower(file.substr(dot)) == ".sql";
  if (!is_sql && code_language(file).empty()) return std::nullopt;
  const std::string_view stem = file.substr(0, dot);
  const size_t separator = stem.find(kSeparator);
  if (separator == std::string_view::npos || separator == 0) return std::nullopt;
  FlywayName name;
  name.prefix = stem.front();
  name.message = spoken(stem.substr(separator + kSeparator.size()));
  if (name.prefix == 'R' && separator == 1) {
    name.id = stem;
    return name;
  }
  if (std::string_view("VUB").find(name.prefix) == std::string_view::npos) return std::nullopt;
  name.id = stem.substr(1, separator - 1);
  std::replace(name.id.begin(), name.id.end(), '_', '.');
  name.version = version_of(name.id);
  if (name.version.empty()) return std::nullopt;
  return name;
}

/// The engine of the folders that `path` lies in ("postgresql/V1__a.sql"); nothing for a file that
/// is not wanted by `engine`.
std::optional<std::string> engine_of_path(std::string_view path, const std::string& engine) {
  std::string found;
  for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
    const std::string_view folder = path.substr(0, slash);
    path.remove_prefix(slash + 1);
    if (!engine_word(folder).is_known) continue;
    const auto named = engine_of_word(folder, engine);
    if (!named) return std::nullopt;
    if (!named->empty()) found = *named;
  }
  return found;
}

bool is_without_transaction(const SourceFolder& source, const std::string& file) {
  const std::string settings = file + ".conf";
  if (!source.has_file(settings)) return false;
  const std::string text = source.text(settings);
  for (const std::string_view line : lines_of(text)) {
    const size_t equals = line.find('=');
    if (trimmed(line.substr(0, equals)) != "executeInTransaction") continue;
    return equals != std::string_view::npos && lower(trimmed(line.substr(equals + 1))) == "false";
  }
  return false;
}

/// Gathers the files of a folder, each with what its name says.
class Reader {
 public:
  explicit Reader(const SourceFolder& source) : source_(source) {}

  std::vector<Revision> read() && {
    std::vector<std::pair<std::string, FlywayName>> undos;
    for (const std::string& file : files_below(source_.path())) {
      const auto name = flyway_name(file);
      if (!name) continue;
      if (name->prefix == 'U') {
        undos.emplace_back(file, *name);
      } else {
        add_up(file, *name);
      }
    }
    for (const auto& [file, name] : undos) add_down(file, name);
    return std::move(*this).ordered();
  }

 private:
  void add_up(const std::string& file, const FlywayName& name) {
    const auto engine = engine_of_path(file, source_.engine());
    if (!engine) return;
    Revision& revision = name.prefix == 'V'   ? versions_[name.version]
                         : name.prefix == 'B' ? baselines_[name.version]
                                              : repeatables_[name.message];
    if (revision.id.empty()) {
      revision.id = name.id;
      revision.message = name.message;
      revision.place = {source_.shown(file), 0};
    }
    const std::string_view language = code_language(file);
    if (!language.empty()) revision.skipped = skipped_for(language);
    add_script(revision, revision.up, file, *engine);
  }

  void add_down(const std::string& file, const FlywayName& name) {
    const auto found = versions_.find(name.version);
    const auto engine = engine_of_path(file, source_.engine());
    if (found != versions_.end() && engine) {
      add_script(found->second, found->second.down, file, *engine);
    }
  }

  void add_script(Revision& revision, std::vector<Script>& scripts, const std::string& file,
                  const std::string& engine) {
    for (const Script& other : scripts) {
      if (other.engine != engine) continue;
      throw usage_error(Place{source_.shown(file), 0},
                        fmt::format("version '{}' is in '{}', too", revision.id, other.file),
                        "each version may be there once");
    }
    Script script{.engine = engine, .text = {}, .line = 1, .file = source_.shown(file)};
    if (code_language(file).empty()) script = whole_file(source_, file);
    script.engine = engine;
    script.transactional = !is_without_transaction(source_, file);
    script.autocommit_if_needed = true;
    revision.text += (revision.text.empty() ? "" : "\n-- and:\n") + script.text;
    scripts.push_back(std::move(script));
  }

  /// What Flyway runs on an empty database: from the newest baseline on, then what is repeatable.
  std::vector<Revision> ordered() && {
    std::vector<Revision> revisions;
    auto first = versions_.begin();
    if (!baselines_.empty()) {
      first = versions_.upper_bound(baselines_.rbegin()->first);
      revisions.push_back(std::move(baselines_.rbegin()->second));
    }
    for (; first != versions_.end(); ++first) revisions.push_back(std::move(first->second));
    for (auto& [message, revision] : repeatables_) revisions.push_back(std::move(revision));
    for (Revision& revision : revisions) {
      if (!revision.skipped) continue;
      revision.up.clear();
      revision.down.clear();
    }
    return revisions;
  }

  using Versions = std::map<Version, Revision, decltype(&version_less)>;

  const SourceFolder& source_;
  Versions versions_{&version_less};
  Versions baselines_{&version_less};
  std::map<std::string, Revision> repeatables_;  ///< by what they say they are
};

class FlywayLayout final : public Layout {
 public:
  std::string_view name() const override { return "flyway"; }
  bool may_be_one_way() const override { return true; }

  bool detect(const FolderContents& folder) const override {
    if (has_files(folder)) return true;
    const std::string itself = folder.path().filename().string();
    return (itself == "migration" || itself == "migrations") &&
           std::any_of(folder.folders().begin(), folder.folders().end(),
                       [&](const std::string& name) {
                         return !engine_word(name).is_known &&
                                has_files(FolderContents(folder.path() / name));
                       });
  }

  std::vector<Revision> read(const SourceFolder& source) const override {
    std::vector<Revision> revisions = Reader(source).read();
    leave_out_other_engines(revisions, source.engine());
    return in_line(std::move(revisions));
  }

  fs::path write(const fs::path& folder, const NewRevision& revision) const override {
    std::vector<Revision> existing = read(SourceFolder(folder, folder));
    // What is repeatable comes after whatever is added.
    std::erase_if(existing, [](const Revision& each) { return each.id.starts_with('R'); });
    check_follows(*this, existing, revision, false);
    const Version version = version_of(revision.id);
    if (version.empty() ||
        (!existing.empty() && !version_less(version_of(existing.back().id), version))) {
      throw usage_error(fmt::format("'{}' is no version of Flyway that comes after '{}'",
                                    revision.id, existing.empty() ? "base" : existing.back().id));
    }
    const std::string rest = revision.id + "__" + slug(revision.message) + ".sql";
    return write_pair(folder, "V" + rest, "U" + rest, revision);
  }

  std::vector<std::string> version_tables() const override { return {"flyway_schema_history"}; }

  std::string version_table_sql() const override {
    return "CREATE TABLE flyway_schema_history (installed_rank integer PRIMARY KEY, version "
           "varchar(50), "
           "description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT "
           "NULL, "
           "checksum integer, installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL "
           "DEFAULT CURRENT_TIMESTAMP, execution_time integer NOT NULL, success boolean NOT NULL);";
  }

 private:
  static bool has_files(const FolderContents& folder) {
    return std::any_of(folder.files().begin(), folder.files().end(), [&](const std::string& file) {
      return flyway_name(file) && file.ends_with(".sql") && folder.mark(file).empty();
    });
  }
};

}  // namespace

const Layout& flyway_layout() {
  static const FlywayLayout layout;
  return layout;
}

}  // namespace provision
