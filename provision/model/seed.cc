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

}  // namespace provision
