// Foreign text on its way into the HTML page.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace provision {

/// `text` as HTML, good between tags and within quoted attributes: printable, nothing in it markup.
std::string html_escaped(std::string_view text, bool keep_lines = false);

/// "<name class="kind">text</name>", the text escaped; only <pre> keeps its lines.
std::string html_element(std::string_view name, std::string_view kind, std::string_view text);

/// Both texts as HTML, the words that the other one does not have in <mark>.
std::pair<std::string, std::string> marked_changes(std::string_view expected,
                                                   std::string_view actual);

/// "sha256-..." of a style or a script, as a content security policy names it.
std::string policy_hash(std::string_view content);

}  // namespace provision
