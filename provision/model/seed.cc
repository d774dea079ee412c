#include "provision/model/seed.h"

namespace provision {

std::string_view name_of(SeedMode mode) {
  switch (mode) {
    case SeedMode::upsert:
      return "upsert";
    case SeedMode::insert:
      return "insert";
    case SeedMode::sync:
      return "sync";
  }
  return "upsert";
}

std::int64_t SeedTable::row_count() const {
  return made ? made->count() : static_cast<std::int64_t>(rows.size());
}

const SeedRow& SeedTable::row(std::int64_t number, SeedRow& space) const {
  if (!made) return rows[static_cast<size_t>(number)];
  made->make(number, space);
  return space;
}

Error SeedTable::placed(const Error& failure, std::optional<std::int64_t> number) const {
  if (made) return made->explained(failure, number);
  if (!number || *number < 0 || *number >= row_count()) return failure.at(place);
  return failure.at({file, rows[static_cast<size_t>(*number)].line});
}

}  // namespace provision
