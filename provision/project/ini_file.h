// Configuration files as Python's configparser reads them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provision {

class IniFile {
 public:
  /// Throws usage Error at `file:line` for a line that belongs to no section or is no "key =
  /// value".
  IniFile(std::string_view text, std::string file);

  bool has_section(const std::string& section) const { return sections_.contains(section); }
  /// The sections that say `key` themselves, sorted.
  std::vector<std::string> sections_with(const std::string& key) const;
  /// The value of `key` in `section` or in DEFAULT, with "%(name)s" replaced: by `known`, or by the
  /// value of that name. Throws usage Error at `file:line` where that cannot be done.
  std::optional<std::string> value(const std::string& section, const std::string& key,
                                   const std::map<std::string, std::string>& known) const;

 private:
  struct Value {
    std::string text;
    int line = 0;
  };
  using Section = std::map<std::string, Value>;

  const Value* find(const std::string& section, const std::string& key) const;
  std::string interpolated(const std::string& section, const Value& value,
                           const std::map<std::string, std::string>& known, int depth) const;

  std::string file_;
  std::map<std::string, Section> sections_;
};

}  // namespace provision
