// SHA-2, for checksums of revisions, seeds and backups.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace provision {

/// The SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);
/// The SHA-384 of `bytes` as 96 of them.
std::string sha384(std::string_view bytes);

/// The SHA-256 of bytes that come piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  /// As `sha256` has it, of all that was added; called once.
  std::string text();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// `count` random bytes from the system as hexadecimal digits.
std::string random_hex(int count);

/// A random (version 4) UUID.
std::string random_uuid();

}  // namespace provision
