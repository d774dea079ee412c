#include "provision/base/error.h"

#include <fmt/format.h>

namespace provision {

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return "usage";
    case ErrorKind::refused:
      return "refused";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::unknown:
      return "unknown";
    case ErrorKind::internal:
      return "internal";
    case ErrorKind::interrupted:
      return "interrupted";
    case ErrorKind::terminated:
      return "terminated";
  }
  return "internal";
}

std::string Place::text() const { return line > 0 ? fmt::format("{}:{}", file, line) : file; }

Error::Error(ErrorKind kind, std::string message, std::string hint)
    : kind_(kind), message_(std::move(message)), hint_(std::move(hint)) {}

Error Error::within(std::string_view step) const {
  Error error = *this;
  error.message_ = fmt::format("{}: {}", step, message_);
  return error;
}

Error Error::followed_by(std::string_view state) const {
  Error error = *this;
  if (error.message_.ends_with('.')) error.message_.pop_back();
  // After several lines it would be taken for a part of the last of them.
  const bool is_long = error.message_.find('\n') != std::string::npos;
  error.message_ += fmt::format("{}{}", is_long ? "\n" : "; ", state);
  return error;
}

Error Error::at(const Place& place) const {
  if (!place_.file.empty()) return *this;
  Error error = *this;
  error.place_ = place;
  error.message_ = fmt::format("{}: {}", place.text(), message_);
  return error;
}

Error Error::with_line(int line) const {
  Error error = *this;
  error.place_.line = line;
  return error;
}

Error Error::with_code(std::string code) const {
  Error error = *this;
  error.code_ = std::move(code);
  return error;
}

Error Error::with_hint(std::string hint) const {
  Error error = *this;
  if (error.hint_.empty()) error.hint_ = std::move(hint);
  return error;
}

Error usage_error(std::string message, std::string hint) {
  return Error(ErrorKind::usage, std::move(message), std::move(hint));
}

Error usage_error(const Place& place, std::string_view message, std::string hint) {
  return Error(ErrorKind::usage, std::string(message), std::move(hint)).at(place);
}

Error refused(std::string message, std::string hint) {
  return Error(ErrorKind::refused, std::move(message), std::move(hint));
}

Error unavailable(std::string message, std::string hint) {
  return Error(ErrorKind::unavailable, std::move(message), std::move(hint));
}

Error internal_error(std::string message) {
  return Error(ErrorKind::internal, std::move(message),
               "this is a bug in provision; please report it with the command that led to it");
}

}  // namespace provision
