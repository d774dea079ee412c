// What an environment is: its databases, and what each is made from.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "provision/base/secret.h"
#include "provision/model/drift/drift.h"

namespace provision {

/// What an environment is for; it decides what `reset` and `drop` may touch.
enum class EnvironmentKind { dev, test, staging, production };

std::string_view name_of(EnvironmentKind kind);
std::optional<EnvironmentKind> environment_kind(std::string_view name);
/// True for dev and test: data there may be thrown away.
bool is_disposable(EnvironmentKind kind);

/// Where a database is. On SQLite only `path` counts; on PostgreSQL all but `path`.
struct Location {
  std::filesystem::path path;  ///< the database file, absolute
  std::string host;            ///< a name, an address, or the folder of a unix socket
  std::string port;
  std::string user;
  std::string database;
  Secret password;
  std::map<std::string, std::string> parameters;  ///< further URL parameters, by name

  /// As a URL, never with the password.
  std::string url() const;
  /// As a URL with the password, for `provision url --reveal` and for child programs.
  std::string url_with_password() const;
};

/// Who runs the server of a PostgreSQL database.
enum class Server { existing, managed };

/// Where a managed server keeps its data: in memory they are gone after a reboot.
enum class Storage { automatic, memory, disk };

/// How many databases `run` finds made ahead.
struct PoolSize {
  int ready = 0;  ///< that wait to be taken; 0: there is no pool
  int max = 0;    ///< with those in use
};

/// What is said of an Alembic project beside the folder that it is in.
struct AlembicChoice {
  std::string file;     ///< the configuration in that folder; empty: alembic.ini or pyproject.toml
  std::string section;  ///< of the configuration; empty: "alembic"
  std::vector<std::string> arguments = {};  ///< "key=value": what `alembic -x` gives to env.py
};

/// One database of an environment, everything in it resolved: paths absolute, variables put in.
struct DatabaseSpec {
  std::string name = "default";
  std::string environment;
  EnvironmentKind kind = EnvironmentKind::dev;
  std::string engine = "sqlite";
  Server server = Server::existing;
  /// A managed server of its own, for few sessions and nothing that has to last.
  bool scratch_server = false;
  Storage storage = Storage::automatic;
  Location location;
  /// All of the databases, where the environment names many of one shape, one a tenant; `location`
  /// is the first of them.
  std::vector<Location> fleet = {};
  std::string tls;       ///< "verify-full", "require", "disable"; empty: by where the host is
  std::string encoding;  ///< PostgreSQL; empty: UTF8
  std::string locale;    ///< PostgreSQL; empty: the server's
  std::string owner;     ///< PostgreSQL; empty: who connects
  std::vector<std::string> extensions;
  std::map<std::string, std::string> settings;
  std::filesystem::path migrations;
  std::string layout;         ///< empty: detected
  std::string version_table;  ///< of the layout's own tool, "schema.name" or "name"; empty: usual
  std::string up_pattern;     ///< layout `pattern`: where the ways up are
  std::string down_pattern;   ///< layout `pattern`; empty: there are none
  std::vector<std::string> seeds;
  std::vector<std::string> schemas;
  std::filesystem::path seeds_folder;
  std::string url_variable;  ///< where a command looks for its URL; empty: DATABASE_URL
  PoolSize pool = {};
  std::filesystem::path work_folder;  ///< the project's `.provision/`
  /// The interpreter that runs revisions in Python; empty: the project's, or the first on PATH.
  std::string python;
  std::string app;  ///< the application of a Flask project, as FLASK_APP has it; empty: found
  /// What the project's code finds in its environment; "{url}" stands for this database.
  std::map<std::string, std::string> variables;
  AlembicChoice alembic = {};

  /// "dev", or "dev/users" when the environment has several.
  std::string label() const;
};

/// What an environment says of the verification of its revisions.
struct VerifyRules {
  struct Exemption {
    std::optional<std::string> irreversible;  ///< why there is no way down
    std::vector<std::string> lossy;           ///< "users.nickname: why"
  };

  int rows = 0;                             ///< generated for each table before each revision
  std::map<std::string, Exemption> exempt;  ///< by revision; for layouts that have no place for it
};

/// What an environment says of its backups.
struct BackupRules {
  std::filesystem::path directory;    ///< where they are, absolute
  std::set<std::string> before = {};  ///< the commands that take one first: "upgrade"
  int keep_last = 5;                  ///< so many of the newest stay,
  int keep_days = 30;                 ///< and so do those that are not older
};

/// A value of an environment file, for `provision list -v`.
struct ConfiguredValue {
  std::string key;     ///< "databases.app.url"
  std::string value;   ///< as it is used, without secrets
  std::string origin;  ///< "environments/base.yaml:3", "variable APP_URL", "default"
};

struct Environment {
  std::string name;
  EnvironmentKind kind = EnvironmentKind::dev;
  bool is_default = false;
  std::filesystem::path project;  ///< the project's root
  std::vector<DatabaseSpec> databases;
  VerifyRules verify;
  DriftRules drift;
  BackupRules backup;
  std::vector<ConfiguredValue> values;
};

/// The databases of `environment`: the one called `name`, or all if it is empty. Throws usage Error
/// that suggests the nearest name.
std::vector<DatabaseSpec> chosen_databases(const Environment& environment, const std::string& name);

/// A database URL in its parts, each percent-decoded.
struct ParsedUrl {
  std::string engine;
  Location location;
};

/// "postgresql://user:password@host:port/database?name=value" ("postgres" too, and with a driver:
/// "postgresql+psycopg2"), or "sqlite:PATH"; "sqlite:///PATH" is a relative path and
/// "sqlite:////PATH" an absolute one, as SQLAlchemy has it. `host`, `port`, `user`, `password` and
/// `dbname` may also stand among the parameters. A path is left as it is, relative or not.
/// Throws usage Error that shows nothing of the URL but its scheme: a password may be anywhere.
ParsedUrl parse_url(std::string_view url);

}  // namespace provision
