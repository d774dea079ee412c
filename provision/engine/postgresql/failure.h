// What the server says no with, as Errors.
#pragma once

#include <string>
#include <string_view>

#include "provision/base/error.h"

namespace provision::postgresql {

/// What the text of a server's error says, in parts; severity and caret lines left out.
struct ServerMessage {
  std::string text;  ///< the message, and its DETAIL after "; "
  std::string hint;
  std::string context;
  int line = 0;  ///< of the statement, or of COPY's input; 0 if it was not said
};
ServerMessage parsed_message(std::string_view what);

/// The Error for a statement that failed with SQLSTATE `code`: unavailable where trying again may
/// help, refused otherwise. `what` is the text as libpq has it.
Error statement_error(std::string_view code, std::string_view what);

/// The unavailable Error for a connection that could not be made. `server` says to what.
Error connection_error(std::string_view what, std::string_view server);

}  // namespace provision::postgresql
