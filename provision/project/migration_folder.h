// A folder that may hold migrations: what lies in it, which tool's marks its files have, their
// text.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace provision {

/// The files and folders in one folder, hidden ones left out; nothing where there is no folder.
class FolderContents {
 public:
  explicit FolderContents(std::filesystem::path folder);

  const std::filesystem::path& path() const { return path_; }
  /// Names, sorted.
  const std::vector<std::string>& files() const& { return files_; }
  const std::vector<std::string>& folders() const& { return folders_; }
  // What a temporary has outlives it, as in `for (name : FolderContents(path).files())`.
  std::vector<std::string> files() && { return std::move(files_); }
  std::vector<std::string> folders() && { return std::move(folders_); }
  bool has_file(std::string_view name) const;

  /// The layout whose marks ("-- +goose Up") are in the file `name`; empty for none, "other" for
  /// those of a tool that is not known here.
  std::string_view mark(const std::string& name) const;
  /// True if a file has the marks of `layout`.
  bool has_mark(std::string_view layout) const;

 private:
  std::filesystem::path path_;
  std::vector<std::string> files_;
  std::vector<std::string> folders_;
  mutable std::map<std::string, std::string_view> marks_;  ///< of the files that were asked for
};

/// The files in `folder` and below it, hidden ones left out, as paths relative to it, sorted.
std::vector<std::string> files_below(const std::filesystem::path& folder);

/// A folder whose files are read, and what they are called in messages.
class SourceFolder {
 public:
  /// `engine` is the one whose files are wanted; empty: those of all.
  SourceFolder(std::filesystem::path folder, const std::filesystem::path& project,
               std::string engine = {});

  const std::filesystem::path& path() const { return path_; }
  /// What messages name files relative to.
  const std::filesystem::path& project() const { return project_; }
  const std::string& engine() const { return engine_; }
  /// The file `name` as messages call it.
  std::string shown(std::string_view name) const { return prefix_ + std::string(name); }
  /// The text of the file `name`, with unix line ends. Throws usage Error with `file:line`.
  std::string text(const std::string& name) const;
  bool has_file(const std::string& name) const;

 private:
  std::filesystem::path path_;
  std::filesystem::path project_;
  std::string engine_;
  std::string prefix_;
};

}  // namespace provision
