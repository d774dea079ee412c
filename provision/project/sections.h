// Files that hold both directions: the lines of each, which keep the numbers that they have.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/model/revision.h"

namespace provision {

/// The text of one direction, gathered line by line.
class Section {
 public:
  /// The section is there, though nothing may be in it; `line` is the one that says so.
  void open(int line);
  /// A line of it; lines between this one and the last one are left empty.
  void add(int line, std::string_view text);
  bool is_open() const { return is_open_; }
  bool is_blank() const { return text_.find_first_not_of(" \t\n") == std::string::npos; }
  /// The section as a script, if it was opened.
  std::vector<Script> scripts(bool transactional = true) &&;

 private:
  bool is_open_ = false;
  int first_ = 1;  ///< the number of the first line of the text
  int next_ = 0;   ///< the number of the line that comes next
  std::string text_;
};

/// Sees statements as tools do that end one at each line with a semicolon at its end, before a
/// comment, and refuse a file whose last one has none.
class LineStatements {
 public:
  void read(int line, std::string_view text);
  /// Something else has ended the statement.
  void end() { begun_ = 0; }
  /// The line on which a statement begins that has no end yet; 0 if there is none.
  int begun() const { return begun_; }

 private:
  int begun_ = 0;
};

/// Readers of files with sections. `file` is the file's name in places and messages; the revisions
/// have no id yet. Each throws usage Error with `file:line`.
Revision parse_dbmate(std::string text, const std::string& file);
Revision parse_goose(std::string text, const std::string& file);
Revision parse_sql_migrate(std::string text, const std::string& file);

}  // namespace provision
