#include "provision/project/migration_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/project/source.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOther = "other";

/// The beginning of a file, as far as marks are looked for in it.
std::string head_of(const fs::path& file) {
  constexpr size_t kEnough = 65536;
  std::error_code missing;
  const auto size = static_cast<size_t>(fs::file_size(file, missing));
  std::string head(missing ? 0 : std::min(kEnough, size), '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<size_t>(stream.gcount()));
  if (head.starts_with("\xEF\xBB\xBF")) head.erase(0, 3);  // a byte-order mark
  return head;
}

/// What begins the text of a comment line of each tool's files.
struct CommentMark {
  std::string_view begin;
  std::string_view layout;
};
constexpr std::array kCommentMarks = {
    CommentMark{"+goose", "goose"},
    CommentMark{"+migrate ", "sql-migrate"},
    CommentMark{"migrate:up", "dbmate"},
    CommentMark{"migrate:down", "dbmate"},
    CommentMark{"revision:", "provision"},
    CommentMark{"provision:", "provision"},
    CommentMark{"liquibase formatted", kOther},
};

/// True for "-- Down Migration" and "-- @UNDO": what follows would undo what stands above it.
bool begins_a_way_down(std::string_view comment) {
  constexpr std::array<std::string_view, 9> kWords = {
      "down",         "undo",         "rollback",
      "rambler down", "micrate down", "down migration",
      "migrate down", "down script",  "create above / drop below"};
  constexpr std::string_view kDecoration = " \t-+@/=#:*";
  const size_t first = comment.find_first_not_of(kDecoration);
  if (first == std::string_view::npos) return false;
  const size_t last = comment.find_last_not_of(kDecoration);
  const std::string words = lower(comment.substr(first, last + 1 - first));
  return std::find(kWords.begin(), kWords.end(), words) != kWords.end();
}

std::string_view mark_in_sql(std::string_view head) {
  std::string_view other;
  bool is_below_a_way_down = false;
  for (std::string_view line : lines_of(head)) {
    line = trimmed(line);
    if (!line.starts_with("--")) {
      if (is_below_a_way_down && !line.empty()) other = kOther;
      continue;
    }
    line = trimmed(line.substr(2));
    for (const CommentMark& mark : kCommentMarks) {
      if (line.starts_with(mark.begin)) return mark.layout;
    }
    if (begins_a_way_down(line)) is_below_a_way_down = true;
  }
  return other;
}

std::string_view mark_of(const fs::path& file) {
  if (file.extension() == ".sql") return mark_in_sql(head_of(file));
  const bool goose = file.extension() == ".go" && !file.native().ends_with("_test.go") &&
                     head_of(file).find("pressly/goose") != std::string::npos;
  return goose ? "goose" : "";
}

}  // namespace

FolderContents::FolderContents(fs::path folder) : path_(std::move(folder)) {
  std::error_code missing;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_, missing)) {
    std::string name = entry.path().filename().string();
    if (name.starts_with('.')) continue;
    std::error_code dangling;
    if (entry.is_directory(dangling)) {
      folders_.push_back(std::move(name));
    } else if (entry.is_regular_file(dangling)) {
      files_.push_back(std::move(name));
    }
  }
  if (missing && missing != std::errc::no_such_file_or_directory &&
      missing != std::errc::not_a_directory) {
    throw unavailable(
        fmt::format("cannot read folder '{}': {}", path_.string(), missing.message()));
  }
  std::sort(files_.begin(), files_.end());
  std::sort(folders_.begin(), folders_.end());
}

bool FolderContents::has_file(std::string_view name) const {
  return std::binary_search(files_.begin(), files_.end(), name);
}

std::string_view FolderContents::mark(const std::string& name) const {
  const auto known = marks_.find(name);
  if (known != marks_.end()) return known->second;
  return marks_.emplace(name, mark_of(path_ / name)).first->second;
}

bool FolderContents::has_mark(std::string_view layout) const {
  return std::any_of(files_.begin(), files_.end(),
                     [&](const std::string& name) { return mark(name) == layout; });
}

std::vector<std::string> files_below(const fs::path& folder) {
  constexpr int kDeepest = 16;
  std::vector<std::string> files;
  std::error_code error;
  auto entry = fs::recursive_directory_iterator(folder, error);
  for (; entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code dangling;
    if (name.starts_with('.') || entry.depth() >= kDeepest) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file(dangling)) {
      files.push_back(entry->path().lexically_relative(folder).generic_string());
    }
  }
  if (error) {
    throw unavailable(fmt::format("cannot read folder '{}': {}", folder.string(), error.message()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

SourceFolder::SourceFolder(fs::path folder, const fs::path& project, std::string engine)
    : path_(std::move(folder)),
      project_(project),
      engine_(std::move(engine)),
      prefix_(shown_path(path_, project)) {
  prefix_ = prefix_ == "." ? "" : prefix_ + "/";
}

std::string SourceFolder::text(const std::string& name) const {
  return with_unix_lines(read_source(path_ / name, shown(name)));
}

bool SourceFolder::has_file(const std::string& name) const {
  std::error_code missing;
  return fs::is_regular_file(path_ / name, missing);
}

}  // namespace provision
