#include "provision/project/alembic_settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/project/ini_file.h"
#include "provision/project/python_module.h"
#include "provision/project/source.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTable = "[tool.alembic]";
constexpr std::string_view kScripts = "script_location";

/// The parts of `text` between any of `separators`.
std::vector<std::string> split_at_any(std::string_view text, std::string_view separators) {
  std::string plain(text);
  for (char& c : plain) {
    if (separators.find(c) != std::string_view::npos) c = '\n';
  }
  return split_list(plain, '\n');
}

/// The characters that the list of locations is split at. `word` is empty where nothing says it.
std::string_view separators_for(std::string_view word, const Place& place) {
  word = word.substr(0, word.find_first_of(" \t\n"));  // some say in a remark behind it what it is
  if (word.empty()) return " ,\n";                     // as it was before there was the choice
  if (word == "space") return " \n";
  if (word == "newline") return "\n";
  if (word == "os" || word == ":") return ":\n";
  if (word == ";") return ";\n";
  throw usage_error(place, fmt::format("'{}' is no separator of paths", word),
                    "known: os, space, newline, ':', ';'");
}

/// The lines of the table [tool.alembic], those of all others left empty. Its strings, lists and
/// remarks are written as Python's are.
std::string alembic_table(std::string_view text) {
  std::string table;
  bool is_inside = false;
  for (const std::string_view line : lines_of(text)) {
    const std::string_view content = trimmed(line);
    if (content.starts_with('[')) {
      is_inside = content.starts_with(kTable);
    } else if (is_inside) {
      table += content;
    }
    table += '\n';
  }
  return table;
}

}  // namespace

std::optional<AlembicSettings> alembic_settings_of_ini(const fs::path& file,
                                                       const std::string& shown,
                                                       const std::string& section) {
  const IniFile ini(read_source(file, shown), shown);
  if (!ini.has_section(section)) return std::nullopt;
  const std::map<std::string, std::string> known = {{"here", file.parent_path().string()}};
  const auto value = [&](std::string_view key) {
    return ini.value(section, std::string(key), known).value_or("");
  };
  std::string separator = value("path_separator");
  if (separator.empty()) separator = value("version_path_separator");
  AlembicSettings settings;
  settings.scripts = value(kScripts);
  if (const std::string locations = value("version_locations"); !locations.empty()) {
    settings.locations = split_at_any(locations, separators_for(separator, {shown, 0}));
  }
  settings.python_path = split_at_any(value("prepend_sys_path"), " ,:;\n");
  const std::string recursive = lower(value("recursive_version_locations"));
  settings.is_recursive =
      recursive == "true" || recursive == "1" || recursive == "yes" || recursive == "on";
  return settings;
}

std::optional<AlembicSettings> alembic_settings_of_pyproject(const fs::path& file,
                                                             const std::string& shown) {
  const std::string text = read_source(file, shown);
  if (text.find(kTable) == std::string::npos) return std::nullopt;
  const PythonModule table = parse_python_module(alembic_table(text), shown);
  const auto list = [&](std::string_view key) {
    const PythonAssignment* assigned = table.assigned(key);
    if (assigned == nullptr) return std::vector<std::string>();
    if (!assigned->value) {
      throw usage_error(Place{shown, assigned->line}, fmt::format("'{}' is no string", key));
    }
    std::vector<std::string> items = assigned->value->items;
    for (std::string& item : items) {
      const size_t here = item.find("%(here)s");
      if (here != std::string::npos) item.replace(here, 8, file.parent_path().string());
    }
    return items;
  };
  AlembicSettings settings;
  settings.scripts = joined(list(kScripts), "");
  settings.locations = list("version_locations");
  settings.python_path = list("prepend_sys_path");
  // The only value that is no string: `true`, which Python knows nothing of.
  settings.is_recursive =
      alembic_table(text).find("recursive_version_locations = true") != std::string::npos;
  return settings;
}

std::vector<std::string> alembic_sections(const fs::path& file, const std::string& shown) {
  return IniFile(read_source(file, shown), shown).sections_with(std::string(kScripts));
}

}  // namespace provision
