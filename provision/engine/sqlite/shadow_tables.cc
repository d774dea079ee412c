#include "provision/engine/sqlite/shadow_tables.h"

#include <array>

namespace provision::sqlite {
namespace {

struct Shadow {
  std::string_view module;
  std::string_view suffix;
};

// https://www.sqlite.org/vtab.html#the_xshadowname_method; as the modules' own sources have them.
constexpr std::array kShadows = {
    Shadow{"fts3", "_content"},    Shadow{"fts3", "_segments"},   Shadow{"fts3", "_segdir"},
    Shadow{"fts3", "_docsize"},    Shadow{"fts3", "_stat"},       Shadow{"fts4", "_content"},
    Shadow{"fts4", "_segments"},   Shadow{"fts4", "_segdir"},     Shadow{"fts4", "_docsize"},
    Shadow{"fts4", "_stat"},       Shadow{"fts5", "_data"},       Shadow{"fts5", "_idx"},
    Shadow{"fts5", "_content"},    Shadow{"fts5", "_docsize"},    Shadow{"fts5", "_config"},
    Shadow{"rtree", "_node"},      Shadow{"rtree", "_rowid"},     Shadow{"rtree", "_parent"},
    Shadow{"rtree_i32", "_node"},  Shadow{"rtree_i32", "_rowid"}, Shadow{"rtree_i32", "_parent"},
    Shadow{"geopoly", "_node"},    Shadow{"geopoly", "_rowid"},   Shadow{"geopoly", "_parent"},
    Shadow{"spellfix1", "_vocab"},
};

}  // namespace

std::vector<std::string> shadow_tables(const std::string& name, std::string_view module) {
  std::vector<std::string> tables;
  for (const Shadow& shadow : kShadows) {
    if (shadow.module == module) tables.push_back(name + std::string(shadow.suffix));
  }
  return tables;
}

}  // namespace provision::sqlite
