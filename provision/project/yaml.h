// A strict reader for the YAML that users write: every node knows its line, and nothing is guessed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "provision/base/error.h"

namespace provision {

/// A node of a YAML document. Scalars are text; what they mean is decided by who asks.
struct YamlNode {
  enum class Kind { null, scalar, sequence, mapping };

  Kind kind = Kind::null;
  std::string text;     ///< of a scalar
  bool quoted = false;  ///< a quoted scalar is never null, a number or a boolean
  Place place;
  std::vector<YamlNode> items;  ///< of a sequence; of a mapping: its values
  std::vector<YamlNode> keys;   ///< of a mapping: scalars, in the order of the file

  const YamlNode* find(std::string_view key) const;

  /// Each throws usage Error at the node's place if it is something else; `what` names the value in
  /// the message ("'kind'").
  const std::string& as_text(std::string_view what) const;
  bool as_bool(std::string_view what) const;  ///< only `true` and `false`
  std::int64_t as_integer(
      std::string_view what) const;  ///< decimal; "0123" is refused as octal-looking
  std::vector<std::string> as_list(std::string_view what) const;  ///< a sequence of scalars
  void must_be(Kind expected, std::string_view what) const;
  /// Throws at the first key that is not one of `known`, suggesting the nearest.
  void allow_keys(const std::vector<std::string>& known, std::string_view what) const;
};

/// The one document of `text`. Throws usage Error with `file:line` for malformed YAML, a second
/// document, a duplicate key, an alias, an anchor, a tag, a merge key, a key that is no plain
/// scalar, more than 32 levels or 100,000 nodes, or more than `limit` bytes.
YamlNode parse_yaml(std::string_view text, const std::string& file, std::int64_t limit = 1 << 20);

/// `parse_yaml` of a file, whose name in messages is `shown`.
YamlNode read_yaml(const std::filesystem::path& path, const std::string& shown,
                   std::int64_t limit = 1 << 20);

}  // namespace provision
