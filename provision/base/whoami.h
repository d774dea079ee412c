// Who runs this process, and when: for bookkeeping and for messages to others who wait.
#pragma once

#include <chrono>
#include <string>

namespace provision {

/// "user@host".
std::string user_and_host();
/// "provision upgrade (user@host, process 123)", at most 63 bytes.
std::string session_name(const std::string& command);
/// The time now, "2026-11-21T10:20:55Z".
std::string utc_now();
/// The time `age` before now, likewise: what is less is older.
std::string utc_before(std::chrono::seconds age);
/// The time now as fourteen digits, for a new revision's id.
std::string utc_digits();

}  // namespace provision
