// The generated tables of one seed set, made for one database.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "provision/engine/database.h"
#include "provision/model/seed.h"
#include "provision/ops/generate/made_table.h"

namespace provision {

/// References between generated tables point to rows that are made, so that they are the same in
/// every database; those to other tables of the set to its rows; those to the rest to what rows
/// the database has when it is asked.
class MadeSeeds {
 public:
  /// Both must outlive it.
  MadeSeeds(Database& database, const SeedSet& set);
  ~MadeSeeds();
  MadeSeeds(const MadeSeeds&) = delete;
  MadeSeeds& operator=(const MadeSeeds&) = delete;

  /// `seed`, an entry of the set, with columns, key and rows; as it is if it lists its rows. Holds
  /// as long as this object. Throws usage Error at the generator that the table does not go with.
  const SeedTable& resolved(const SeedTable& seed);

 private:
  struct Made;
  class ParentLink;

  Made& made(const SeedTable& seed);
  std::shared_ptr<const ParentRows> parents(const ReferenceRule& reference, Made& made,
                                            const SeedTable& seed);
  const SeedTable* entry_for(const ReferenceRule& reference) const;

  Database& database_;
  const SeedSet& set_;
  std::map<const SeedTable*, std::unique_ptr<Made>> made_;
};

}  // namespace provision
