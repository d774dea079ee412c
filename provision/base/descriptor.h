// An open file descriptor that closes itself, and the error of a failed system call.
#pragma once

#include <filesystem>
#include <string_view>
#include <utility>

#include "provision/base/error.h"

namespace provision {

/// "cannot read 'x': permission denied", unavailable; `error` is an errno.
Error system_error(std::string_view what, const std::filesystem::path& path, int error);

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }
  void close();

  /// Writes all of `text`; `path` is what an unavailable Error names.
  void write(std::string_view text, const std::filesystem::path& path) const;
  void sync(const std::filesystem::path& path) const;

 private:
  int number_;
};

struct Pipe {
  Descriptor end;    ///< read from
  Descriptor start;  ///< written to
};
/// A pipe that children do not inherit.
Pipe open_pipe();

/// Opens /dev/null for each of 0, 1 and 2 that is closed; called once, by `main`. Otherwise the
/// next file that is opened, a database perhaps, is what "standard error" is written to.
void open_standard_streams();

}  // namespace provision
