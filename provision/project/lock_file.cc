#include "provision/project/lock_file.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"

namespace provision {
namespace {

constexpr std::string_view kHeading =
    "# provision.lock 1: revision, parents, checksum, and the schema after it by engine.\n"
    "# Written by `provision verify`; commit it.\n";

std::string joined_or_base(const std::vector<std::string>& parents) {
  return parents.empty() ? "base" : joined(parents, ",");
}

LockedRevision read_line(const std::vector<std::string>& words, const Place& place) {
  if (words.size() < 3) {
    throw usage_error(place, "a line of the lock file has a revision, its parents and a checksum",
                      "take the file of the other branch and run `provision verify --lock`");
  }
  LockedRevision locked;
  if (words[1] != "base") locked.parents = split_list(words[1]);
  locked.checksum = words[2];
  for (size_t i = 3; i < words.size(); ++i) {
    const size_t equals = words[i].find('=');
    if (equals == std::string::npos) {
      throw usage_error(place, fmt::format("'{}' is no ENGINE=FINGERPRINT", words[i]),
                        "take the file of the other branch and run `provision verify --lock`");
    }
    locked.proofs[words[i].substr(0, equals)] = words[i].substr(equals + 1);
  }
  return locked;
}

}  // namespace

std::filesystem::path lock_file_path(const std::filesystem::path& migrations) {
  return migrations / "provision.lock";
}

LockFile read_lock_file(const std::filesystem::path& path, const std::string& shown) {
  LockFile locked;
  if (!std::filesystem::exists(path)) return locked;
  const std::string text = read_text(path);
  int number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    const std::vector<std::string> words = split_list(line, ' ');
    if (words.empty() || words[0].starts_with('#')) continue;
    const Place place{shown, number};
    if (!locked.emplace(words[0], read_line(words, place)).second) {
      throw usage_error(place, fmt::format("revision '{}' is locked twice", words[0]),
                        "two branches were merged: leave one of the lines");
    }
  }
  return locked;
}

std::string lock_file_text(const LockFile& locked, const RevisionGraph& graph) {
  std::string text(kHeading);
  for (const Revision& revision : graph.revisions()) {
    const auto found = locked.find(revision.id);
    if (found == locked.end()) continue;
    const LockedRevision& line = found->second;
    text += fmt::format("{} {} {}", revision.id, joined_or_base(line.parents), line.checksum);
    for (const auto& [engine, fingerprint] : line.proofs) {
      text += fmt::format(" {}={}", engine, fingerprint);
    }
    text += '\n';
  }
  return text;
}

}  // namespace provision
