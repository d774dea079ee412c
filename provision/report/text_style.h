// Colours and columns: what the parts of the text format share.
#pragma once

#include <string>
#include <string_view>

#include "provision/model/report.h"
#include "provision/report/render.h"

namespace provision {

/// `text`, which must be printable, in the colour of `tone` if `style` has colours.
std::string painted(const std::string& text, Tone tone, const Style& style);

/// That of a line which begins with `sign`.
Tone tone_of_sign(char sign);

/// `width` blanks, none if it is negative.
std::string padding(int width);

/// `text` if it takes at most `width` columns, else its beginning and "...".
std::string elided(std::string_view text, int width);

}  // namespace provision
