#include "provision/project/foreign_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDigits = "0123456789";

struct Language {
  std::string_view suffix;
  std::string_view name;
};
constexpr std::array kLanguages = {
    Language{".go", "Go"},          Language{".py", "Python"},
    Language{".js", "JavaScript"},  Language{".cjs", "JavaScript"},
    Language{".mjs", "JavaScript"}, Language{".ts", "TypeScript"},
    Language{".rb", "Ruby"},        Language{".java", "Java"},
    Language{".kt", "Kotlin"},      Language{".groovy", "Groovy"},
    Language{".scala", "Scala"},    Language{".rs", "Rust"},
    Language{".php", "PHP"},        Language{".cs", "C#"},
    Language{".exs", "Elixir"},     Language{".sh", "a shell script"}};

}  // namespace

std::optional<NumberedName> numbered_name(std::string_view file) {
  const size_t end = file.find_first_not_of(kDigits);
  if (end == 0 || end == std::string_view::npos || file[end] != '_') return std::nullopt;
  return NumberedName{std::string(file.substr(0, end)), std::string(file.substr(end + 1))};
}

std::string plain_number(std::string_view digits) {
  const size_t first = digits.find_first_not_of('0');
  if (first == std::string_view::npos) return digits.empty() ? "" : "0";
  return std::string(digits.substr(first));
}

bool number_less(std::string_view left, std::string_view right) {
  left.remove_prefix(std::min(left.find_first_not_of('0'), left.size()));
  right.remove_prefix(std::min(right.find_first_not_of('0'), right.size()));
  return left.size() != right.size() ? left.size() < right.size() : left < right;
}

bool natural_less(std::string_view left, std::string_view right) {
  const std::string_view whole_left = left;
  const std::string_view whole_right = right;
  while (!left.empty() && !right.empty()) {
    const std::string_view a = left.substr(0, left.find_first_not_of(kDigits));
    const std::string_view b = right.substr(0, right.find_first_not_of(kDigits));
    if (a.empty() || b.empty()) {
      if (left.front() != right.front()) return left.front() < right.front();
      left.remove_prefix(1);
      right.remove_prefix(1);
      continue;
    }
    if (number_less(a, b) || number_less(b, a)) return number_less(a, b);
    left.remove_prefix(a.size());
    right.remove_prefix(b.size());
  }
  return left.empty() != right.empty() ? left.empty() : whole_left < whole_right;
}

std::string_view code_language(std::string_view file) {
  const auto found =
      std::find_if(kLanguages.begin(), kLanguages.end(),
                   [&](const Language& language) { return file.ends_with(language.suffix); });
  return found == kLanguages.end() ? std::string_view() : found->name;
}

std::string skipped_for(std::string_view language) {
  return fmt::format("it is code ({}), which only its own tool can run", language);
}

std::string spoken(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

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

std::string file_stem(const NewRevision& revision) {
  const std::string words = slug(revision.message);
  return revision.id + (words.empty() ? "" : "_") + words;
}

Script whole_file(const SourceFolder& source, const std::string& name) {
  return {.engine = {}, .text = source.text(name), .line = 1, .file = source.shown(name)};
}

Revision skipped_revision(const SourceFolder& source, const FilePair& pair) {
  Revision revision;
  revision.id = pair.id;
  revision.message = pair.message;
  revision.place = {source.shown(pair.up), 0};
  revision.skipped = pair.skipped;
  return revision;
}

Revision paired_revision(const SourceFolder& source, const FilePair& pair) {
  if (!pair.skipped.empty()) return skipped_revision(source, pair);
  Revision revision;
  revision.id = pair.id;
  revision.message = pair.message;
  revision.place = {source.shown(pair.up.empty() ? pair.down : pair.up), 0};
  revision.up.push_back(pair.up.empty() ? Script() : whole_file(source, pair.up));
  revision.text = revision.up[0].text;
  if (pair.down.empty()) return revision;
  revision.down.push_back(whole_file(source, pair.down));
  revision.text += "\n-- down:\n" + revision.down[0].text;
  return revision;
}

void leave_out_other_engines(std::vector<Revision>& revisions, const std::string& engine) {
  if (engine.empty()) return;
  std::erase_if(revisions, [&](const Revision& revision) {
    return !revision.skipped && revision.script(Direction::up, engine) == nullptr;
  });
}

std::vector<Revision> in_line(std::vector<Revision> revisions) {
  std::map<std::string_view, const Revision*> seen;
  for (size_t i = 0; i < revisions.size(); ++i) {
    Revision& revision = revisions[i];
    const auto [other, is_new] = seen.emplace(revision.id, &revision);
    if (!is_new) {
      throw usage_error(
          revision.place,
          fmt::format("version '{}' is in '{}', too", revision.id, other->second->place.file),
          "each version may be there once");
    }
    if (i > 0) revision.parents = {revisions[i - 1].id};
  }
  return revisions;
}

void check_follows(const Layout& layout, const std::vector<Revision>& existing,
                   const NewRevision& revision, bool numbered) {
  const std::string last = existing.empty() ? std::string() : existing.back().id;
  const std::vector<std::string> expected =
      last.empty() ? std::vector<std::string>() : std::vector<std::string>{last};
  if (!revision.labels.empty() || !revision.depends_on.empty() || revision.parents != expected) {
    throw usage_error(
        fmt::format("layout '{}' has no place for branches, labels or dependencies", layout.name()),
        fmt::format("its revisions are a line that goes on at '{}'", last.empty() ? "base" : last));
  }
  if (!numbered) return;
  if (revision.id.empty() || revision.id.find_first_not_of(kDigits) != std::string::npos) {
    throw usage_error(fmt::format("layout '{}' numbers its revisions and '{}' is no number",
                                  layout.name(), revision.id));
  }
  if (!last.empty() && !number_less(last, revision.id)) {
    throw usage_error(fmt::format("revision '{}' would come before '{}', which is there already",
                                  revision.id, last));
  }
}

std::string text_or_remark(const std::string& text, std::string_view remark) {
  if (text.empty()) return std::string(remark);
  return text.ends_with('\n') ? text : text + '\n';
}

fs::path write_pair(const fs::path& folder, const std::string& up, const std::string& down,
                    const NewRevision& revision) {
  make_folder((folder / up).parent_path());
  make_folder((folder / down).parent_path());
  create_file(folder / up, text_or_remark(revision.up, kUpRemark));
  create_file(folder / down, text_or_remark(revision.down, kDownRemark));
  return folder / up;
}

}  // namespace provision
