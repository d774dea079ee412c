// The layouts of other tools: a file each.
#pragma once

#include <memory>

#include "provision/project/layout.h"

namespace provision {

const Layout& alembic_layout();
/// The project whose configuration `choice` names in `folder`: Alembic's, or Flask-Migrate's.
/// Throws usage Error where there is none.
std::shared_ptr<const Layout> alembic_layout(const std::filesystem::path& folder,
                                             const AlembicChoice& choice);
const Layout& dbmate_layout();
const Layout& diesel_layout();
const Layout& flask_migrate_layout();
const Layout& flyway_layout();
const Layout& golang_migrate_layout();
const Layout& goose_layout();
const Layout& sql_migrate_layout();
const Layout& sqitch_layout();
const Layout& sqlx_layout();

/// Any other rule, said by two patterns of file names. Throws usage Error for a pattern that is
/// not understood.
std::shared_ptr<const Layout> pattern_layout(const LayoutChoice& choice);

/// True if `folder` has migrations in pairs or in single files, and things around it tell that they
/// are those of sqlx rather than of golang-migrate.
bool looks_like_sqlx(const FolderContents& folder);

/// "1_a.up.sql" and "1_a.down.sql".
struct PairName {
  std::string digits;
  std::string message;
  bool is_up = true;
  std::string suffix;  ///< "sql"
};
std::optional<PairName> pair_name(std::string_view file);

}  // namespace provision
