// Spans of time as people write them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace provision {

/// "90s", "30m", "2h", "1d", or "0"; nothing for anything else, and for more than ten years.
std::optional<std::chrono::seconds> duration_in(std::string_view text);
/// "30 minutes", in the largest unit that leaves no rest.
std::string shown(std::chrono::seconds duration);
/// "2026-11-21T21:40:00Z" of seconds since the epoch.
std::string utc_time(std::int64_t seconds);

}  // namespace provision
