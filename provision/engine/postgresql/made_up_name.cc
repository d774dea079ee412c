// The names that the server gives to what has none (makeObjectName of its indexcmds.c).
#include <cctype>

#include "provision/engine/postgresql/catalog_rows.h"

namespace provision::postgresql {
namespace {

constexpr size_t kLongest = 63;

/// `text` cut to `size` bytes, and to whole characters.
std::string_view cut(std::string_view text, size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U) --size;
  return text.substr(0, size);
}

bool is_name_of(std::string_view name, std::string_view table, std::string_view columns,
                std::string_view label) {
  const size_t overhead = 1 + label.size() + (columns.empty() ? 0 : 1);
  if (overhead > kLongest) return false;
  size_t first = table.size();
  size_t second = columns.size();
  while (first + second > kLongest - overhead) {
    if (first > second) {
      --first;
    } else {
      --second;
    }
  }
  const auto take = [&name](std::string_view part) {
    const bool begins = name.starts_with(part);
    if (begins) name.remove_prefix(part.size());
    return begins;
  };
  return take(cut(table, first)) &&
         (columns.empty() || (take("_") && take(cut(columns, second)))) && take("_") &&
         name == label;
}

}  // namespace

bool is_made_up(std::string_view name, std::string_view table, std::string_view columns,
                std::string_view label) {
  std::string whole(label);
  if (is_name_of(name, table, columns, whole)) return true;
  // A number is part of the label, so that it counts for the length.
  size_t digits = 0;
  while (digits < name.size() && digits < 9 &&
         std::isdigit(static_cast<unsigned char>(name[name.size() - 1 - digits])) != 0) {
    ++digits;
    whole = std::string(label).append(name.substr(name.size() - digits));
    if (is_name_of(name, table, columns, whole)) return true;
  }
  return false;
}

}  // namespace provision::postgresql
