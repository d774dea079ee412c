// What the parts of the Markdown format share.
#pragma once

#include <string>
#include <string_view>

#include "provision/model/report.h"
#include "provision/report/compared.h"

namespace provision {

/// GitHub takes no summary of more than 1 MiB.
inline constexpr size_t kLongestMarkdown = 900'000;

/// `text` on one line with nothing that Markdown or HTML gives a meaning: all of ASCII but letters,
/// digits and a few harmless signs is a character reference.
std::string markdown_escaped(std::string_view text);

/// The same as code; nothing if it is empty.
std::string markdown_code(std::string_view text);

/// What differs and what was said, in a fence of its own; nothing if that is nothing.
std::string markdown_differences(const Finding& finding);

/// `finding` to unfold.
std::string markdown_details(const Finding& finding);

/// `table` with its title.
std::string markdown_table(const Table& table);

/// For each comparison a table of what differs, and folded below it how; at most `room` bytes or
/// little more.
std::string markdown_compared(const ComparedReport& report, size_t room);

}  // namespace provision
