// Names and words that made-up rows are written with.
#pragma once

#include <span>
#include <string_view>

namespace provision {

std::span<const std::string_view> first_names();
std::span<const std::string_view> last_names();
std::span<const std::string_view> plain_words();

}  // namespace provision
