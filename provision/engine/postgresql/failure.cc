#include "provision/engine/postgresql/failure.h"

#include <array>
#include <cctype>

#include "provision/base/text.h"

namespace provision::postgresql {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

/// True for "ERROR:  ", "FATAL:  ", or the same in another language.
size_t severity_size(std::string_view what) {
  const size_t colon = what.find(":  ");
  if (colon == std::string_view::npos || what.substr(0, colon).find(' ') != std::string_view::npos)
    return 0;
  return colon + 3;
}

std::string without_blank_ends(std::string_view text) {
  const size_t end = text.find_last_not_of(kBlanks);
  return std::string(text.substr(0, end == std::string_view::npos ? 0 : end + 1));
}

bool is_caret_line(std::string_view line) {
  return !line.empty() && line.back() == '^' && line.find_first_not_of(" \t") == line.size() - 1;
}

/// The line of COPY's input in "COPY t, line 3, column c: ...".
int copy_line(const std::string& context) {
  constexpr std::string_view kLine = ", line ";
  const size_t at = context.rfind("COPY ", 0) == 0 ? context.find(kLine) : std::string::npos;
  return at == std::string::npos ? 0 : std::atoi(context.c_str() + at + kLine.size());
}

struct CodeHint {
  std::string_view code;
  std::string_view hint;
};

constexpr std::array kCodeHints = {
    CodeHint{"25001",
             "give it a revision of its own that runs outside a transaction: `-- transaction: off` "
             "at the head of one of ours, or what the tool of the migrations has for that"},
    CodeHint{"55P04",
             "a new value of an enum can be used only after the transaction that adds it: "
             "use it in a revision of its own"},
    CodeHint{"55P03",
             "another session holds a lock on it; try again when it is done, or look in "
             "pg_stat_activity for who it is"},
    CodeHint{"42501", "connect as the owner, or ask the owner for the privilege"},
    CodeHint{"28P01", "check `password_file` or `password_env` of the environment"},
    CodeHint{"28000", "check the user in the URL, and the server's pg_hba.conf"},
    CodeHint{"3D000", "`provision create` makes it"},
    CodeHint{"53300", "close idle sessions, or raise max_connections on the server"},
    CodeHint{"53100", "free space on the server's disk"},
    CodeHint{"53200",
             "raise max_locks_per_transaction on the server, or touch fewer tables in one "
             "revision"},
    CodeHint{"57014",
             "it was cancelled, by an administrator or by a timeout; trying again may help"},
    CodeHint{"40P01", "trying again may help"},
    CodeHint{"40001", "trying again may help"},
    CodeHint{"55006", "end the sessions that use it"},
};

std::string hint_for(std::string_view code) {
  for (const CodeHint& entry : kCodeHints) {
    if (entry.code == code) return std::string(entry.hint);
  }
  return {};
}

bool may_succeed_later(std::string_view code) {
  const std::string_view group = code.substr(0, 2);
  return group == "08" || group == "53" || code == "57P01" || code == "57P02" || code == "57P03" ||
         code == "40001" || code == "40P01" || code == "55P03" || code == "55006" ||
         code == "57014";
}

struct ConnectFailure {
  std::string_view word;  ///< in libpq's text
  std::string_view code;
};

// libpq does not tell the SQLSTATE of a failed connection.
constexpr std::array kConnectFailures = {
    ConnectFailure{"password authentication failed", "28P01"},
    ConnectFailure{"no password supplied", "28P01"},
    ConnectFailure{"authentication failed", "28000"},
    ConnectFailure{"no pg_hba.conf entry", "28000"},
    ConnectFailure{"too many clients", "53300"},
    ConnectFailure{"too many connections", "53300"},
    ConnectFailure{"remaining connection slots", "53300"},
    ConnectFailure{"permission denied for database", "42501"},
    ConnectFailure{"starting up", "57P03"},
    ConnectFailure{"shutting down", "57P03"},
    ConnectFailure{"not yet accepting connections", "57P03"},
    ConnectFailure{"not currently accepting connections", "55000"},
};

std::string connect_code(std::string_view text) {
  for (const ConnectFailure& failure : kConnectFailures) {
    if (text.find(failure.word) != std::string_view::npos) return std::string(failure.code);
  }
  if (text.find("does not exist") != std::string_view::npos) {
    if (text.find("database \"") != std::string_view::npos) return "3D000";
    if (text.find("role \"") != std::string_view::npos) return "28000";
  }
  return "08001";
}

/// libpq's text after "connection to server at ... failed: FATAL:  ", on one line.
std::string connect_reason(std::string_view what) {
  const size_t failed = what.find(" failed: ");
  std::string_view reason = failed == std::string_view::npos ? what : what.substr(failed + 9);
  reason.remove_prefix(severity_size(reason));
  std::string text;
  for (const std::string_view line : lines_of(trimmed(reason))) {
    if (!text.empty()) text += "; ";
    text += trimmed(line);
  }
  return text;
}

}  // namespace

ServerMessage parsed_message(std::string_view what) {
  ServerMessage message;
  what.remove_prefix(severity_size(what));
  std::string* part = &message.text;
  std::string detail;
  std::string ignored;
  bool internal_query = false;
  for (const std::string_view line : lines_of(what)) {
    const auto begins = [&](std::string_view label, std::string& target) {
      if (line.substr(0, label.size()) != label) return false;
      part = &target;
      *part += line.substr(label.size());
      return true;
    };
    if (line.substr(0, 5) == "LINE " && line.size() > 5 && std::isdigit(line[5]) != 0) {
      message.line = std::atoi(std::string(line.substr(5)).c_str());
      part = &ignored;
      continue;
    }
    if (is_caret_line(line)) {
      part = &ignored;
      continue;
    }
    if (begins("DETAIL:  ", detail) || begins("HINT:  ", message.hint) ||
        begins("CONTEXT:  ", message.context)) {
      continue;
    }
    if (begins("QUERY:  ", ignored)) {
      internal_query = true;
      continue;
    }
    if (!part->empty()) *part += '\n';
    *part += line;
  }
  if (internal_query) message.line = 0;
  if (message.line == 0) message.line = copy_line(message.context);
  message.text = without_blank_ends(message.text);
  if (!detail.empty()) message.text += "; " + without_blank_ends(detail);
  message.hint = without_blank_ends(message.hint);
  return message;
}

Error statement_error(std::string_view code, std::string_view what) {
  const ServerMessage message = parsed_message(what);
  const ErrorKind kind = may_succeed_later(code) ? ErrorKind::unavailable : ErrorKind::refused;
  return Error(kind, message.text, message.hint)
      .with_hint(hint_for(code))
      .with_code(std::string(code))
      .with_line(message.line);
}

Error connection_error(std::string_view what, std::string_view server) {
  const std::string reason = connect_reason(what);
  const std::string code = connect_code(reason);
  if (code != "08001") {
    return unavailable(fmt::format("cannot connect to {}: {}", server, reason), hint_for(code))
        .with_code(code);
  }
  if (reason.find("root certificate") != std::string::npos) {
    return unavailable(fmt::format("cannot connect to {}: {}", server, reason),
                       "name the certificate authority with `sslrootcert=FILE` in the URL")
        .with_code(code);
  }
  return unavailable(fmt::format("no PostgreSQL server answers at {}: {}", server, reason),
                     "is it running, and is the address right?")
      .with_code(code);
}

}  // namespace provision::postgresql
