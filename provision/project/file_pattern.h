// A pattern of file names with places for an id, a name and an engine: "V{id}.{name}.up.sql".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provision {

class FilePattern {
 public:
  /// `what` names the pattern in messages. Throws usage Error for one that is not understood.
  FilePattern(std::string_view text, const std::string& what);

  struct Match {
    std::string id;
    std::string name;
    std::string engine;  ///< as it is written
    size_t fixed = 0;    ///< how many characters the pattern itself says
  };
  /// `path` is relative, with '/' between folders. An id is as short as it can be, a name as long;
  /// neither spans folders. An engine is a word that is known as one.
  std::optional<Match> match(std::string_view path) const;

  bool has_engine() const;
  /// The same pattern for files that are for all engines: without the engine, and without the sign
  /// that sets it apart.
  FilePattern without_engine() const;
  /// The path that the pattern gives; the engine's place must be gone.
  std::string filled(const std::string& id, const std::string& name) const;

 private:
  enum class Kind { literal, id, name, engine };
  struct Part {
    Kind kind;
    std::string text;  ///< of a literal
  };
  FilePattern() = default;

  void add(Kind kind, std::string_view text);
  bool match_from(size_t part, std::string_view rest, Match& match) const;
  bool match_place(size_t part, std::string_view rest, Match& match) const;

  std::vector<Part> parts_;
};

}  // namespace provision
