// Text: trimming, splitting, quoting, comparing names, and making foreign text safe to show.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace provision {

std::string_view trimmed(std::string_view text);
std::string lower(std::string_view text);
/// The parts of `text` between `separator`s, trimmed; empty parts are left out.
std::vector<std::string> split_list(std::string_view text, char separator = ',');
/// The lines of `text` without their ends ("\n" or "\r\n").
std::vector<std::string_view> lines_of(std::string_view text);
std::string joined(const std::vector<std::string>& parts, std::string_view separator);

/// True for well-formed UTF-8 (no overlong forms, no surrogates).
bool is_utf8(std::string_view text);
/// `text` with "\r\n" and lone "\r" as "\n".
std::string with_unix_lines(std::string_view text);

/// The known name that `word` was probably meant to be, if one is near enough.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> known);
/// "did you mean 'x'?" or "known: a, b, c", as a hint for an unknown `word`.
std::string name_hint(std::string_view word, std::span<const std::string> known);

/// A glob match with '*' (any run) and '?' (any one character).
bool matches_glob(std::string_view pattern, std::string_view text);

/// A standard SQL string literal: quotes doubled. Throws usage Error for text with a NUL byte.
std::string sql_literal(std::string_view text);
/// A quoted SQL identifier. Throws usage Error for an empty name or one with a NUL byte.
std::string sql_identifier(std::string_view name);
/// `"schema"."name"`, or the name alone if `schema` is empty.
std::string sql_name(std::string_view schema, std::string_view name);

/// `text` safe for a terminal: control characters, escapes and bidirectional marks as "\xNN" or
/// "\u{NNNN}"; line breaks kept when `keep_lines`.
std::string printable(std::string_view text, bool keep_lines = false);
/// Columns `text` takes on a terminal, counting code points (wide ones as two).
int display_width(std::string_view text);

/// "1 row", "3 rows".
std::string counted(std::int64_t count, std::string_view singular, std::string_view plural = {});

/// The lines that differ between two texts, "-old" and "+new", with two lines of context (" same");
/// "..." stands where lines are left out. No newline at the end; empty when all lines are the same.
std::string line_difference(std::string_view before, std::string_view after);

}  // namespace provision
