#include "provision/project/yaml.h"

#include <fmt/format.h>

#include <cstring>
#include <fstream>

#include "provision/base/file.h"
#include "tests/errors.h"

namespace provision {
namespace {

using Kind = YamlNode::Kind;

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

struct Malformed {
  const char* name;
  std::string text;
  std::string message;
};

class MalformedYaml : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedYaml, IsAUsageErrorAtItsLine) {
  EXPECT_EQ(trouble_of([&] { parse_yaml(GetParam().text, "f.yaml"); }), GetParam().message);
}

const std::string kNoAnchors =
    "YAML anchors and aliases are not supported | write the value out; quote a text that begins "
    "with '&' or '*'";
const std::string kLeftOver =
    "malformed YAML: this does not belong to what is above it | is it indented as its neighbours "
    "are?";

const std::vector<Malformed> kMalformed{
    {"DuplicateKey", "a: 1\nb: 2\n'a': 3\n", "f.yaml:3: key 'a' is there twice, first on line 1"},
    {"DuplicateNestedKey", "x:\n  a: 1\n  a: 2\n",
     "f.yaml:3: key 'a' is there twice, first on line 2"},
    {"Anchor", "a: 1\nb: &x 2\n", "f.yaml:2: " + kNoAnchors},
    {"AnchorOfAMapping", "a: &x\n  b: 1\n", "f.yaml:1: " + kNoAnchors},
    {"AnchoredKey", "&x a: 1\n", "f.yaml:1: " + kNoAnchors},
    {"Bomb", "a: &a [x, x]\nb: &b [*a, *a]\n", "f.yaml:1: " + kNoAnchors},
    {"Cycle", "k: &a [1, *a]\n", "f.yaml:1: " + kNoAnchors},
    {"UnknownAlias", "a: *x\n", "f.yaml:1: malformed YAML: the referenced anchor is not defined"},
    {"Tag", "a: !!str 1\n",
     "f.yaml:1: YAML tags are not supported: 'tag:yaml.org,2002:str' | quote the value to make it "
     "a "
     "text"},
    {"LocalTag", "a: !mine {b: 1}\n",
     "f.yaml:1: YAML tags are not supported: '!mine' | quote the value to make it a text"},
    {"TagOfNothing", "a: !mine\n",
     "f.yaml:1: YAML tags are not supported: '!mine' | quote the value to make it a text"},
    {"MergeKey", "a: 1\n<<: {b: 1}\n",
     "f.yaml:2: the merge key '<<' is not supported | write the values out"},
    {"SecondDocument", "a: 1\n---\nb: 1\n",
     "f.yaml:2: a second document; a file holds one | remove the '---' line"},
    {"EmptySecondDocument", "---\na: 1\n---\n",
     "f.yaml:3: a second document; a file holds one | remove the '---' line"},
    {"TextAfterTheEnd", "- a\nb: c\n", "f.yaml:2: " + kLeftOver},
    {"CommasOnly", ",,,,\n", "f.yaml:1: " + kLeftOver},
    {"ListAsKey", "[a]: b\n", "f.yaml:1: a key must be a text"},
    {"MappingAsKey", "{a: 1}: b\n", "f.yaml:1: a key must be a text"},
    {"ExplicitListAsKey", "? - a\n: b\n", "f.yaml:1: a key must be a text"},
    {"NullAsKey", "a: 1\n~: b\n", "f.yaml:2: a key must be a text"},
    {"MissingKey", ": b\n", "f.yaml:1: a key must be a text"},
    {"Deep", repeated("[", 40) + repeated("]", 40), "f.yaml:1: nested more than 32 levels deep"},
    {"VeryDeepList", repeated("[", 400) + repeated("]", 400),
     "f.yaml:1: nested more than 32 levels deep"},
    {"VeryDeepMapping", repeated("{a: ", 100) + repeated("}", 100),
     "f.yaml:1: nested more than 32 levels deep"},
    {"VeryDeepBlock", repeated("- ", 200'000), "f.yaml:1: nested more than 32 levels deep"},
    {"VeryDeepKeys", repeated("? ", 200'000), "f.yaml:1: a key must be a text"},
    {"ManyValues", "[" + repeated("1,", 110'000) + "1]",
     "f.yaml:1: more than 100000 values in a file"},
    {"Huge", std::string((1 << 20) + 1, 'x'),
     "f.yaml: is larger than 1048576 bytes, the most that is read"},
    {"EndOfTransmission", "a: 1\nb: x\x04y\n", "f.yaml:2: a control character (0x04)"},
    {"Nul", std::string("a: 1\nb: \0\n", 10), "f.yaml:2: a control character (0x00)"},
    {"Escape", "a: \x1b[31m\n", "f.yaml:1: a control character (0x1b)"},
    {"EscapedNul", "a: \"x\\0y\"\n", "f.yaml:1: a text with a NUL character"},
    {"EscapedSurrogate", "a: \"\\ud800\"\n", "f.yaml:1: malformed YAML: invalid unicode: 55296"},
    {"UnknownEscape", "a: 1\nb: \"\\q\"\n",
     "f.yaml:2: malformed YAML: unknown escape character: q"},
    {"OpenList", "a: [1,\n  2\n", "f.yaml:3: malformed YAML: end of sequence flow not found"},
    {"OpenQuote", "a: 1\nb: 'it\nc: 2\n", "f.yaml:2: this quote is never closed"},
    {"OpenDoubleQuote", "a: \"it\\\"\n", "f.yaml:1: this quote is never closed"},
    {"OpenQuoteInTheLastLine", "a: 'it", "f.yaml:1: malformed YAML: illegal EOF in scalar"},
    {"BareTag", "a: ! x\n", "f.yaml:1: YAML tags are not supported: '!'"},
    {"StrayBracket", "a: 1\n}\n", "f.yaml:2: malformed YAML: illegal flow end"},
    {"TabForIndentation", "a:\n  b: 1\n\tc: 2\n",
     "f.yaml:3: malformed YAML: illegal tab when looking for indentation | indent with blanks"},
    {"UnquotedColon", "a: b: c\n",
     "f.yaml:1: malformed YAML: illegal map value | quote a value that has ': ' in it, and indent "
     "with blanks"},
    {"AtSign", "a: @x\n",
     "f.yaml:1: malformed YAML: unknown token | quote a value that begins with '@', '`' or '%'"},
    {"WrongVersion", "%YAML 9\n---\na: 1\n", "f.yaml:1: malformed YAML: bad YAML version: 9"},
    {"LessIndented", "a:\n    b: 1\n  c: 2\n", "f.yaml:3: malformed YAML: end of map not found"},
};

INSTANTIATE_TEST_SUITE_P(Cases, MalformedYaml, testing::ValuesIn(kMalformed),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(ParseYaml, EveryNodeKnowsItsLine) {
  const YamlNode root = parse_yaml("a: 1\r\nb:\r\n  - x\r\n  - c: 2\r\n", "f.yaml");

  EXPECT_EQ(root.find("a")->place.text(), "f.yaml:1");
  EXPECT_EQ(root.keys[1].place.text(), "f.yaml:2");
  EXPECT_EQ(root.find("b")->items[1].find("c")->place.text(), "f.yaml:4");
}

TEST(ParseYaml, KeysKeepTheirOrder) {
  const YamlNode root = parse_yaml("z: 1\na: 2\nm: 3\n", "f.yaml");

  ASSERT_EQ(root.keys.size(), 3u);
  EXPECT_EQ(root.keys[0].text + root.keys[1].text + root.keys[2].text, "zam");
  EXPECT_EQ(root.find("m")->text, "3");
}

TEST(ParseYaml, QuotedAndPlainScalarsAreToldApart) {
  const YamlNode root = parse_yaml("[null, 'null', \"~\", ~, '', true]", "f.yaml");

  EXPECT_EQ(root.items[0].kind, Kind::null);
  EXPECT_EQ(root.items[1].kind, Kind::scalar);
  EXPECT_TRUE(root.items[1].quoted);
  EXPECT_EQ(root.items[2].text, "~");
  EXPECT_EQ(root.items[3].kind, Kind::null);
  EXPECT_EQ(root.items[4].kind, Kind::scalar);
  EXPECT_FALSE(root.items[5].quoted);
}

TEST(ParseYaml, AnEmptyTextIsNothingOnLineOne) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n...\n"}) {
    const YamlNode root = parse_yaml(text, "f.yaml");
    EXPECT_EQ(root.kind, Kind::null) << text;
    EXPECT_EQ(root.place.file, "f.yaml") << text;
  }
}

TEST(ParseYaml, OneExplicitDocumentIsFine) {
  EXPECT_EQ(parse_yaml("%YAML 1.2\n---\na: 1\n...\n", "f.yaml").find("a")->text, "1");
}

TEST(ParseYaml, ThirtyTwoLevelsAreFine) {
  EXPECT_EQ(parse_yaml(repeated("[", 32) + repeated("]", 32), "f.yaml").kind, Kind::sequence);
}

TEST(ParseYaml, AQuotedMergeKeyIsAKey) {
  EXPECT_EQ(parse_yaml("'<<': 1", "f.yaml").find("<<")->text, "1");
}

TEST(ParseYaml, QuotesMayHoldQuotes) {
  const YamlNode root = parse_yaml("['it''s', \"a\\\"b\", \"é\", 'c\n  d']", "f.yaml");

  EXPECT_EQ(root.items[0].text, "it's");
  EXPECT_EQ(root.items[1].text, "a\"b");
  EXPECT_EQ(root.items[2].text, "é");
  EXPECT_EQ(root.items[3].text, "c d");
}

TEST(ParseYaml, AMebibyteOfBracketsIsRefusedWithoutACrash) {
  for (const char* piece : {"[", "{", "- ", "? ", "{a: ", "[{", ",", ": ", "|\n", "\""}) {
    const std::string text = repeated(piece, (1 << 20) / static_cast<int>(std::strlen(piece)));
    EXPECT_THROW(parse_yaml(text, "f.yaml"), Error) << piece;
  }
}

TEST(ParseYaml, TwentyThousandKeysAreReadInNoTime) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += fmt::format("key_{}: {}\n", i, i);

  EXPECT_EQ(parse_yaml(text, "f.yaml").keys.size(), 20'000u);
}

TEST(ReadYaml, ErrorsNameTheFileAsItIsShown) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "x.yaml";
  std::ofstream(path) << "a: 1\nb: \xff\n";

  EXPECT_EQ(trouble_of([&] { read_yaml(path, "shown/x.yaml"); }),
            "shown/x.yaml:2: byte 0xff is not UTF-8 | save the file as UTF-8");
}

TEST(ReadYaml, AByteOrderMarkIsIgnored) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "x.yaml";
  std::ofstream(path) << "\xEF\xBB\xBF"
                      << "a: 1\n";

  EXPECT_NE(read_yaml(path, "x.yaml").find("a"), nullptr);
}

TEST(ReadYaml, AFolderIsNoFile) {
  const TemporaryFolder folder;

  EXPECT_EQ(trouble_of([&] { read_yaml(folder.path(), "x.yaml"); }),
            "x.yaml: is a folder, not a file");
}

struct WrongType {
  std::string text;
  std::function<void(const YamlNode&)> read;
  std::string message;
};

TEST(YamlNode, AValueOfTheWrongTypeIsNamed) {
  const auto text = [](const YamlNode& node) { node.as_text("'x'"); };
  const auto boolean = [](const YamlNode& node) { node.as_bool("'x'"); };
  const auto integer = [](const YamlNode& node) { node.as_integer("'x'"); };
  const auto list = [](const YamlNode& node) { node.as_list("'x'"); };
  const std::vector<WrongType> cases{
      {"x:", text, "f.yaml:1: 'x' must be text, not empty"},
      {"x: [a]", text, "f.yaml:1: 'x' must be text, not a list"},
      {"x: {a: b}", text, "f.yaml:1: 'x' must be text, not a mapping"},
      {"x: yes", boolean, "f.yaml:1: 'x' must be true or false, not 'yes'"},
      {"x: True", boolean, "f.yaml:1: 'x' must be true or false, not 'True'"},
      {"x: 'true'", boolean, "f.yaml:1: 'x' must be true or false, not the text 'true'"},
      {"x: treu", boolean, "f.yaml:1: 'x' must be true or false, not 'treu'"},
      {"x: 05432", integer,
       "f.yaml:1: 'x' is '05432', which looks octal | leave out the leading zeros"},
      {"x: 0x10", integer, "f.yaml:1: 'x' must be a whole number, not '0x10'"},
      {"x: 1.5", integer, "f.yaml:1: 'x' must be a whole number, not '1.5'"},
      {"x: '5'", integer, "f.yaml:1: 'x' must be a whole number, not the text '5'"},
      {"x: 99999999999999999999", integer,
       "f.yaml:1: 'x' must be a whole number, not '99999999999999999999'"},
      {"x: a", list, "f.yaml:1: 'x' must be a list, not 'a'"},
      {"x:\n- a\n- [b]", list, "f.yaml:3: each 'x' must be text, not a list"},
      {"x:\n- a\n-", list, "f.yaml:3: each 'x' must be text, not empty"},
  };
  for (const WrongType& wrong : cases) {
    const YamlNode root = parse_yaml(wrong.text, "f.yaml");
    EXPECT_EQ(trouble_of([&] { wrong.read(*root.find("x")); }), wrong.message) << wrong.text;
  }
}

TEST(YamlNode, ValuesOfTheRightTypeAreRead) {
  const YamlNode root = parse_yaml("t: true\nf: false\nn: -12\nz: 0\nl: [a, 'b']\n", "f.yaml");

  EXPECT_TRUE(root.find("t")->as_bool("'t'"));
  EXPECT_FALSE(root.find("f")->as_bool("'f'"));
  EXPECT_EQ(root.find("n")->as_integer("'n'"), -12);
  EXPECT_EQ(root.find("z")->as_integer("'z'"), 0);
  EXPECT_THAT(root.find("l")->as_list("'l'"), testing::ElementsAre("a", "b"));
}

TEST(YamlNode, AnUnknownKeyIsNamedWithTheNearest) {
  const YamlNode root = parse_yaml("kind: dev\nextend: base\n", "f.yaml");

  EXPECT_EQ(trouble_of([&] {
              root.allow_keys({"kind", "extends"}, "an environment");
            }),
            "f.yaml:2: unknown key 'extend' in an environment | did you mean 'extends'?");
}

TEST(YamlNode, KeysAreLookedForInMappingsOnly) {
  const YamlNode root = parse_yaml("[a]", "f.yaml");

  EXPECT_EQ(trouble_of([&] { root.allow_keys({"a"}, "an environment"); }),
            "f.yaml:1: an environment must be a mapping, not a list");
}

}  // namespace
}  // namespace provision
