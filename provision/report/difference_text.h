// Differences and findings in plain words, for every format that is not drawn.
#pragma once

#include <string>
#include <vector>

#include "provision/model/report.h"

namespace provision {

/// One line of a difference, safe for a terminal and without its end.
struct DifferenceLine {
  char sign;  ///< '-' expected and not there, '+' there and not expected, '~' changed, ' ' neither
  bool is_value = false;  ///< of what the line above names
  std::string text;
};

/// `difference` in full: the object and how severe that is, then what both sides have.
std::vector<DifferenceLine> lines_of(const Difference& difference);
/// What both sides have, or what changed in it.
std::vector<DifferenceLine> value_lines(const Difference& difference);

/// "0002", behind its database if that is said: one line, good for a terminal.
std::string subject_text(const Finding& finding);

/// "residue  0002: the downgrade ..." with place, differences and detail below it, the lines
/// indented so that none begins with foreign text. At most `most` differences, the rest counted;
/// notes only if `with_notes`.
std::string plain_text(const Finding& finding, size_t most, bool with_notes = false);

/// `detail` made printable, its lines behind "  | ".
std::string quoted_detail(const std::string& detail);

/// `text` made printable on one line, so that no CI system reads a command in it ("##[error]").
std::string one_line(std::string_view text);

/// The kind of the object that `difference` names: "column" of "column users.email"; "rows" of
/// data.
std::string kind_of(const Difference& difference);
/// The same of an object's name alone.
std::string kind_of(std::string_view object);

}  // namespace provision
