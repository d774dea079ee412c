// Servers beside the one that tests share, run by PostgreSQL's own programs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace provision {

/// Runs a program as the user that servers run as; that it fails is the test's failure.
void run_for_server(const std::filesystem::path& program, std::vector<std::string> arguments);

/// A folder in `parent` that belongs to the user that servers run as.
std::filesystem::path folder_for_server(const std::filesystem::path& parent,
                                        const std::string& name);

/// A standby of the server whose socket is in the folder `primary`; it ends with this object.
class Standby {
 public:
  Standby(const std::filesystem::path& primary, const std::filesystem::path& parent);
  ~Standby();
  Standby(const Standby&) = delete;
  Standby& operator=(const Standby&) = delete;

  /// Of its socket.
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

}  // namespace provision
