// What the layouts of other tools share: numbered file names, files in pairs, revisions in a line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/project/layout.h"

namespace provision {

/// "0012" and "add_email.up.sql" of "0012_add_email.up.sql".
struct NumberedName {
  std::string digits;
  std::string rest;
};
std::optional<NumberedName> numbered_name(std::string_view file);

/// `digits` without leading zeros.
std::string plain_number(std::string_view digits);

/// True if `left` is less than `right`, both of any length.
bool number_less(std::string_view left, std::string_view right);

/// The order in which numbers within text count as numbers: "v2" before "v10".
bool natural_less(std::string_view left, std::string_view right);

/// "Go" for a file "x.go": code that is not run here. Empty for any other file.
std::string_view code_language(std::string_view file);

/// Why a revision that is such code is skipped.
std::string skipped_for(std::string_view language);

/// The text of a file's message part: "_" as blanks.
std::string spoken(std::string_view name);

/// Lower-case ASCII words of `message`, joined by '_', cut after a word where that is possible.
std::string slug(std::string_view message);

/// "20260101_add_email", or the id alone where the message has no words.
std::string file_stem(const NewRevision& revision);

/// A revision whose directions lie in files of their own, as their names tell it.
struct FilePair {
  std::string id;
  std::string message;
  std::string up;  ///< file names; empty where there is none
  std::string down;
  std::string skipped;  ///< why it is not run
};

/// The revision that the files of `pair` hold.
Revision paired_revision(const SourceFolder& source, const FilePair& pair);

/// A revision that is code: nothing of it is read.
Revision skipped_revision(const SourceFolder& source, const FilePair& pair);

/// The whole file `name` as a script.
Script whole_file(const SourceFolder& source, const std::string& name);

/// Removes the revisions that have no way up for `engine` (empty: none of them).
void leave_out_other_engines(std::vector<Revision>& revisions, const std::string& engine);

/// `revisions`, in the order in which their tool applies them, each the child of the one before it.
/// Throws usage Error that names both files where two have the same id.
std::vector<Revision> in_line(std::vector<Revision> revisions);

/// Throws usage Error unless `revision` can follow the last of `existing`, which are in a line: no
/// labels, dependencies or other parents, and, if `numbered`, an id of digits that is greater.
void check_follows(const Layout& layout, const std::vector<Revision>& existing,
                   const NewRevision& revision, bool numbered = true);

/// Says in a new file what it is for.
std::string text_or_remark(const std::string& text, std::string_view remark);
constexpr std::string_view kUpRemark = "-- Write here what this revision changes.\n";
constexpr std::string_view kDownRemark = "-- Write here what undoes it.\n";

/// Creates `up` and `down` below `folder`, with what `revision` says or a remark; returns `up`.
std::filesystem::path write_pair(const std::filesystem::path& folder, const std::string& up,
                                 const std::string& down, const NewRevision& revision);

}  // namespace provision
