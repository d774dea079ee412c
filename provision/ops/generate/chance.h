// Chance that is none: numbers that depend on nothing but what they are for, so that any row can be
// made without those before it, on every machine the same.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "provision/base/stable_hash.h"

namespace provision {

constexpr std::uint64_t scrambled(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

/// The numbers of one column.
class Chance {
 public:
  Chance(std::string_view set, std::string_view table, std::string_view column, std::int64_t seed)
      : key_(scrambled(stable_hash(column, stable_hash(table, stable_hash(set) + 1) + 1) +
                       0x9e3779b97f4a7c15U * static_cast<std::uint64_t>(seed))) {}

  /// One of 2^64 numbers; a row may draw several.
  std::uint64_t draw(std::int64_t row, std::uint64_t number = 0) const {
    const std::uint64_t place = scrambled(static_cast<std::uint64_t>(row) + 0x632be59bd9b4e019U);
    return scrambled(key_ ^ (place + number * 0x9e3779b97f4a7c15U));
  }

  /// A number below `count`, which is more than 0. When `count` grows, most rows keep theirs.
  std::uint64_t below(std::uint64_t count, std::int64_t row, std::uint64_t number = 0) const {
    // Each half of the tries hits at least; the series of draws of two numbers do not meet.
    const std::uint64_t mask = std::bit_ceil(count) - 1;
    for (std::uint64_t attempt = number << 32U;; ++attempt) {
      const std::uint64_t value = draw(row, attempt) & mask;
      if (value < count) return value;
    }
  }

  /// A number below `count` of which the first come often, about as 1 / (number + 1).
  std::uint64_t zipf(std::uint64_t count, std::int64_t row) const {
    const auto octaves = static_cast<std::uint64_t>(std::bit_width(count));
    for (std::uint64_t attempt = 0;; attempt += 2) {
      const std::uint64_t first = std::uint64_t{1} << (draw(row, attempt) % octaves);
      const std::uint64_t value = first - 1 + (draw(row, attempt + 1) & (first - 1));
      if (value < count) return value;
    }
  }

  /// Another number below `count` for each `row` below it.
  std::uint64_t shuffled(std::uint64_t count, std::int64_t row) const {
    // A Feistel network over an even number of bits, walked until it comes out below `count`.
    const auto half = static_cast<unsigned>((std::bit_width(count - 1) + 1) / 2);
    const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
    auto value = static_cast<std::uint64_t>(row);
    do {
      std::uint64_t left = value >> half;
      std::uint64_t right = value & mask;
      for (std::uint64_t round = 1; round <= 4; ++round) {
        const std::uint64_t next = left ^ (scrambled(key_ + round + (right << 3U)) & mask);
        left = right;
        right = next;
      }
      value = left << half | right;
    } while (value >= count);
    return value;
  }

 private:
  std::uint64_t key_;
};

}  // namespace provision
