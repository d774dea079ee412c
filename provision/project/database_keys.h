// Reading the keys of one database: text, names and variables, each error at its line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/base/variables.h"
#include "provision/model/environment.h"
#include "provision/project/environment_layers.h"

namespace provision {

/// Where the keys of a database stand, and what they are read with.
struct DatabaseSource {
  const YamlNode& node;  ///< variables put in
  std::string key;       ///< "database", or "databases.app"
  std::string name;
  bool is_only = true;  ///< the environment has no other
  const Substitutions& substitutions;
  const Variables& variables;
};

class DatabaseKeys {
 public:
  DatabaseKeys(const DatabaseSource& source, Environment& environment)
      : source_(source), environment_(environment) {}

  const DatabaseSource& source() const { return source_; }
  const YamlNode* find(std::string_view key) const { return source_.node.find(key); }
  bool has(std::string_view key) const { return find(key) != nullptr; }
  /// The place of the value of `key`, or of the database where it has none.
  const Place& place(std::string_view key) const;
  /// The text of `key`, not empty and without control characters, if it is there.
  std::optional<std::string> text(std::string_view key) const;
  /// Names without repetition; none if `key` is not there.
  std::vector<std::string> names(std::string_view key) const;
  /// The value of the environment variable that `key`, which must be there, names.
  std::string variable(std::string_view key) const;
  /// The same where line ends may stand in it.
  std::string lines(std::string_view key) const;
  std::filesystem::path absolute(const std::filesystem::path& path) const;
  /// "<environment>", or "<environment>_<database>" where there are several.
  std::string name_by_environment() const;

  /// Throws at the first key that is one of `keys`: it does not go with `why`.
  void refuse(const std::vector<std::string>& keys, std::string_view why) const;
  /// Makes `value` one of the environment's values.
  void add_value(std::string_view key, std::string value, std::string origin) const;
  void add_default(std::string_view key, std::string value) const;

 private:
  const DatabaseSource& source_;
  Environment& environment_;
};

/// Throws usage Error unless `name` can name something on PostgreSQL without being taken for
/// anything else: no '=', no '://', no control character, 1 to 63 bytes.
void check_postgresql_name(std::string_view name, std::string_view what, const Place& place);

}  // namespace provision
