// Locations as URLs, and URLs as locations.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/model/environment.h"

namespace provision {
namespace {

constexpr std::string_view kPostgresql = "postgresql";
constexpr std::string_view kSqlite = "sqlite";

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// `text` with all but letters, digits, "-._~" and the characters in `plain` percent-encoded.
std::string encoded(std::string_view text, std::string_view plain = {}) {
  constexpr std::string_view kUnreserved = "-._~";
  std::string result;
  for (const char c : text) {
    if (is_alphanumeric(c) || kUnreserved.find(c) != std::string_view::npos ||
        plain.find(c) != std::string_view::npos) {
      result += c;
    } else {
      fmt::format_to(std::back_inserter(result), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

int hex_digit(char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const size_t digit = kDigits.find(lower({&c, 1}));
  return digit == std::string_view::npos ? -1 : static_cast<int>(digit);
}

std::string decoded(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      throw usage_error("a '%' in the database URL is not followed by two hexadecimal digits",
                        "write a '%' itself as '%25'");
    }
    if (high + low == 0) throw usage_error("the database URL has a NUL byte ('%00')");
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return result;
}

/// `text` before and after the first `separator`; all of it and nothing if there is none.
std::pair<std::string_view, std::string_view> split_at(std::string_view text, char separator) {
  const size_t at = text.find(separator);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

std::map<std::string, std::string> parse_parameters(std::string_view query) {
  std::map<std::string, std::string> parameters;
  for (const std::string& part : split_list(query, '&')) {
    const auto [name, value] = split_at(part, '=');
    if (!parameters.emplace(decoded(name), decoded(value)).second) {
      throw usage_error("a parameter stands twice in the database URL");
    }
  }
  return parameters;
}

void check_port(std::string_view port) {
  constexpr int kHighest = 65535;
  const bool is_number = !port.empty() && port.size() <= 5 &&
                         port.find_first_not_of("0123456789") == std::string_view::npos;
  if (is_number) {
    const int number = std::stoi(std::string(port));
    if (number > 0 && number <= kHighest) return;
  }
  // The port itself is not shown: with a ':' or '/' in the password, it is a part of that.
  throw usage_error("the port in the database URL is not a number from 1 to 65535",
                    "write '/', ':', '@', '?', '#' and '%' in a password percent-encoded");
}

void parse_host(std::string_view text, Location& location) {
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    const std::string_view rest = end == std::string_view::npos ? "" : text.substr(end + 1);
    if (end == std::string_view::npos || (!rest.empty() && rest.front() != ':')) {
      throw usage_error("the host in the database URL is not a well-formed '[IPv6 address]'");
    }
    location.host = decoded(text.substr(1, end - 1));
    has_port = !rest.empty();
    port = has_port ? rest.substr(1) : rest;
  } else if (text.find(',') != std::string_view::npos) {
    throw usage_error("the database URL names more than one host", "name the one to be used");
  } else {
    const auto [host, after] = split_at(text, ':');
    location.host = decoded(host);
    has_port = host.size() < text.size();
    port = after;
  }
  if (!has_port || port.empty()) return;
  check_port(port);
  location.port = port;
}

/// Moves what may be written either way out of the parameters.
void take_from_parameters(Location& location) {
  const auto take = [&location](const std::string& name) {
    auto node = location.parameters.extract(name);
    return node.empty() ? std::string() : std::move(node.mapped());
  };
  if (auto host = take("host"); !host.empty()) location.host = std::move(host);
  if (auto port = take("port"); !port.empty()) {
    check_port(port);
    location.port = std::move(port);
  }
  if (auto user = take("user"); !user.empty()) location.user = std::move(user);
  if (auto name = take("dbname"); !name.empty()) location.database = std::move(name);
  if (auto password = take("password"); !password.empty()) {
    location.password = Secret(std::move(password));
  }
}

Location parse_postgresql(std::string_view rest) {
  if (!rest.starts_with("//")) {
    throw usage_error("the database URL lacks '//' after 'postgresql:'",
                      "postgresql://user@host/database");
  }
  rest.remove_prefix(2);
  const size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view authority = rest.substr(0, authority_end);
  const auto [path, query] = split_at(rest.substr(authority_end), '?');

  Location location;
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const auto [user, password] = split_at(authority.substr(0, at), ':');
    location.user = decoded(user);
    location.password = Secret(decoded(password));
    authority.remove_prefix(at + 1);
  }
  parse_host(authority, location);
  if (!path.empty()) location.database = decoded(path.substr(1));
  location.parameters = parse_parameters(query);
  take_from_parameters(location);
  return location;
}

Location parse_sqlite(std::string_view rest) {
  if (rest.starts_with("///")) {
    rest.remove_prefix(3);
  } else if (rest.starts_with("//") && rest.size() > 2) {
    throw usage_error("a SQLite URL has no host",
                      "write sqlite:PATH, sqlite:///RELATIVE/PATH or sqlite:////ABSOLUTE/PATH");
  }
  const auto [path, query] = split_at(rest, '?');
  Location location;
  location.path = decoded(path);
  location.parameters = parse_parameters(query);
  if (path.empty() || path == "//" || path == ":memory:") {
    throw usage_error(
        "the SQLite URL names no file",
        "a database in memory would be gone before it could be used; write sqlite:PATH");
  }
  return location;
}

/// The scheme, without the name of a driver ("+psycopg2"); empty if `url` does not begin with one.
std::string scheme_of(std::string_view url) {
  const std::string_view scheme = split_at(url, ':').first;
  const bool is_scheme =
      scheme.size() < url.size() && std::all_of(scheme.begin(), scheme.end(), [](char c) {
        return is_alphanumeric(c) || c == '+' || c == '-' || c == '_' || c == '.';
      });
  return is_scheme ? lower(split_at(scheme, '+').first) : "";
}

std::string parameters_text(const std::map<std::string, std::string>& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    text += fmt::format("{}{}={}", text.empty() ? '?' : '&', encoded(name), encoded(value, "/:,"));
  }
  return text;
}

std::string postgresql_url(const Location& location, const std::string& password) {
  // A URL has no place for a folder; and a port needs a host before it.
  const bool in_parameters =
      location.host.empty() || location.host.front() == '/' || location.host.front() == '@';
  const bool is_ipv6 = location.host.find(':') != std::string::npos;
  auto parameters = location.parameters;
  std::string text = "postgresql://" + encoded(location.user);
  if (!password.empty()) text += ":" + encoded(password);
  if (!location.user.empty() || !password.empty()) text += "@";
  if (in_parameters) {
    if (!location.host.empty()) parameters["host"] = location.host;
    if (!location.port.empty()) parameters["port"] = location.port;
  } else {
    text += is_ipv6 ? fmt::format("[{}]", encoded(location.host, ":")) : encoded(location.host);
    if (!location.port.empty()) text += ":" + location.port;
  }
  return text + "/" + encoded(location.database) + parameters_text(parameters);
}

std::string url_of(const Location& location, const std::string& password) {
  if (location.path.empty()) return postgresql_url(location, password);
  return fmt::format("{}:{}{}", kSqlite, encoded(location.path.native(), "/+,=@:"),
                     parameters_text(location.parameters));
}

}  // namespace

std::string Location::url() const {
  Location shown = *this;
  std::erase_if(shown.parameters, [](const auto& parameter) {
    return lower(parameter.first).find("password") != std::string::npos;  // sslpassword
  });
  return url_of(shown, "");
}

std::string Location::url_with_password() const { return url_of(*this, password.reveal()); }

ParsedUrl parse_url(std::string_view url) {
  const std::string scheme = scheme_of(url);
  const std::string_view rest = split_at(url, ':').second;
  if (scheme == kPostgresql || scheme == "postgres") {
    return {std::string(kPostgresql), parse_postgresql(rest)};
  }
  if (scheme == kSqlite || scheme == "sqlite3") return {std::string(kSqlite), parse_sqlite(rest)};
  const std::string hint = "write postgresql://user@host/database or sqlite:PATH";
  // What stands before a ':' alone may be a password: "user:password@host".
  if (scheme.empty() || !rest.starts_with("//")) {
    throw usage_error("the database URL does not begin with a scheme", hint);
  }
  throw usage_error(fmt::format("no engine knows database URLs that begin with '{}:'", scheme),
                    hint);
}

}  // namespace provision
