// The one error type, and the exit code each kind of it ends the program with.
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace provision {

/// What went wrong, seen from the one who must act on it. The value is the exit code.
enum class ErrorKind {
  usage = 2,          ///< the command line or a file the user wrote is wrong
  refused = 3,        ///< the database refused a statement; nothing is half-done
  unavailable = 4,    ///< a server, file, lock or program could not be used; trying again may help
  unknown = 5,        ///< the outcome of a COMMIT could not be learnt
  internal = 70,      ///< a bug of ours
  interrupted = 130,  ///< SIGINT; what was open is rolled back
  terminated = 143,   ///< SIGTERM; what was open is rolled back
};

/// "usage", "refused", ...: the word used in JSON.
std::string_view name_of(ErrorKind kind);

/// A line of a file that the user wrote; `line` counts from 1, 0 means the file as a whole.
struct Place {
  std::string file;
  int line = 0;

  /// "migrations/1_a.sql:12", or the file alone.
  std::string text() const;
};

/// A failure on its way to `main`, which catches it once. `what()` is the whole message, without
/// the hint: trouble first, lower case, names in single quotes, no full stop, no secret.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string message, std::string hint = {});

  /// The same error, its message led by what was being done: "cannot apply revision 'a': ...".
  [[nodiscard]] Error within(std::string_view step) const;
  /// The same error, its message followed by the state that things were left in.
  [[nodiscard]] Error followed_by(std::string_view state) const;
  /// The same error, its message led by a place, unless it has one already.
  [[nodiscard]] Error at(const Place& place) const;
  /// The same error with a line within the text that was run; who knows the file calls `at`.
  [[nodiscard]] Error with_line(int line) const;
  /// The same error with the database's own code (SQLSTATE, or SQLite's result code name).
  [[nodiscard]] Error with_code(std::string code) const;
  /// The same error with a hint, unless it has one already.
  [[nodiscard]] Error with_hint(std::string hint) const;

  ErrorKind kind() const { return kind_; }
  const char* what() const noexcept override { return message_.c_str(); }
  const std::string& message() const { return message_; }
  const std::string& hint() const { return hint_; }
  const std::string& code() const { return code_; }
  const Place& place() const { return place_; }
  int exit_code() const { return static_cast<int>(kind_); }

 private:
  ErrorKind kind_;
  std::string message_;
  std::string hint_;
  std::string code_;
  Place place_;
};

Error usage_error(std::string message, std::string hint = {});
Error usage_error(const Place& place, std::string_view message, std::string hint = {});
Error refused(std::string message, std::string hint = {});
Error unavailable(std::string message, std::string hint = {});
Error internal_error(std::string message);

}  // namespace provision
