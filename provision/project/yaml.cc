#include "provision/project/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>

#include "provision/base/text.h"
#include "provision/project/source.h"

namespace provision {
namespace {

constexpr size_t kMostLevels = 32;
constexpr int kMostNodes = 100'000;

/// Builds the tree from the parser's events and refuses, as early as it can, what it may not hold.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    const Place place = place_of(mark);
    if (line(place.line).starts_with("---")) {
      throw usage_error(place, "a second document; a file holds one", "remove the '---' line");
    }
    throw usage_error(place, "malformed YAML: this does not belong to what is above it",
                      "is it indented as its neighbours are?");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(node(Kind::null, mark)); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse_anchors(mark); }
  void OnAnchor(const YAML::Mark& mark, const std::string&) override { refuse_anchors(mark); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    YamlNode scalar = node(Kind::scalar, mark, tag);
    if (value.find('\0') != std::string::npos) {
      throw usage_error(scalar.place, "a text with a NUL character");
    }
    if (tag == "!")
      check_quotes(text_.substr(std::min(text_.size(), size_t(mark.pos))), scalar.place);
    scalar.text = value;
    scalar.quoted = tag == "!";
    add(std::move(scalar));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(node(Kind::sequence, mark, tag));
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(node(Kind::mapping, mark, tag));
  }
  void OnMapEnd() override { close(); }

 private:
  using Kind = YamlNode::Kind;

  /// A list or mapping that is not closed yet.
  struct Level {
    YamlNode node;
    std::map<std::string, int> lines;  ///< where each key stands
    bool waits_for_value = false;
  };

  Place place_of(const YAML::Mark& mark) const { return {file_, mark.line + 1}; }

  std::string_view line(int number) const {
    size_t start = 0;
    for (; number > 1 && start < text_.size(); --number) start = text_.find('\n', start) + 1;
    return text_.substr(start);
  }

  YamlNode node(Kind kind, const YAML::Mark& mark, const std::string& tag = {}) {
    YamlNode result;
    result.kind = kind;
    result.place = place_of(mark);
    if (++nodes_ > kMostNodes) {
      throw usage_error(result.place, fmt::format("more than {} values in a file", kMostNodes));
    }
    // What the parser says of an untagged plain and of an untagged quoted scalar.
    if (!tag.empty() && tag != "?" && tag != "!") {
      throw usage_error(result.place, fmt::format("YAML tags are not supported: '{}'", tag),
                        "quote the value to make it a text");
    }
    return result;
  }

  [[noreturn]] void refuse_anchors(const YAML::Mark& mark) const {
    throw usage_error(place_of(mark), "YAML anchors and aliases are not supported",
                      "write the value out; quote a text that begins with '&' or '*'");
  }

  /// The parser takes the end of the file for a closing quote, and "!" for no tag at all.
  static void check_quotes(std::string_view rest, const Place& place) {
    if (rest.starts_with('!')) throw usage_error(place, "YAML tags are not supported: '!'");
    if (!rest.starts_with('\'') && !rest.starts_with('"')) return;
    const char quote = rest.front();
    for (size_t i = 1; i < rest.size(); ++i) {
      if (rest[i] == quote) return;
      if (rest[i] == '\\' && quote == '"') ++i;
    }
    throw usage_error(place, "this quote is never closed");
  }

  void open(YamlNode opened) {
    if (!levels_.empty()) refuse_as_key(levels_.back(), opened);
    if (levels_.size() == kMostLevels) {
      throw usage_error(opened.place, fmt::format("nested more than {} levels deep", kMostLevels));
    }
    levels_.push_back({std::move(opened), {}, false});
  }

  void close() {
    YamlNode closed = std::move(levels_.back().node);
    levels_.pop_back();
    add(std::move(closed));
  }

  void add(YamlNode added) {
    if (levels_.empty()) {
      root_ = std::move(added);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == Kind::mapping && !level.waits_for_value) {
      add_key(level, std::move(added));
    } else {
      // The parser notices that a value is missing only at whatever comes next.
      if (level.waits_for_value && added.kind == Kind::null) {
        added.place = level.node.keys.back().place;
      }
      level.waits_for_value = false;
      level.node.items.push_back(std::move(added));
    }
  }

  static void refuse_as_key(const Level& level, const YamlNode& key) {
    if (level.node.kind != Kind::mapping || level.waits_for_value) return;
    if (key.kind != Kind::scalar) throw usage_error(key.place, "a key must be a text");
  }

  static void add_key(Level& level, YamlNode key) {
    refuse_as_key(level, key);
    if (key.text == "<<" && !key.quoted) {
      throw usage_error(key.place, "the merge key '<<' is not supported", "write the values out");
    }
    const auto [first, is_new] = level.lines.emplace(key.text, key.place.line);
    if (!is_new) {
      throw usage_error(key.place, fmt::format("key '{}' is there twice, first on line {}",
                                               key.text, first->second));
    }
    level.node.keys.push_back(std::move(key));
    level.waits_for_value = true;
  }

  std::string_view text_;
  const std::string& file_;
  YamlNode root_;
  std::vector<Level> levels_;
  int documents_ = 0;
  int nodes_ = 0;
};

/// The parser takes 0x04 for the end of the file and would ignore all that follows.
void refuse_control_characters(std::string_view text, const std::string& file) {
  int line = 1;
  for (const char c : text) {
    if (c == '\n') ++line;
    const auto byte = static_cast<unsigned char>(c);
    const bool is_control = (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7f;
    if (is_control) {
      throw usage_error(Place{file, line}, fmt::format("a control character (0x{:02x})", byte));
    }
  }
}

std::string syntax_hint(std::string_view trouble) {
  if (trouble.find("tab") != std::string_view::npos) return "indent with blanks";
  if (trouble == "illegal map value") {
    return "quote a value that has ': ' in it, and indent with blanks";
  }
  if (trouble == "unknown token") return "quote a value that begins with '@', '`' or '%'";
  return {};
}

}  // namespace

YamlNode parse_yaml(std::string_view text, const std::string& file, std::int64_t limit) {
  if (static_cast<std::int64_t>(text.size()) > limit) {
    throw usage_error(Place{file, 0},
                      fmt::format("is larger than {} bytes, the most that is read", limit));
  }
  refuse_control_characters(text, file);
  const std::string unix_text = with_unix_lines(text);
  TreeBuilder builder(unix_text, file);
  try {
    std::istringstream stream(unix_text);
    YAML::Parser parser(stream);
    // Never a third time: the parser can find ever new documents in what it does not understand.
    if (parser.HandleNextDocument(builder)) parser.HandleNextDocument(builder);
  } catch (const YAML::Exception& exception) {
    throw usage_error(Place{file, exception.mark.line + 1},
                      printable(fmt::format("malformed YAML: {}", trimmed(exception.msg))),
                      syntax_hint(exception.msg));
  }
  YamlNode root = builder.take();
  if (root.place.file.empty()) root.place = {file, 1};
  return root;
}

YamlNode read_yaml(const std::filesystem::path& path, const std::string& shown,
                   std::int64_t limit) {
  return parse_yaml(read_source(path, shown, limit), shown, limit);
}

}  // namespace provision
