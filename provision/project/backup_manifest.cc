#include "provision/project/backup_manifest.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "provision/base/error.h"
#include "provision/base/hash.h"

namespace provision {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;
// The last line: of all that stands before it.
constexpr std::string_view kSum = "\n \"sha256\": \"";

Json to_json(const BackedUpDatabase& database) {
  Json json = {{"name", database.name},
               {"engine", database.engine},
               {"database", database.database},
               {"server", database.server},
               {"address", database.address},
               {"object_id", database.object_id},
               {"uuid", database.uuid},
               {"encoding", database.encoding},
               {"locale", database.locale},
               {"roles", database.roles},
               {"format", database.format},
               {"tool", database.tool},
               {"size", database.size},
               {"revisions", database.revisions},
               {"fingerprint", database.fingerprint}};
  Json& tables = json["tables"] = Json::array();
  for (const BackedUpTable& table : database.tables) {
    tables.push_back({{"schema", table.schema}, {"name", table.name}, {"rows", table.rows}});
  }
  Json& files = json["files"] = Json::array();
  for (const BackedUpFile& file : database.files) {
    files.push_back({{"path", file.path}, {"size", file.size}, {"sha256", file.sha256}});
  }
  return json;
}

/// Throws usage Error for a path that could lead anywhere but below the folder of the backup.
std::string checked_path(const std::string& path) {
  const std::filesystem::path given(path);
  bool is_safe = !path.empty() && given.is_relative() && path.find('\0') == std::string::npos;
  for (const auto& part : given) is_safe = is_safe && part != ".." && part != "." && !part.empty();
  if (!is_safe) throw usage_error(fmt::format("'{}' is no path within a backup", path));
  return path;
}

BackedUpDatabase read_database(const Json& json) {
  BackedUpDatabase database;
  database.name = checked_path(json.at("name"));
  json.at("engine").get_to(database.engine);
  json.at("database").get_to(database.database);
  json.at("server").get_to(database.server);
  json.at("address").get_to(database.address);
  json.at("object_id").get_to(database.object_id);
  json.at("uuid").get_to(database.uuid);
  json.at("encoding").get_to(database.encoding);
  json.at("locale").get_to(database.locale);
  json.at("roles").get_to(database.roles);
  json.at("format").get_to(database.format);
  json.at("tool").get_to(database.tool);
  json.at("size").get_to(database.size);
  json.at("revisions").get_to(database.revisions);
  json.at("fingerprint").get_to(database.fingerprint);
  for (const Json& table : json.at("tables")) {
    database.tables.push_back({table.at("schema"), table.at("name"), table.at("rows")});
  }
  for (const Json& file : json.at("files")) {
    database.files.push_back({checked_path(file.at("path")), file.at("size"), file.at("sha256")});
  }
  return database;
}

BackupManifest read_manifest(const Json& json) {
  const int format = json.at("provision_backup").get<int>();
  if (format > kFormat) {
    throw usage_error(
        fmt::format("the backup has format {}, this program knows {}", format, kFormat),
        "a newer provision wrote it: use that one");
  }
  BackupManifest manifest;
  json.at("id").get_to(manifest.id);
  json.at("environment").get_to(manifest.environment);
  json.at("kind").get_to(manifest.kind);
  json.at("message").get_to(manifest.message);
  json.at("taken_at").get_to(manifest.taken_at);
  json.at("taken_by").get_to(manifest.taken_by);
  json.at("program").get_to(manifest.program);
  json.at("pinned").get_to(manifest.pinned);
  json.at("proven_at").get_to(manifest.proven_at);
  for (const Json& database : json.at("databases")) {
    manifest.databases.push_back(read_database(database));
  }
  return manifest;
}

}  // namespace

std::string manifest_text(const BackupManifest& manifest) {
  Json json = {{"provision_backup", kFormat},         {"id", manifest.id},
               {"environment", manifest.environment}, {"kind", manifest.kind},
               {"message", manifest.message},         {"taken_at", manifest.taken_at},
               {"taken_by", manifest.taken_by},       {"program", manifest.program},
               {"pinned", manifest.pinned},           {"proven_at", manifest.proven_at}};
  Json& databases = json["databases"] = Json::array();
  for (const BackedUpDatabase& database : manifest.databases) {
    databases.push_back(to_json(database));
  }
  std::string text = json.dump(1, ' ', false, Json::error_handler_t::replace);
  text.resize(text.size() - std::string_view("\n}").size());
  text += ',';
  const std::string sum = sha256(text);
  return text.append(kSum).append(sum).append("\"\n}\n");
}

BackupManifest parse_manifest(const std::string& text, const std::string& shown) {
  const Place place{shown, 0};
  const size_t at = text.rfind(kSum);
  const std::string hint = "restore another backup; `provision backups --verify` checks them all";
  if (at == std::string::npos) {
    throw usage_error(place, "this is no manifest of a backup, or not all of one", hint);
  }
  const std::string sum = sha256(text.substr(0, at));
  if (text.substr(at) != fmt::format("{}{}\"\n}}\n", kSum, sum)) {
    throw usage_error(place, "the manifest is not what was written: its checksum is wrong", hint);
  }
  try {
    return read_manifest(Json::parse(text));
  } catch (const Error& error) {
    throw error.at(place);
  } catch (const nlohmann::json::exception&) {
    throw usage_error(place, "this is no manifest of a backup", hint);
  }
}

}  // namespace provision
