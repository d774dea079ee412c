// The reader of our revision files.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/project/provision_layout.h"

namespace provision {
namespace {

// A section may be for one of these; the engines themselves are not known on this floor.
const std::vector<std::string> kEngines = {"sqlite", "postgresql"};
const std::vector<std::string> kDirections = {"up", "down"};
constexpr std::string_view kMarker = "provision:";

struct Directive {
  std::string_view key;
  std::string_view value;
};

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

/// What follows "--" in a comment line, or nothing for any other line.
std::optional<std::string_view> comment_in(std::string_view line) {
  line = trimmed(line);
  if (!line.starts_with("--")) return std::nullopt;
  return trimmed(line.substr(2));
}

/// "key: value", where a blank or the end follows the colon.
std::optional<Directive> directive_in(std::string_view comment) {
  const size_t colon = comment.find(':');
  if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
  const std::string_view key = comment.substr(0, colon);
  const std::string_view rest = comment.substr(colon + 1);
  if (!std::all_of(key.begin(), key.end(), is_word_character)) return std::nullopt;
  if (!rest.empty() && rest.front() != ' ' && rest.front() != '\t') return std::nullopt;
  return Directive{key, trimmed(rest)};
}

/// True for "provision:up" and for what was meant as such ("Provision: UP").
bool is_marker(std::string_view comment) {
  return comment.size() >= kMarker.size() && lower(comment.substr(0, kMarker.size())) == kMarker;
}

class Parser {
 public:
  Parser(const std::string& text, const std::string& file) {
    revision_.text = with_unix_lines(text);
    revision_.place = {file, 0};
  }

  Revision parse() &&;

 private:
  using Setter = void (Parser::*)(std::string_view value);
  struct Key {
    std::string_view name;
    Setter set;
    bool header_only;  ///< below the first section it is a mistake, not a remark
  };
  static const std::array<Key, 8> kKeys;

  void read_header_line(std::string_view line);
  void read_directive(const Directive& directive);
  void read_marker(std::string_view comment);
  void refuse_late_directive(std::string_view comment) const;
  void close_section(std::string_view body_end);
  void check_whole() const;

  void set_revision(std::string_view value) {
    revision_.id = single(value);
    revision_.place.line = line_;
  }
  void set_parents(std::string_view value);
  void set_message(std::string_view value) { revision_.message = value; }
  void set_labels(std::string_view value) { revision_.labels = list(value); }
  void set_depends_on(std::string_view value) { revision_.depends_on = list(value); }
  void set_transaction(std::string_view value);
  void set_irreversible(std::string_view value);
  void set_lossy(std::string_view value);

  std::string single(std::string_view value) const;
  std::vector<std::string> list(std::string_view value) const;
  Error error(std::string_view message, std::string hint = {}) const {
    return usage_error(Place{revision_.place.file, line_}, message, std::move(hint));
  }

  Revision revision_;
  std::vector<std::string_view> seen_;  ///< keys
  int line_ = 0;
  Script* section_ = nullptr;
  const char* body_ = nullptr;  ///< where the open section's text begins
  int first_down_ = 0;          ///< line of the first down section
};

constexpr std::string_view kLossy = "lossy";

const std::array<Parser::Key, 8> Parser::kKeys = {{
    {"revision", &Parser::set_revision, false},
    {"parents", &Parser::set_parents, false},
    {"message", &Parser::set_message, false},
    {"labels", &Parser::set_labels, false},
    {"depends_on", &Parser::set_depends_on, true},
    {"transaction", &Parser::set_transaction, true},
    {"irreversible", &Parser::set_irreversible, true},
    {kLossy, &Parser::set_lossy, true},
}};

Revision Parser::parse() && {
  const std::string_view text = revision_.text;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    ++line_;
    const auto comment = comment_in(line);
    if (comment && is_marker(*comment)) {
      close_section(line);
      read_marker(*comment);
      body_ = text.data() + std::min(end + 1, text.size());
    } else if (section_ == nullptr) {
      read_header_line(line);
    } else if (comment) {
      refuse_late_directive(*comment);
    }
    begin = end + 1;
  }
  close_section(text.substr(text.size()));
  check_whole();
  return std::move(revision_);
}

void Parser::read_header_line(std::string_view line) {
  const auto comment = comment_in(line);
  if (comment) {
    if (const auto directive = directive_in(*comment)) read_directive(*directive);
    return;
  }
  if (trimmed(line).empty()) return;
  if (revision_.id.empty()) {
    throw error(
        "this is no revision: the file does not begin with '-- revision: ID'",
        "a revision is '-- revision: ID', '-- parents: ID' (or 'base'), '-- provision:up' "
        "and its SQL, '-- provision:down' and its SQL; a file '*.schema.sql' is left alone");
  }
  throw error("there is SQL above the first section", "put '-- provision:up' above it");
}

void Parser::read_directive(const Directive& directive) {
  const auto key = std::find_if(kKeys.begin(), kKeys.end(),
                                [&](const Key& known) { return known.name == directive.key; });
  if (key == kKeys.end()) {
    std::vector<std::string> known;
    for (const Key& each : kKeys) known.emplace_back(each.name);
    throw error(fmt::format("unknown directive '{}'", directive.key),
                name_hint(directive.key, known));
  }
  const bool again = std::find(seen_.begin(), seen_.end(), key->name) != seen_.end();
  if (again && key->name != kLossy) throw error(fmt::format("'{}' is there twice", key->name));
  seen_.push_back(key->name);
  (this->*key->set)(directive.value);
}

void Parser::read_marker(std::string_view comment) {
  const std::string_view rest = comment.substr(kMarker.size());
  const size_t blank = std::min(rest.find_first_of(" \t"), rest.size());
  const std::string direction(rest.substr(0, blank));
  const std::string engine(trimmed(rest.substr(blank)));
  if (!comment.starts_with(kMarker) ||
      std::find(kDirections.begin(), kDirections.end(), direction) == kDirections.end()) {
    throw error(fmt::format("unknown section '{}'", comment),
                "a section begins with '-- provision:up' or '-- provision:down'");
  }
  if (!engine.empty() && std::find(kEngines.begin(), kEngines.end(), engine) == kEngines.end()) {
    throw error(fmt::format("unknown engine '{}'", engine), name_hint(engine, kEngines));
  }
  const bool is_down = direction == "down";
  std::vector<Script>& scripts = is_down ? revision_.down : revision_.up;
  for (const Script& script : scripts) {
    if (script.engine != engine) continue;
    throw error(fmt::format("there is a second '{}' section{}", direction,
                            engine.empty() ? "" : fmt::format(" for '{}'", engine)));
  }
  if (is_down && first_down_ == 0) first_down_ = line_;
  section_ = &scripts.emplace_back(Script{engine, {}, line_ + 1});
}

void Parser::refuse_late_directive(std::string_view comment) const {
  const auto directive = directive_in(comment);
  if (!directive) return;
  for (const Key& key : kKeys) {
    if (key.header_only && key.name == directive->key) {
      throw error(fmt::format("'{}' stands below the first section", key.name),
                  "directives stand above '-- provision:up'");
    }
  }
}

void Parser::close_section(std::string_view body_end) {
  if (section_ == nullptr) return;
  std::string_view body(body_, static_cast<size_t>(body_end.data() - body_));
  const size_t first = body.find_first_not_of(" \t\n");
  if (first != std::string_view::npos) {  // blank lines above the text are none of it
    const std::string_view above = body.substr(0, first);
    section_->line += static_cast<int>(std::count(above.begin(), above.end(), '\n'));
    body.remove_prefix(above.rfind('\n') + 1);
  }
  const size_t last = body.find_last_not_of(" \t\n");
  section_->text = body.substr(0, last + 1);
  if (!section_->text.empty()) section_->text += '\n';
  section_ = nullptr;
}

void Parser::check_whole() const {
  const std::string& file = revision_.place.file;
  const auto seen = [&](std::string_view key) {
    return std::find(seen_.begin(), seen_.end(), key) != seen_.end();
  };
  if (!seen("revision")) {
    throw usage_error({file, 1}, "this is no revision: there is no line '-- revision: ID'",
                      "a file '*.schema.sql' is left alone");
  }
  if (!seen("parents")) {
    throw usage_error(revision_.place,
                      fmt::format("revision '{}' does not say its parents", revision_.id),
                      "add '-- parents: ID', or '-- parents: base' for a first one");
  }
  if (revision_.up.empty()) {
    throw usage_error(revision_.place, fmt::format("revision '{}' has no up section", revision_.id),
                      "add '-- provision:up' and the SQL below it");
  }
  if (revision_.irreversible && first_down_ > 0) {
    throw usage_error(
        {file, first_down_},
        fmt::format("revision '{}' is declared irreversible and has a down section", revision_.id),
        "remove one of the two");
  }
}

std::string Parser::single(std::string_view value) const {
  if (value.empty()) throw error(fmt::format("'{}' says nothing", seen_.back()));
  return std::string(value);
}

std::vector<std::string> Parser::list(std::string_view value) const {
  std::vector<std::string> names = split_list(value);
  if (names.empty()) throw error(fmt::format("'{}' says nothing", seen_.back()));
  return names;
}

void Parser::set_parents(std::string_view value) {
  revision_.parents = list(value);
  const auto base = std::find(revision_.parents.begin(), revision_.parents.end(), "base");
  if (base == revision_.parents.end()) return;
  if (revision_.parents.size() > 1) throw error("'base' cannot be a parent beside others");
  revision_.parents.clear();
}

void Parser::set_transaction(std::string_view value) {
  if (value != "on" && value != "off") {
    throw error(fmt::format("'transaction' is 'on' or 'off', not '{}'", value));
  }
  revision_.transactional = value == "on";
}

void Parser::set_irreversible(std::string_view value) {
  if (value.empty()) {
    throw error("'irreversible' gives no reason",
                "say why, as in 'irreversible: the rows are gone'");
  }
  revision_.irreversible = value;
}

void Parser::set_lossy(std::string_view value) {
  const size_t colon = value.find(':');
  if (colon == std::string_view::npos || trimmed(value.substr(0, colon)).empty() ||
      trimmed(value.substr(colon + 1)).empty()) {
    throw error("'lossy' gives no reason",
                "say what is lost and why, as in 'lossy: users.nickname: the column is dropped'");
  }
  revision_.lossy.emplace_back(value);
}

}  // namespace

Revision parse_revision(const std::string& text, const std::string& file) {
  return Parser(text, file).parse();
}

}  // namespace provision
