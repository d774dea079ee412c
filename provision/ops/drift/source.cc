#include "provision/ops/drift/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/engine/engines.h"
#include "provision/ops/backup/store.h"

namespace provision {
namespace {

namespace fs = std::filesystem;
using Kind = DriftSource::Kind;

struct Prefix {
  std::string_view word;
  Kind kind;
};
constexpr std::array kPrefixes = {Prefix{"snapshot", Kind::snapshot},
                                  Prefix{"schema", Kind::schema}};

constexpr std::string_view kBackup = "backup:";

DriftSource url_source(const DriftPlace& place, ParsedUrl parsed, std::string label) {
  DatabaseSpec spec;
  spec.environment = label;
  spec.engine = std::move(parsed.engine);
  spec.location = std::move(parsed.location);
  fs::path& path = spec.location.path;
  if (!path.empty()) path = (place.folder / path).lexically_normal();
  auto& parameters = spec.location.parameters;
  if (const auto mode = parameters.find("sslmode"); mode != parameters.end()) {
    spec.tls = mode->second;
    parameters.erase(mode);
  }
  return {.kind = Kind::database, .label = std::move(label), .databases = {std::move(spec)}};
}

DriftSource file_source(const DriftPlace& place, Kind kind, const std::string& word) {
  const std::string path = word.substr(word.find(':') + 1);
  if (path.empty()) throw usage_error(fmt::format("'{}' names no file", word));
  return {.kind = kind, .label = word, .file = place.folder / path};
}

bool is_url(const std::string& word) {
  const std::vector<std::string> engines = engine_names();
  return word.find("://") != std::string::npos ||
         std::any_of(engines.begin(), engines.end(),
                     [&](const std::string& name) { return word.starts_with(name + ":"); });
}

/// The schemas that the backup `word` was taken with; its data is not looked at.
DriftSource backup_source(const DriftPlace& place, const std::string& word) {
  const std::string id = word.substr(kBackup.size());
  const Environment chosen = place.project().environment(
      place.environment.empty() ? place.project().default_environment() : place.environment);
  const Backup backup = BackupStore(chosen.backup.directory).find(id, chosen.name, place.folder);
  DriftSource source{.kind = Kind::snapshot, .label = "backup:" + backup.manifest.id};
  for (BackedUpDatabase database : backup.manifest.databases) {
    if (!place.database.empty() && database.name != place.database) continue;
    std::erase_if(database.files,
                  [](const BackedUpFile& file) { return !file.path.ends_with(kSchemaFile); });
    const std::vector<std::string> damage = damages(backup, database);
    if (!damage.empty()) {
      throw usage_error(fmt::format("backup '{}' is damaged: {}", backup.manifest.id, damage[0]));
    }
    source.files[database.name] = backup.folder_of(database) / kSchemaFile;
  }
  if (source.files.empty()) {
    throw usage_error(
        fmt::format("backup '{}' has no database '{}'", backup.manifest.id, place.database));
  }
  if (source.files.size() == 1) {
    source.file = source.files.begin()->second;
    return source;
  }
  // Several are paired by their names, which those of the environment have.
  auto environment = std::make_shared<Environment>(chosen);
  for (const DatabaseSpec& spec : environment->databases) {
    if (source.files.contains(spec.name)) source.databases.push_back(spec);
  }
  source.environment = std::move(environment);
  return source;
}

Error unknown_prefix(const std::string& word) {
  std::vector<std::string> known = {"backup"};
  for (const Prefix& prefix : kPrefixes) known.emplace_back(prefix.word);
  const std::string said = word.substr(0, word.find(':'));
  const auto near = nearest(said, known);
  return usage_error(
      fmt::format("no source begins with '{}:'", said),
      near ? fmt::format("did you mean '{}:'?", *near)
           : "say an environment, 'head', 'schema:FILE', 'snapshot:FILE', 'backup:ID' or a "
             "database URL");
}

}  // namespace

DriftSource environment_source(const DriftPlace& place, const std::string& name) {
  auto environment = std::make_shared<Environment>(place.project().environment(name));
  DriftSource source{.kind = Kind::database, .label = name};
  source.databases = chosen_databases(*environment, place.database);
  source.environment = std::move(environment);
  return source;
}

DriftSource head_of(const DriftSource& source) {
  DriftSource head = source;
  head.kind = Kind::head;
  head.label = "head of " + source.label;
  return head;
}

DriftSource variable_source(const DriftPlace& place, const std::string& name) {
  const auto url = find_variable(place.variables, name);
  if (!url || url->empty()) throw usage_error(fmt::format("variable '{}' is not set", name));
  try {
    return url_source(place, parse_url(*url), "$" + name);
  } catch (const Error& error) {
    throw error.within(fmt::format("variable '{}'", name));
  }
}

DriftSource named_source(const DriftPlace& place, const std::string& word, Progress& progress) {
  if (is_url(word)) {
    ParsedUrl parsed = parse_url(word);
    if (!parsed.location.password.empty()) {
      progress.note(
          "a password on the command line can be seen by everyone on this machine; "
          "`--left-url-env` and `--right-url-env` take it from a variable");
    }
    std::string label = parsed.location.path.empty() ? parsed.location.url() : word;
    return url_source(place, std::move(parsed), std::move(label));
  }
  for (const Prefix& prefix : kPrefixes) {
    if (word.starts_with(std::string(prefix.word) + ":")) {
      return file_source(place, prefix.kind, word);
    }
  }
  if (word.starts_with(kBackup)) return backup_source(place, word);
  if (word.find(':') != std::string::npos) throw unknown_prefix(word);
  try {
    return environment_source(place, word);
  } catch (const Error& error) {
    std::error_code missing;
    if (!fs::is_regular_file(place.folder / word, missing)) throw;
    throw usage_error(error.message(),
                      fmt::format("a file is said as 'snapshot:{0}' or 'schema:{0}'", word));
  }
}

}  // namespace provision
