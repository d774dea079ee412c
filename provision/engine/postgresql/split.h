// A script's statements, and which of them a revision may not have.
#pragma once

#include <string_view>
#include <vector>

#include "provision/engine/database.h"

namespace provision::postgresql {

/// As `Engine::split` promises.
std::vector<Statement> split(std::string_view script, Origin origin = Origin::own);

/// True if the server refuses `statement` in a transaction block.
bool needs_autocommit(std::string_view statement);

/// The offsets and lengths that PostgreSQL's own parser finds; nothing if it rejects the script.
/// For bodies that plain tokens cannot tell the end of, and as the measure of the fast way in
/// tests.
struct Span {
  size_t begin = 0;
  size_t size = 0;
};
std::vector<Span> parser_spans(std::string_view script);

}  // namespace provision::postgresql
