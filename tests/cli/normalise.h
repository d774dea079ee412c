// What differs from run to run, replaced by a name that does not.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

namespace provision::cli_tests {

class Normaliser {
 public:
  /// `is_new` tells the ids that the session itself made from those it was given.
  Normaliser(std::filesystem::path folder, std::function<bool(const std::string&)> is_new);

  /// `text` with its times, durations, sizes, versions, ids, places and people named: "<time>". In
  /// a paragraph where something was replaced columns are two spaces apart.
  std::string operator()(const std::string& text);

 private:
  std::string without_new_ids(const std::string& text);

  std::filesystem::path folder_;
  std::function<bool(const std::string&)> is_new_;
  std::map<std::string, int> new_ids_;
};

/// `text` with its columns two spaces apart; what indents a line stays.
std::string with_even_columns(const std::string& text);

/// True for an id that is a time of the last hour or of the minute to come.
bool is_time_of_now(const std::string& id);

}  // namespace provision::cli_tests
