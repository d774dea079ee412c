// The words by which the files and folders of other tools say which engine they are for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace provision {

struct EngineWord {
  bool is_known = false;  ///< the word does name an engine, or all of them
  bool is_ours = false;   ///< false for an engine that is not known here: "mysql"
  std::string engine;     ///< "sqlite", "postgresql"; empty for "all"
};

/// What `word` ("postgres", "sqlite3", "mysql", "all") says, whatever its case.
EngineWord engine_word(std::string_view word);

/// The engine that a file with this word is for where it is wanted by `engine` (empty: all of
/// them): nothing if it is not for it.
std::optional<std::string> engine_of_word(std::string_view word, std::string_view engine);

}  // namespace provision
