#include "provision/project/python_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/base/utf8.h"

namespace provision {
namespace {

constexpr std::int64_t kLargest = 16 << 20;

/// "latin-1" of "# -*- coding: Latin_1 -*-" in the first two lines; empty where nothing is said.
std::string named_encoding(std::string_view bytes) {
  for (int line = 0; line < 2; ++line) {
    const size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    const std::string_view text = trimmed(bytes.substr(0, end));
    if (!text.empty() && text.front() != '#') return {};
    const size_t word = text.find("coding");
    if (word != std::string_view::npos && text.substr(word + 6).find_first_of(":=") == 0) {
      const std::string_view rest = trimmed(text.substr(word + 7));
      std::string name = lower(rest.substr(0, rest.find_first_of(" \t;*")));
      std::replace(name.begin(), name.end(), '_', '-');
      return name;
    }
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (bytes.starts_with('\n')) bytes.remove_prefix(1);
  }
  return {};
}

bool is_latin(std::string_view encoding) {
  constexpr std::array<std::string_view, 9> kNames = {"latin-1",   "latin1",       "iso-8859-1",
                                                      "iso8859-1", "l1",           "iso-8859-15",
                                                      "cp1252",    "windows-1252", "latin-9"};
  return std::find(kNames.begin(), kNames.end(), encoding) != kNames.end();
}

std::string utf8_of_latin(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += {static_cast<char>(0xC0 | byte >> 6), static_cast<char>(0x80 | (byte & 0x3F))};
    }
  }
  return text;
}

}  // namespace

std::string read_python_source(const std::filesystem::path& path, const std::string& shown) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::string bytes = read_bytes(path, kLargest);
  if (bytes.starts_with(kByteOrderMark)) bytes.erase(0, kByteOrderMark.size());
  const std::string encoding = named_encoding(bytes);
  if (is_latin(encoding)) bytes = utf8_of_latin(bytes);
  const size_t bad = std::min(first_bad_byte(bytes), bytes.find('\0'));
  if (bad != std::string::npos) {
    const auto line = std::count(bytes.begin(), bytes.begin() + static_cast<long>(bad), '\n') + 1;
    throw usage_error(Place{shown, static_cast<int>(line)},
                      encoding.empty() ? std::string("the file is not in UTF-8")
                                       : fmt::format("the file cannot be read as '{}'", encoding),
                      "save it in UTF-8");
  }
  return with_unix_lines(bytes);
}

}  // namespace provision
