// Files: reading what users wrote, writing so that a reader never sees half, temporary folders.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace provision {

/// The text of the regular file `path`: UTF-8, no NUL, a leading byte-order mark removed. Throws
/// usage Error (with the file, and the line of a bad byte) for anything else or for more than
/// `limit` bytes; unavailable when it cannot be read.
std::string read_text(const std::filesystem::path& path, std::int64_t limit = 64LL << 20);

/// Like `read_text` without any check of the content.
std::string read_bytes(const std::filesystem::path& path, std::int64_t limit = 1LL << 30);

/// Replaces `path` by `text`: a new file beside it, synced, then renamed. Parents must exist.
void write_file(const std::filesystem::path& path, std::string_view text, bool is_private = false);

/// Creates `path` with `text`; throws usage Error if something is there already.
void create_file(const std::filesystem::path& path, std::string_view text);

/// Makes `path` and its parents; a folder that is made is private (0700) if `is_private`.
void make_folder(const std::filesystem::path& path, bool is_private = false);

/// fsync of a file or folder; throws unavailable Error.
void sync_path(const std::filesystem::path& path);

/// `path` relative to `base` when it lies below it, else as it is; for messages.
std::string shown_path(const std::filesystem::path& path, const std::filesystem::path& base);

/// True when `path`, once resolved, lies in `folder` or below.
bool is_within(const std::filesystem::path& path, const std::filesystem::path& folder);

/// A private folder that is removed with this object.
class TemporaryFolder {
 public:
  /// Made in `parent`, or in the system's temporary folder.
  explicit TemporaryFolder(const std::filesystem::path& parent = {});
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A lock on a file of its own (flock; created 0600, never deleted, closed on exec), released with
/// this object or by the death of the process. The holder writes into it who it is.
class FileLock {
 public:
  enum class Mode { exclusive, shared };

  explicit FileLock(const std::filesystem::path& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  /// True if the lock is ours now.
  bool try_lock(Mode mode = Mode::exclusive);
  /// Waits for as long as it takes.
  void lock(Mode mode = Mode::exclusive);
  /// Replaces the text that `holder` reads; the lock must be held exclusively.
  void write_holder(std::string_view text);
  /// What the last holder wrote.
  std::string holder() const;
  int descriptor() const { return descriptor_; }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace provision
