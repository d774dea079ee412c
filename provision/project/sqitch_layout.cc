// sqitch: sqitch.plan says the order; deploy/, revert/ and verify/ hold the scripts, where
// sqitch.conf says nothing else.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/project/engine_words.h"
#include "provision/project/foreign_files.h"
#include "provision/project/foreign_layouts.h"
#include "provision/project/sqitch_plan.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPlan = "sqitch.plan";
constexpr std::string_view kConfiguration = "sqitch.conf";

/// The values of a file in the format of git's, as "section.key" or "section.name.key".
std::map<std::string, std::string> parse_configuration(std::string_view text) {
  std::map<std::string, std::string> values;
  std::string section;
  for (std::string_view line : lines_of(text)) {
    line = trimmed(line.substr(0, line.find_first_of("#;")));
    if (line.starts_with('[') && line.ends_with(']')) {
      const std::string_view inside = trimmed(line.substr(1, line.size() - 2));
      const size_t blank = std::min(inside.find_first_of(" \t"), inside.size());
      section = lower(inside.substr(0, blank));
      std::string name(trimmed(inside.substr(blank)));
      std::erase(name, '"');
      if (!name.empty()) section += "." + name;
    } else if (const size_t equals = line.find('='); equals != std::string_view::npos) {
      std::string value(trimmed(line.substr(equals + 1)));
      std::erase(value, '"');
      values[section + "." + lower(trimmed(line.substr(0, equals)))] = std::move(value);
    }
  }
  return values;
}

/// Where a project has its files, relative to the folder of its configuration.
class SqitchProject {
 public:
  explicit SqitchProject(const SourceFolder& source) {
    if (source.has_file(std::string(kConfiguration))) {
      values_ = parse_configuration(source.text(std::string(kConfiguration)));
    }
    section_ = section_for(source.engine());
    top_ = value("top_dir", ".");
    reworked_ = value("reworked_dir", top_);
  }

  std::string plan() const { return joined_path(value("plan_file", under(top_, kPlan))); }

  /// The script of `change` in "deploy", "revert" or "verify".
  std::string script(const SqitchChange& change, const std::string& kind,
                     const std::string& tag) const {
    const std::string plain = value(kind + "_dir", under(top_, kind));
    const std::string folder =
        tag.empty() ? plain : value("reworked_" + kind + "_dir", under(reworked_, kind));
    const std::string at = tag.empty() ? "" : "@" + tag;
    return joined_path(under(folder, change.name + at + "." + value("extension", "sql")));
  }

 private:
  /// The section of the engine that is wanted, or else of the one that the project has.
  std::string section_for(const std::string& engine) const {
    for (const auto& [key, value] : values_) {
      if (engine.empty() || !key.starts_with("engine.")) continue;
      const std::string word = key.substr(7, key.rfind('.') - 7);
      if (engine_of_word(word, engine)) return "engine." + word;
    }
    const auto core = values_.find("core.engine");
    return core == values_.end() ? "" : "engine." + core->second;
  }

  std::string value(const std::string& key, const std::string& otherwise) const {
    for (const std::string& section : {section_, std::string("core")}) {
      const auto found = values_.find(section + "." + key);
      if (found != values_.end() && !found->second.empty()) return found->second;
    }
    return otherwise;
  }

  static std::string under(const std::string& folder, std::string_view name) {
    return (fs::path(folder) / name).generic_string();
  }

  static std::string joined_path(const std::string& path) {
    return fs::path(path).lexically_normal().generic_string();
  }

  std::map<std::string, std::string> values_;
  std::string section_;  ///< "engine.pg"
  std::string top_;
  std::string reworked_;
};

/// True for a script that is one transaction from its first statement to its last, which psql would
/// run statement by statement otherwise.
bool is_one_transaction(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string_view line : lines_of(text)) {
    const std::string_view code = trimmed(line.substr(0, line.find("--")));
    if (!code.empty() && code.front() != '\\') lines.push_back(lower(code));
  }
  const auto is_end = [](const std::string& line) { return line == "commit;" || line == "end;"; };
  return lines.size() > 1 && (lines.front() == "begin;" || lines.front() == "start transaction;") &&
         is_end(lines.back()) && std::count(lines.begin(), lines.end(), "commit;") <= 1 &&
         std::count(lines.begin(), lines.end(), "begin;") <= 1;
}

class Reader {
 public:
  explicit Reader(const SourceFolder& source)
      : source_(source),
        project_(source),
        plan_(source.shown(project_.plan())),
        changes_(parse_sqitch_plan(source.text(project_.plan()), plan_)) {}

  std::vector<Revision> read() const {
    std::vector<Revision> revisions;
    std::vector<std::string> ids;
    for (const SqitchChange& change : changes_) {
      const std::string tag = rework_tag(change);
      ids.push_back(tag.empty() ? change.name : change.name + "@" + tag);
      revisions.push_back(revision_of(change, tag));
      revisions.back().id = ids.back();
      revisions.back().depends_on = required(ids.size() - 1, ids);
    }
    return revisions;
  }

 private:
  /// The tag that the scripts of a reworked change are called by.
  std::string rework_tag(const SqitchChange& change) const {
    for (const std::string& tag : change.rework_tags) {
      if (source_.has_file(project_.script(change, "deploy", tag))) return tag;
    }
    return change.rework_tags.empty() ? std::string() : change.rework_tags.front();
  }

  Revision revision_of(const SqitchChange& change, const std::string& tag) const {
    const std::string deploy = project_.script(change, "deploy", tag);
    if (!source_.has_file(deploy)) {
      throw usage_error(Place{plan_, change.line}, fmt::format("change '{}' has no script '{}'",
                                                               change.name, source_.shown(deploy)));
    }
    FilePair pair;
    pair.message = change.note;
    pair.up = deploy;
    if (const auto revert = project_.script(change, "revert", tag); source_.has_file(revert)) {
      pair.down = revert;
    }
    Revision revision = paired_revision(source_, pair);
    for (std::vector<Script>* scripts : {&revision.up, &revision.down}) {
      for (Script& script : *scripts) script.transactional = is_one_transaction(script.text);
    }
    if (const auto verify = project_.script(change, "verify", tag); source_.has_file(verify)) {
      revision.verify.push_back(whole_file(source_, verify));
    }
    return revision;
  }

  /// The ids of what the change at `position` requires; throws for what sqitch would not deploy.
  std::vector<std::string> required(size_t position, const std::vector<std::string>& ids) const {
    std::vector<std::string> required;
    const SqitchChange& change = changes_[position];
    for (const SqitchDependency& dependency : change.dependencies) {
      if (dependency.is_external) continue;
      const auto found = find_required(changes_, position, dependency);
      if (found.has_value() != dependency.conflicts) {
        if (found) required.push_back(ids[*found]);
        continue;
      }
      throw usage_error(
          Place{plan_, change.line},
          dependency.conflicts
              ? fmt::format("change '{}' conflicts with '{}', which is deployed before it",
                            change.name, dependency.whole.substr(1))
              : fmt::format("change '{}' requires '{}', which the plan does not have before it",
                            change.name, dependency.whole));
    }
    return required;
  }

  const SourceFolder& source_;
  SqitchProject project_;
  std::string plan_;
  std::vector<SqitchChange> changes_;
};

class SqitchLayout final : public Layout {
 public:
  std::string_view name() const override { return "sqitch"; }

  bool detect(const FolderContents& folder) const override {
    return folder.has_file(kPlan) || folder.has_file(kConfiguration);
  }

  std::vector<Revision> read(const SourceFolder& source) const override {
    return in_line(Reader(source).read());
  }

  fs::path write(const fs::path&, const NewRevision& revision) const override {
    throw usage_error("a change of sqitch is a line of its plan and three scripts",
                      fmt::format("write it with 'sqitch add {}'", slug(revision.message)));
  }

  std::vector<std::string> version_tables() const override { return {"sqitch.*"}; }
};

}  // namespace

const Layout& sqitch_layout() {
  static const SqitchLayout layout;
  return layout;
}

}  // namespace provision
