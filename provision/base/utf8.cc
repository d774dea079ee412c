#include "provision/base/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace provision {
namespace {

/// How many bytes of `text` from `start` on are surely ASCII; a multiple of eight.
size_t ascii_run(std::string_view text, size_t start) {
  size_t i = start;
  for (; i + sizeof(std::uint64_t) <= text.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t block = 0;
    std::memcpy(&block, text.data() + i, sizeof block);
    if ((block & 0x8080808080808080U) != 0) break;
  }
  return i - start;
}

size_t sequence_size(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  constexpr unsigned char kLeadMask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};

  const auto lead = static_cast<unsigned char>(text.front());
  const size_t size = sequence_size(lead);
  if (size == 0 || size > text.size()) return {};
  char32_t value = lead & kLeadMask[size];
  for (size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte & 0x3FU);
  }
  if (value < kSmallest[size] || value > 0x10FFFF) return {};
  if (value >= 0xD800 && value <= 0xDFFF) return {};
  return {value, size};
}

size_t first_bad_byte(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    i += ascii_run(text, i);
    // A block that is not all ASCII is read to its end here, so that runs are not tried at each
    // byte.
    for (const size_t end = std::min(i + sizeof(std::uint64_t), text.size()); i < end;) {
      const CodePoint point = first_code_point(text.substr(i));
      if (point.size == 0) return i;
      i += point.size;
    }
  }
  return std::string_view::npos;
}

}  // namespace provision
