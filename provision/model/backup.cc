#include "provision/model/backup.h"

#include <algorithm>

namespace provision {

std::int64_t BackedUpDatabase::rows() const {
  std::int64_t rows = 0;
  for (const BackedUpTable& table : tables) rows += table.rows;
  return rows;
}

std::int64_t BackupManifest::size() const {
  std::int64_t size = 0;
  for (const BackedUpDatabase& database : databases) {
    for (const BackedUpFile& file : database.files) size += file.size;
  }
  return size;
}

const BackedUpDatabase* BackupManifest::find(std::string_view database) const {
  const auto found =
      std::find_if(databases.begin(), databases.end(),
                   [&](const BackedUpDatabase& one) { return one.name == database; });
  return found == databases.end() ? nullptr : &*found;
}

}  // namespace provision
