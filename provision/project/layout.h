// A layout: how a folder's files become revisions, and how a new revision becomes a file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "provision/model/revision_graph.h"

namespace provision {

/// What a new revision's file says.
struct NewRevision {
  std::string id;
  std::vector<std::string> parents;
  std::vector<std::string> depends_on;
  std::vector<std::string> labels;
  std::string message;
  std::string up;  ///< empty: a place for the author to write
  std::string down;
};

class Layout {
 public:
  virtual ~Layout() = default;

  virtual std::string_view name() const = 0;
  /// True if the files of `folder` look like this layout's.
  virtual bool detect(const std::filesystem::path& folder) const = 0;
  /// All revisions of `folder`. Places are relative to `project`. Throws usage Error with
  /// `file:line` for anything that is not understood.
  virtual std::vector<Revision> read(const std::filesystem::path& folder,
                                     const std::filesystem::path& project) const = 0;
  /// Writes a new file and returns its path. Throws usage Error if the layout has no place for
  /// something that is asked.
  virtual std::filesystem::path write(const std::filesystem::path& folder,
                                      const NewRevision& revision) const = 0;
};

std::vector<std::string> layout_names();

/// The layout called `name`, or the one that `folder` is in when `name` is empty (an empty folder
/// is in our own). Throws usage Error.
const Layout& layout(std::string_view name, const std::filesystem::path& folder);

/// The graph of `folder`; a folder that does not exist is a usage Error.
RevisionGraph read_revisions(const std::filesystem::path& folder, std::string_view layout_name,
                             const std::filesystem::path& project);

}  // namespace provision
