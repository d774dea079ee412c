// A value that no output may show.
#pragma once

#include <string>
#include <string_view>

namespace provision {

/// A password. It has no formatter and no stream operator, so it cannot be printed by accident.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  bool empty() const { return value_.empty(); }
  /// The value itself; only code that hands it to a server or a client program calls this.
  const std::string& reveal() const { return value_; }
  bool operator==(const Secret&) const = default;

 private:
  std::string value_;
};

/// `text` with every password in a URL ("scheme://user:SECRET@"), a conninfo ("password=SECRET"), a
/// variable ("PGPASSWORD=SECRET") or SQL ("PASSWORD 'SECRET'") replaced by "***". The last guard,
/// at the sink, for text that others wrote.
std::string redacted(std::string_view text);

}  // namespace provision
