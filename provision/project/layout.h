// A layout: how a folder's files become revisions, and how a new revision becomes a file.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "provision/model/environment.h"
#include "provision/model/revision_graph.h"
#include "provision/project/migration_folder.h"

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
  virtual bool detect(const FolderContents& folder) const = 0;
  /// All revisions of `source`, those for other engines than its own left out. Throws usage Error
  /// with `file:line` for anything that is not understood.
  virtual std::vector<Revision> read(const SourceFolder& source) const = 0;
  /// Writes a new file and returns its path. Throws usage Error if the layout has no place for
  /// something that is asked.
  virtual std::filesystem::path write(const std::filesystem::path& folder,
                                      const NewRevision& revision) const = 0;
  /// Where the layout's own tool keeps what it has applied: tables, or (sqitch) a whole schema.
  /// None of it is part of what the revisions make.
  virtual std::vector<std::string> version_tables() const { return {}; }
  /// SQL that makes them, empty; none where there are no tables.
  virtual std::string version_table_sql() const { return {}; }
  /// The one table that the project at `folder` keeps instead, where its files say so.
  virtual VersionTableName version_table(const std::filesystem::path& folder,
                                         const std::filesystem::path& project) const;
  virtual IdRule id_rule() const { return IdRule::foreign; }
  /// True if a folder in which nothing has a way down is how people use it, not what they forgot.
  virtual bool may_be_one_way() const { return false; }
};

std::vector<std::string> layout_names();

/// What was said of the layout of a folder.
struct LayoutChoice {
  std::string name = {};        ///< empty: detected
  std::string up_pattern = {};  ///< of layout `pattern`, and so is the next one
  std::string down_pattern = {};
  std::string engine = {};  ///< whose files are wanted; empty: those of all
  AlembicChoice alembic = {};
  std::string version_table = {};  ///< "schema.name" or "name"; empty: as the files say
};

LayoutChoice layout_choice(const DatabaseSpec& spec);

/// A layout and the folder whose files are in it.
struct FoundMigrations {
  std::shared_ptr<const Layout> layout;
  std::filesystem::path folder;
};

/// The migrations of `folder`: its own, or those of the folder below it where they usually are (an
/// empty folder is in our own layout). Throws usage Error where there are none or several.
FoundMigrations find_migrations(const std::filesystem::path& folder, const LayoutChoice& choice);

/// The graph of `folder`; a folder that does not exist is a usage Error.
RevisionGraph read_revisions(const std::filesystem::path& folder, const LayoutChoice& choice,
                             const std::filesystem::path& project);

/// The tables in which the tool of `layout` keeps its record of `graph`: "name" or "schema.name".
std::vector<std::string> version_tables_of(const Layout& layout, const RevisionGraph& graph);

/// `version_table_sql` where a revision of `graph` speaks of such a table, which its own tool makes
/// before the first one; nothing where none does.
std::string needed_version_tables(const Layout& layout, const RevisionGraph& graph);

}  // namespace provision
