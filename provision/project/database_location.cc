#include "provision/project/database_location.h"

#include <algorithm>
#include <array>

#include "provision/base/text.h"
#include "provision/project/fleet_urls.h"
#include "provision/project/password_file.h"

namespace provision {
namespace {

const std::vector<std::string> kEngines{"sqlite", "postgresql"};

/// What is for a server that somebody else runs.
const std::vector<std::string> kExistingKeys{
    "path", "url", "url_env", "urls_file", "password_env", "password_file", "tls"};

struct StorageWord {
  std::string_view word;
  Storage storage;
};
constexpr std::array kStorageWords = {StorageWord{"memory", Storage::memory},
                                      StorageWord{"disk", Storage::disk}};

/// Reads the keys that say where a database is and how it is reached.
class LocationReader {
 public:
  LocationReader(const DatabaseKeys& keys, DatabaseSpec& spec) : keys_(keys), spec_(spec) {}

  void read() {
    read_server();
    read_storage();
    refuse_several_locations();
    read_place();
    if (spec_.engine == "sqlite") return;
    read_tls();
    read_password();
  }

 private:
  void read_server();
  void read_storage();
  void refuse_several_locations() const;
  void read_place();
  void read_tls();
  void read_password();

  std::vector<ParsedUrl> read_urls();
  std::vector<ParsedUrl> urls_of_variable();
  std::string key_of_url() const;
  void take_urls(const std::string& key);
  void take_mode_of_tls(Location& location, const Place& from);
  void settle_engine(const std::string& told_by, const std::string& implied);
  void take_path(const std::filesystem::path& path, const Place& place);
  void take_default_location();
  void check_server_location(const Place& place);

  const DatabaseKeys& keys_;
  DatabaseSpec& spec_;
};

void LocationReader::read_server() {
  const auto server = keys_.text("server");
  if (!server || *server == "existing") return;
  const std::vector<std::string> known{"existing", "managed"};
  if (*server != "managed") {
    throw usage_error(keys_.place("server"), fmt::format("unknown server '{}'", *server),
                      name_hint(*server, known));
  }
  spec_.server = Server::managed;
}

void LocationReader::read_storage() {
  const auto text = keys_.text("storage");
  if (!text) return;
  const Place& place = keys_.place("storage");
  const auto* const known = std::ranges::find(kStorageWords, *text, &StorageWord::word);
  if (known == kStorageWords.end()) {
    const std::vector<std::string> words{"memory", "disk"};
    throw usage_error(place, fmt::format("unknown storage '{}'", *text), name_hint(*text, words));
  }
  if (spec_.server != Server::managed) {
    throw usage_error(place, "'storage' is for a managed server",
                      "an existing one keeps its data where it does");
  }
  if (known->storage == Storage::memory && !is_disposable(spec_.kind)) {
    throw usage_error(
        place, fmt::format("data of kind '{}' cannot be in memory alone", name_of(spec_.kind)));
  }
  spec_.storage = known->storage;
}

void LocationReader::refuse_several_locations() const {
  const YamlNode* first = nullptr;
  for (const YamlNode& key : keys_.source().node.keys) {
    if (key.text != "path" && key.text != "url" && key.text != "url_env" &&
        key.text != "urls_file") {
      continue;
    }
    if (first != nullptr) {
      throw usage_error(key.place, fmt::format("'{}' and '{}' both say where the database is",
                                               first->text, key.text));
    }
    first = &key;
  }
}

std::vector<ParsedUrl> LocationReader::read_urls() {
  if (keys_.has("urls_file")) {
    const std::string file = *keys_.text("urls_file");
    return read_urls_file(keys_.absolute(file), keys_.place("urls_file"));
  }
  if (const auto url = keys_.text("url")) {
    const auto written = keys_.source().substitutions.find(dotted(keys_.source().key, "url"));
    if (written != keys_.source().substitutions.end() &&
        redacted(written->second.written) != written->second.written) {
      throw usage_error(keys_.place("url"), "a password in a url that is in a file",
                        "use 'password_env: NAME', 'password_file: PATH' or 'url_env: NAME'");
    }
    return {parse_url(*url)};
  }
  return urls_of_variable();
}

std::vector<ParsedUrl> LocationReader::urls_of_variable() {
  const std::string name = *keys_.text("url_env");
  const std::vector<ParsedUrl> urls =
      parse_urls(keys_.lines("url_env"), fmt::format("variable '{}'", name));
  const std::string shown = urls.size() == 1
                                ? redacted(urls.front().location.url_with_password())
                                : counted(static_cast<std::int64_t>(urls.size()), "URL");
  keys_.add_value("url", shown,
                  fmt::format("variable {} ({})", name, keys_.place("url_env").text()));
  return urls;
}

void LocationReader::settle_engine(const std::string& told_by, const std::string& implied) {
  const auto said = keys_.text("engine");
  if (said && std::find(kEngines.begin(), kEngines.end(), *said) == kEngines.end()) {
    throw usage_error(keys_.place("engine"), fmt::format("unknown engine '{}'", *said),
                      name_hint(*said, kEngines));
  }
  if (said && !implied.empty() && *said != implied) {
    throw usage_error(
        keys_.place("engine"),
        fmt::format("engine '{}' contradicts {}, which is for '{}'", *said, told_by, implied));
  }
  spec_.engine = said ? *said : implied.empty() ? "sqlite" : implied;
  if (!said) keys_.add_default("engine", spec_.engine);
}

void LocationReader::take_path(const std::filesystem::path& path, const Place& place) {
  if (path.empty()) throw usage_error(place, "the url names no file");
  if (path == ":memory:") {
    throw usage_error(place, "a database in memory is gone before the next command",
                      "give the path of a file");
  }
  if (!path.has_filename()) {
    throw usage_error(place, fmt::format("'{}' is a folder, not a file", path.native()));
  }
  Location location;
  location.path = keys_.absolute(path);
  spec_.location = std::move(location);
}

void LocationReader::take_default_location() {
  if (spec_.engine == "sqlite") {
    const std::string path = fmt::format("var/{}.db", keys_.name_by_environment());
    take_path(path, keys_.source().node.place);
    keys_.add_default("path", path);
    return;
  }
  if (spec_.server == Server::existing) {
    throw usage_error(keys_.source().node.place,
                      fmt::format("database '{}' does not say where it is", keys_.source().name),
                      "give 'url' or 'url_env', or 'server: managed'");
  }
  spec_.location.database = keys_.text("name").value_or(keys_.name_by_environment());
  check_postgresql_name(spec_.location.database, "a database's name", keys_.place("name"));
  if (!keys_.has("name")) keys_.add_default("name", spec_.location.database);
}

void LocationReader::check_server_location(const Place& place) {
  const Location& location = spec_.location;
  if (location.database.empty()) throw usage_error(place, "the url names no database");
  check_postgresql_name(location.database, "a database's name", place);
  if (!location.user.empty()) check_postgresql_name(location.user, "a user's name", place);
  if (keys_.has("name")) {
    throw usage_error(keys_.place("name"), "'name' is for a managed server's database",
                      "the name of an existing one is in its url");
  }
}

void LocationReader::read_place() {
  if (spec_.server == Server::managed) {
    settle_engine("'server: managed'", "postgresql");
    keys_.refuse(kExistingKeys, "a managed server");
    take_default_location();
    return;
  }
  if (const auto path = keys_.text("path")) {
    settle_engine("'path'", "sqlite");
    take_path(*path, keys_.place("path"));
    return;
  }
  const std::string key = key_of_url();
  if (!keys_.has(key)) {
    settle_engine({}, {});
    take_default_location();
    return;
  }
  try {
    take_urls(key);
  } catch (const Error& error) {
    throw error.at(keys_.place(key));
  }
}

std::string LocationReader::key_of_url() const {
  if (keys_.has("urls_file")) return "urls_file";
  return keys_.has("url") ? "url" : "url_env";
}

void LocationReader::take_urls(const std::string& key) {
  std::vector<ParsedUrl> urls = read_urls();
  settle_engine(fmt::format("'{}'", key), urls.front().engine);
  std::vector<Location> all;
  for (ParsedUrl& url : urls) {
    if (url.engine != spec_.engine) throw usage_error("its URLs are for several engines");
    spec_.location = std::move(url.location);
    if (spec_.engine == "sqlite") {
      if (!spec_.location.parameters.empty()) throw usage_error("a SQLite url takes no parameters");
      take_path(spec_.location.path, keys_.place(key));
    } else {
      check_server_location(keys_.place(key));
    }
    all.push_back(spec_.location);
  }
  spec_.location = all.front();
  if (all.size() > 1) spec_.fleet = std::move(all);
}

void LocationReader::read_tls() {
  const std::vector<std::string> known{"verify-full", "verify-ca", "require", "disable"};
  spec_.tls = keys_.text("tls").value_or("");
  const Place from = keys_.place(keys_.has("tls") ? "tls" : key_of_url());
  take_mode_of_tls(spec_.location, from);
  for (Location& location : spec_.fleet) take_mode_of_tls(location, from);
  if (spec_.tls.empty() || std::find(known.begin(), known.end(), spec_.tls) != known.end()) return;
  if (spec_.tls == "prefer" || spec_.tls == "allow") {
    throw usage_error(from,
                      fmt::format("tls '{}' falls back to an unencrypted connection without "
                                  "a word",
                                  spec_.tls),
                      "use 'verify-full', 'verify-ca', 'require' or 'disable'");
  }
  throw usage_error(from, fmt::format("unknown tls '{}'", spec_.tls), name_hint(spec_.tls, known));
}

void LocationReader::take_mode_of_tls(Location& location, const Place& from) {
  const auto mode = location.parameters.find("sslmode");
  if (mode == location.parameters.end()) return;
  if (!spec_.tls.empty() && spec_.tls != mode->second) {
    throw usage_error(from, "'tls' contradicts 'sslmode' in the url", "keep one");
  }
  spec_.tls = mode->second;
  location.parameters.erase(mode);
}

void LocationReader::read_password() {
  const bool by_variable = keys_.has("password_env");
  const bool by_file = keys_.has("password_file");
  if (!by_variable && !by_file) return;
  const std::string key = by_variable ? "password_env" : "password_file";
  if (by_variable && by_file) {
    throw usage_error(keys_.place("password_file"),
                      "'password_env' and 'password_file' both give the password", "keep one");
  }
  const bool has_one =
      !spec_.location.password.empty() ||
      std::any_of(spec_.fleet.begin(), spec_.fleet.end(),
                  [](const Location& location) { return !location.password.empty(); });
  if (has_one) {
    throw usage_error(keys_.place(key), fmt::format("the url has a password, and so has '{}'", key),
                      "keep one");
  }
  const std::string from = *keys_.text(key);
  spec_.location.password = by_variable
                                ? Secret(keys_.variable(key))
                                : read_password_file(keys_.absolute(from), keys_.place(key));
  for (Location& location : spec_.fleet) location.password = spec_.location.password;
  keys_.add_value(
      "password", "***",
      fmt::format("{} {} ({})", by_variable ? "variable" : "file", from, keys_.place(key).text()));
}

}  // namespace

void read_location(const DatabaseKeys& keys, DatabaseSpec& spec) {
  LocationReader(keys, spec).read();
}

std::string guessed_engine(const YamlNode& node, const Variables& variables) {
  const auto text = [&](std::string_view key) -> std::optional<std::string> {
    const YamlNode* value = node.find(key);
    if (value == nullptr || value->kind != YamlNode::Kind::scalar) return std::nullopt;
    return interpolate(value->text, variables, value->place).text;
  };
  try {
    if (const auto engine = text("engine")) return *engine;
    if (text("path")) return "sqlite";
    if (const auto url = text("url")) return parse_url(*url).engine;
    if (const auto name = text("url_env")) {
      const auto url = find_variable(variables, *name);
      return url ? parse_urls(*url, *name).front().engine : "";
    }
    if (node.find("urls_file") != nullptr) return {};
    return text("server") == "managed" ? "postgresql" : "sqlite";
  } catch (const Error&) {
    return {};  // whoever asks is told of the trouble when the environment is read in earnest
  }
}

}  // namespace provision
