// A revision: one step of a schema's history, as its file tells it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/base/error.h"

namespace provision {

/// A piece of SQL in a file, for one engine or for all.
struct Script {
  std::string engine;  ///< empty: any engine without a text of its own
  std::string text;
  int line = 1;  ///< the line of the file that the text begins at
  /// Its file, where a revision has several; empty: the revision's.
  std::string file = {};
  /// False where only this direction runs outside a transaction.
  bool transactional = true;
  /// True where the author's tool leaves the transaction out by itself if a statement needs that.
  bool autocommit_if_needed = false;
};

enum class Direction { up, down };

/// What the scripts of a revision are written in, and so what runs them: our own session, or the
/// project's Alembic.
enum class ScriptLanguage { sql, python };

struct Revision {
  std::string id;
  std::vector<std::string> parents;  ///< empty for a base; several for a merge
  std::vector<std::string> depends_on;
  std::vector<std::string> labels;
  std::string message;
  Place place;                                    ///< its file
  ScriptLanguage language = ScriptLanguage::sql;  ///< of its scripts
  bool transactional = true;                      ///< false: `transaction: off`
  std::optional<std::string> irreversible;        ///< why there is no way down
  std::vector<std::string> lossy;                 ///< "users.nickname: why"
  std::vector<Script> up;
  std::vector<Script> down;
  std::vector<Script> verify = {};          ///< an author's own check, run after the up (sqitch)
  std::optional<std::string> skipped = {};  ///< why it cannot be run here: code in another language
  std::string text;                         ///< the whole file, with unix line ends

  /// The text for `engine`: its own, else the common one; nullptr where there is none.
  const Script* script(Direction direction, std::string_view engine) const;
  /// What an edit changes: the file's text without trailing blanks and final empty lines.
  std::string canonical_text() const;
  /// "20260101 add email".
  std::string title() const;
};

/// SHA-256 of `canonical_text`, prefixed by the version of the rule: "v1:...".
std::string checksum(const Revision& revision);

}  // namespace provision
