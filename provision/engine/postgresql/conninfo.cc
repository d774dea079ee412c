#include "provision/engine/postgresql/conninfo.h"

#include <pwd.h>
#include <unistd.h>

#include <array>

#include "provision/base/error.h"
#include "provision/base/text.h"

namespace provision::postgresql {
namespace {

constexpr std::string_view kDefaultPort = "5432";
constexpr std::string_view kConnectTimeout = "10";

// Further parameters that a URL may carry; what is not here would fight with what we set ourselves.
constexpr std::array<std::string_view, 22> kParameters = {
    "channel_binding",  "connect_timeout",  "gssencmode",      "hostaddr",
    "keepalives",       "keepalives_count", "keepalives_idle", "keepalives_interval",
    "krbsrvname",       "options",          "passfile",        "sslcert",
    "sslcompression",   "sslcrl",           "sslkey",          "sslmode",
    "sslpassword",      "sslrootcert",      "sslsni",          "target_session_attrs",
    "tcp_user_timeout", "require_auth"};

void append(std::string& text, std::string_view key, std::string_view value) {
  if (value.find('\0') != std::string_view::npos) {
    throw usage_error(fmt::format("the connection's '{}' has a NUL byte in it", key));
  }
  if (!text.empty()) text += ' ';
  text += key;
  text += "='";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  text += '\'';
}

/// libpq's own choice would depend on how it was compiled.
std::string default_host(std::string_view port) {
  for (const std::string_view folder : {"/var/run/postgresql", "/tmp"}) {
    std::error_code ignored;
    const auto socket = std::filesystem::path(folder) / fmt::format(".s.PGSQL.{}", port);
    if (std::filesystem::exists(socket, ignored)) return std::string(folder);
  }
  return "/var/run/postgresql";
}

std::string default_user() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_name : "postgres";
}

std::string parameter(const Location& location, const std::string& name) {
  const auto found = location.parameters.find(name);
  return found == location.parameters.end() ? std::string() : found->second;
}

std::string tls_mode(const DatabaseSpec& spec) {
  std::string mode = spec.tls.empty() ? parameter(spec.location, "sslmode") : spec.tls;
  if (mode.empty()) mode = is_local(spec.location) ? "disable" : "verify-full";
  if (mode == "verify-full" || mode == "verify-ca" || mode == "require" || mode == "disable") {
    return mode;
  }
  throw usage_error(fmt::format("unknown or unsafe TLS mode '{}'", mode),
                    "use verify-full, verify-ca, require or disable; `prefer` and `allow` may "
                    "fall back to plain text unnoticed");
}

/// The system's certificate authorities, where the user has named none: libpq looks only in ~.
std::string root_certificate(const DatabaseSpec& spec, const std::string& mode) {
  if (mode == "disable" || mode == "require") return {};
  if (std::string given = parameter(spec.location, "sslrootcert"); !given.empty()) return given;
  std::error_code ignored;
  if (const passwd* entry = ::getpwuid(::geteuid()); entry != nullptr) {
    const auto own = std::filesystem::path(entry->pw_dir) / ".postgresql/root.crt";
    if (std::filesystem::exists(own, ignored)) return own.string();
  }
  for (const char* file : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/cert.pem"}) {
    if (std::filesystem::exists(file, ignored)) return file;
  }
  return {};
}

std::string escaped_option(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == ' ' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

std::string startup_options(const DatabaseSpec& spec, const ConnectOptions& options,
                            const StartupSettings& startup) {
  std::string text = parameter(spec.location, "options");
  if (!startup.any) return text;
  for (const auto& [name, value] : session_settings(options, startup)) {
    text += fmt::format("{}-c {}={}", text.empty() ? "" : " ", name, escaped_option(value));
  }
  return text;
}

void append_address(std::string& text, const Location& location) {
  const std::string port = location.port.empty() ? std::string(kDefaultPort) : location.port;
  append(text, "host", location.host.empty() ? default_host(port) : location.host);
  append(text, "port", port);
  append(text, "user", location.user.empty() ? default_user() : location.user);
}

void append_tls(std::string& text, const DatabaseSpec& spec) {
  const std::string mode = tls_mode(spec);
  append(text, "sslmode", mode);
  if (const std::string root = root_certificate(spec, mode); !root.empty()) {
    append(text, "sslrootcert", root);
  }
}

void append_parameters(std::string& text, const Location& location) {
  for (const auto& [name, value] : location.parameters) {
    if (name == "sslmode" || name == "sslrootcert" || name == "options" ||
        name == "connect_timeout" || name == "gssencmode") {
      continue;
    }
    if (std::find(kParameters.begin(), kParameters.end(), name) == kParameters.end()) {
      const std::vector<std::string> known(kParameters.begin(), kParameters.end());
      throw usage_error(fmt::format("unknown connection parameter '{}'", name),
                        name_hint(name, known));
    }
    append(text, name, value);
  }
  const std::string gss = parameter(location, "gssencmode");
  append(text, "gssencmode", gss.empty() ? "disable" : gss);
}

}  // namespace

std::string conninfo(const DatabaseSpec& spec, const ConnectOptions& options,
                     const StartupSettings& startup) {
  if (spec.location.database.empty()) {
    throw usage_error(fmt::format("no database is named for '{}'", spec.label()),
                      "end its `url` with /NAME");
  }
  std::string text;
  append_address(text, spec.location);
  append(text, "dbname", spec.location.database);
  if (!spec.location.password.empty()) append(text, "password", spec.location.password.reveal());
  append_tls(text, spec);
  append(text, "application_name", options.application);
  const std::string timeout = parameter(spec.location, "connect_timeout");
  append(text, "connect_timeout", timeout.empty() ? kConnectTimeout : timeout);
  append(text, "client_encoding", "UTF8");
  append(text, "options", startup_options(spec, options, startup));
  append_parameters(text, spec.location);
  return text;
}

std::string client_conninfo(const DatabaseSpec& spec) {
  std::string text;
  append_address(text, spec.location);
  append(text, "dbname", spec.location.database);
  append_tls(text, spec);
  append_parameters(text, spec.location);
  return text;
}

std::map<std::string, std::string> session_settings(const ConnectOptions& options,
                                                    const StartupSettings& startup) {
  std::map<std::string, std::string> settings = {
      {"DateStyle", "ISO"},
      {"IntervalStyle", "postgres"},
      {"standard_conforming_strings", "on"},
      {"client_min_messages", "warning"},
      {"idle_in_transaction_session_timeout", "10min"},
  };
  // Without it a statement of a killed process stays in the lock queue, and is done in the end.
  if (startup.connection_check) settings["client_connection_check_interval"] = "1s";
  if (options.access == Access::read) {
    settings["default_transaction_read_only"] = "on";
    settings["lock_timeout"] = "1s";  // who only looks does not wait for a migration
  } else {
    settings["TimeZone"] = "UTC";
    settings["lock_timeout"] = "5s";
  }
  if (options.scratch) {
    settings["synchronous_commit"] = "off";
    settings["jit"] = "off";  // compiling a query takes longer than running it on a few rows
  }
  return settings;
}

std::string shown_target(const Location& location) {
  const std::string port = location.port.empty() ? std::string(kDefaultPort) : location.port;
  const std::string host = location.host.empty() ? default_host(port) : location.host;
  return fmt::format("'{}' on {}:{}", location.database, host, port);
}

bool is_local(const Location& location) {
  const std::string& host = location.host;
  return host.empty() || host.front() == '/' || host == "localhost" || host == "127.0.0.1" ||
         host == "::1";
}

}  // namespace provision::postgresql
