// Truths about every Python file, tried on random ones: whatever way a value is written in, it is
// read as that value, and Python's own parser reads the same.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <random>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/process.h"
#include "provision/project/python_module.h"
#include "provision/project/python_tokens.h"
#include "provision/project/python_values.h"

namespace provision {
namespace {

/// Writes values as Python might have them.
class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  size_t below(size_t limit) { return random_() % limit; }

  std::string word() {
    constexpr std::array<std::string_view, 12> kPieces = {"a", "0", "'", "\"",  "\\", "#",
                                                          "(", "]", " ", "{x}", "\n", "\xC3\xA4"};
    std::string word;
    for (size_t count = below(6); count > 0; --count) word += kPieces[below(kPieces.size())];
    return word;
  }

  /// `text` as one or more strings after each other.
  std::string strings(const std::string& text, bool may_break) {
    std::string written;
    size_t at = 0;
    while (at < text.size()) {
      size_t size = 1 + below(text.size() - at);
      while (at + size < text.size() && (text[at + size] & 0xC0) == 0x80) ++size;
      written += string(text.substr(at, size)) + gap(may_break);
      at += size;
    }
    return written.empty() ? string("") : written;
  }

  /// Nothing, blanks, or, within brackets, line ends and remarks.
  std::string gap(bool may_break) {
    constexpr std::array<std::string_view, 5> kGaps = {" ", "  ", " \\\n  ", "\n\t", " # it's (\n"};
    return std::string(kGaps[below(may_break ? 5 : 3)]);
  }

  std::string sequence(const std::vector<std::string>& items) {
    constexpr std::array<std::string_view, 2> kOpen = {"(", "["};
    constexpr std::array<std::string_view, 2> kClose = {")", "]"};
    const size_t kind = below(2);
    std::string written = std::string(kOpen[kind]) + gap(true);
    for (const std::string& item : items) written += strings(item, true) + "," + gap(true);
    return written + std::string(kClose[kind]);
  }

  /// Lines that say nothing of the variables.
  std::string noise() {
    constexpr std::array<std::string_view, 8> kNoise = {"# x0 = 'no'\n",
                                                        "\n",
                                                        "def f(x0='a'):\n    x0 = 'b'\n\n",
                                                        "class C:\n\tx0 = '''\nx0 = 1\n'''\n",
                                                        "if True: pass\n",
                                                        "op.f(\"\"\"\nx0 = 'c'\n\"\"\", x0='d')\n",
                                                        "y = f\"{z['}']!r:>{w}}{{\" 'x0 = 1'\n",
                                                        "@x0\ndef g(): return {'x0': (1,\n2)}\n"};
    return std::string(kNoise[below(kNoise.size())]);
  }

 private:
  std::string string(const std::string& text) {
    constexpr std::array<std::string_view, 4> kQuotes = {"'", "\"", "'''", "\"\"\""};
    const std::string_view quote = kQuotes[below(4)];
    std::string written(below(3) == 0 ? "u" : "");
    written += quote;
    for (const char c : text) {
      const bool is_special = c == '\\' || c == quote[0] || (c == '\n' && quote.size() == 1);
      if (c == '\n' && is_special) {
        written += "\\n";
      } else if (is_special) {
        written += {'\\', c};
      } else if (below(8) == 0 && c > ' ' && c < '\x7F') {
        written += fmt::format("\\x{:02x}", c);
      } else {
        written += c;
      }
    }
    return written += quote;
  }

  std::mt19937 random_;
};

struct Written {
  std::string source;
  std::vector<std::vector<std::string>> values;  ///< of x0, x1, ...
};

Written random_module(unsigned seed) {
  Writer writer(seed);
  Written written;
  for (size_t i = 0; i < 5; ++i) {
    std::vector<std::string> items;
    for (size_t count = writer.below(4); count > 0; --count) items.push_back(writer.word());
    written.source += writer.noise();
    const char* annotation = writer.below(2) == 0 ? "" : ": \"Union[str, None]\"";
    written.source += fmt::format("x{}{} = ", i, annotation);
    written.source += items.size() == 1 ? writer.strings(items[0], false) : writer.sequence(items);
    written.source += "\n";
    written.values.push_back(std::move(items));
  }
  written.source += writer.noise();
  return written;
}

TEST(PythonPropertyTest, AValueIsReadHoweverItIsWritten) {
  const TemporaryFolder folder;
  std::vector<std::filesystem::path> files;
  for (unsigned seed = 0; seed < 300; ++seed) {
    const Written written = random_module(seed);
    files.push_back(folder.path() / fmt::format("{}.py", seed));
    std::ofstream(files.back()) << written.source;

    const PythonModule module = parse_python_module(written.source, "f.py");

    for (size_t i = 0; i < written.values.size(); ++i) {
      const PythonAssignment* assigned = module.assigned(fmt::format("x{}", i));
      ASSERT_NE(assigned, nullptr) << written.source;
      ASSERT_TRUE(assigned->value) << i << " of\n" << written.source;
      EXPECT_EQ(assigned->value->items, written.values[i]) << i << " of\n" << written.source;
    }
  }
  ASSERT_TRUE(find_program("python3")) << "apt-get install python3";

  const std::vector<PythonValues> answers = ask_python(files, {"x0", "x1", "x2", "x3", "x4"});

  for (unsigned seed = 0; seed < 300; ++seed) {
    const Written written = random_module(seed);
    EXPECT_EQ(answers[seed].trouble, "") << written.source;
    ASSERT_EQ(answers[seed].assignments.size(), written.values.size()) << written.source;
    const PythonModule module = parse_python_module(written.source, "f.py");
    for (size_t i = 0; i < written.values.size(); ++i) {
      const PythonAssignment& said = answers[seed].assignments[i];
      EXPECT_EQ(said.value->items, written.values[i]) << written.source;
      EXPECT_EQ(said.line, module.assigned(said.name)->line) << written.source;
    }
  }
}

TEST(PythonPropertyTest, TokensLieInOrderAndWhereTheySay) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::string source = random_module(seed).source;
    source.resize(source.size() - seed % source.size());  // an end at any place
    try {
      size_t end = 0;
      int line = 1;
      for (const PythonToken& token : python_tokens(source, "f.py")) {
        EXPECT_GE(token.begin, end);
        EXPECT_GE(token.line, line);
        EXPECT_EQ(source.substr(token.begin, token.text.size()), token.text);
        end = token.begin + token.text.size();
        line = token.line;
      }
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
    }
  }
}

}  // namespace
}  // namespace provision
