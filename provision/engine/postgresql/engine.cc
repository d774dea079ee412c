#include "provision/engine/postgresql/engine.h"

#include <mutex>

#include "provision/base/error.h"
#include "provision/base/process.h"
#include "provision/base/text.h"
#include "provision/engine/postgresql/conninfo.h"
#include "provision/engine/postgresql/database.h"
#include "provision/engine/postgresql/dump.h"
#include "provision/engine/postgresql/kept.h"
#include "provision/engine/postgresql/lifecycle.h"
#include "provision/engine/postgresql/maintenance.h"
#include "provision/engine/postgresql/servers.h"
#include "provision/engine/postgresql/split.h"

namespace provision::postgresql {
namespace {

Fact server_programs() {
  const auto& found = find_binaries();
  if (!found) {
    return {"postgresql_server", "PostgreSQL server",
            Cell("not installed; `server: managed` needs it: apt-get install postgresql",
                 Tone::warning)};
  }
  return {"postgresql_server", "PostgreSQL server",
          Cell(fmt::format("{} in {}", found->version(), found->folder.string()), Tone::good)};
}

Fact server_account() {
  const std::string label = "PostgreSQL servers run as";
  try {
    const ServerUser user = server_user();
    return {"postgresql_user", label, Cell(user.name.empty() ? "you" : user.name, Tone::good)};
  } catch (const Error& error) {
    return {"postgresql_user", label, Cell(error.message(), Tone::warning)};
  }
}

Fact client_program(const std::string& name) {
  const auto& found = find_binaries();
  std::optional<std::filesystem::path> program;
  if (found && std::filesystem::exists(found->folder / name)) program = found->folder / name;
  if (!program) program = find_program(name);
  if (program) return {name, name, Cell(program->string(), Tone::good)};
  return {name, name, Cell("not found: apt-get install postgresql-client", Tone::warning)};
}

class PostgresqlEngine final : public Engine {
 public:
  explicit PostgresqlEngine(Progress& progress) : progress_(progress) {}

  std::string_view name() const override { return "postgresql"; }
  const Dialect& dialect() const override { return postgresql::dialect(); }

  bool exists(const DatabaseSpec& spec) override {
    if (spec.server == Server::managed && !ManagedServer::has_data(spec)) return false;
    return database_exists(*sessions_.take(located(spec), Access::read), spec.location.database);
  }

  void create(const DatabaseSpec& spec) override {
    const DatabaseSpec place = located(spec);
    create_database(*sessions_.take(place, Access::write), place);
  }

  void drop(const DatabaseSpec& spec, std::string_view object_id, bool force) override {
    const DatabaseSpec place = located(spec);
    drop_database(*sessions_.take(place, Access::write), place, object_id, force);
  }

  DatabaseSpec beside(const DatabaseSpec& spec) override {
    DatabaseSpec result = spec;
    result.location.database = beside_name(spec.location.database);
    return result;
  }

  void publish(const DatabaseSpec& built, const DatabaseSpec& spec, std::string_view object_id,
               bool force) override {
    const DatabaseSpec place = located(spec);
    publish_database(*sessions_.take(place, Access::write), located(built), place, object_id,
                     force);
  }

  void copy(const DatabaseSpec& from, const DatabaseSpec& to) override {
    const DatabaseSpec place = located(to);
    copy_database(*sessions_.take(place, Access::write), located(from), place);
  }

  Dump dump(const DatabaseSpec& spec, const std::filesystem::path& folder,
            const DumpOptions& options, const std::function<void(Database&)>& inspect) override {
    return dump_database(located(spec), folder, options, inspect, progress_);
  }

  void load(const DatabaseSpec& spec, const std::filesystem::path& folder, const Dump& dump,
            const LoadOptions& options) override {
    load_database(located(spec), folder, dump, options, progress_);
  }

  std::string surroundings(const DatabaseSpec& spec) override {
    return postgresql::surroundings(*sessions_.take(located(spec), Access::read),
                                    !spec.extensions.empty());
  }

  bool seal(const DatabaseSpec& built, const DatabaseSpec& spec) override {
    const DatabaseSpec place = located(spec);
    return seal_database(*sessions_.take(place, Access::write), located(built), place);
  }

  std::vector<KeptDatabase> kept(const DatabaseSpec& spec, std::string_view prefix,
                                 bool with_size) override {
    if (spec.server == Server::managed && !ManagedServer::has_data(spec)) return {};
    return kept_databases(*sessions_.take(located(spec), Access::read), prefix, with_size);
  }

  std::set<std::string> roles(const DatabaseSpec& spec) override {
    return postgresql::roles(*sessions_.take(located(spec), Access::read));
  }

  void drop_roles(const DatabaseSpec& spec, const std::set<std::string>& names) override {
    if (names.empty()) return;
    postgresql::drop_roles(*sessions_.take(located(spec), Access::write), names);
  }

  std::unique_ptr<Database> connect(const DatabaseSpec& spec,
                                    const ConnectOptions& options) override {
    if (spec.server == Server::managed && !ManagedServer::has_data(spec)) {
      throw unavailable(fmt::format("database '{}' does not exist", spec.location.database),
                        "`provision create` makes it")
          .with_code("3D000");
    }
    return std::make_unique<PostgresqlDatabase>(located(spec), options);
  }

  std::vector<Statement> split(std::string_view script, Origin origin) override {
    return postgresql::split(script, origin);
  }

  std::vector<std::string> client_command(const DatabaseSpec& spec) override {
    const auto& found = find_binaries();
    const auto own = found ? found->folder / "psql" : std::filesystem::path();
    const bool has_own = found && std::filesystem::exists(own);
    return {has_own ? own.string() : "psql", "--dbname=" + client_conninfo(located(spec))};
  }

  std::vector<Fact> diagnose() override {
    return {server_programs(), server_account(), client_program("psql"), client_program("pg_dump")};
  }

  DatabaseSpec located(const DatabaseSpec& spec) override {
    return spec.server == Server::managed ? share(spec).located(spec) : spec;
  }

  void release(const DatabaseSpec& spec) override {
    if (spec.server != Server::managed) return;
    sessions_.close();
    ServerFolders folders;
    {
      const std::lock_guard guard(mutex_);
      const auto server = servers_.find(server_key(spec));
      if (server == servers_.end()) return;
      folders = server->second->folders();
      servers_.erase(server);
    }
    if (!std::filesystem::exists(folders.keep)) wait_until_ended(folders);
  }

  ManagedServers* servers() override {
    // They would count as sessions that use it.
    sessions_.close();
    return &managed_;
  }

 private:
  /// The same for the databases of one server.
  static std::string server_key(const DatabaseSpec& spec) {
    return fmt::format("{}|{}|{}", spec.kind == EnvironmentKind::test,
                       static_cast<int>(spec.storage), spec.work_folder.string());
  }

  const ManagedServer& share(const DatabaseSpec& spec) {
    const std::lock_guard guard(mutex_);
    auto& server = servers_[server_key(spec)];
    if (!server) server = std::make_unique<ManagedServer>(spec, progress_);
    return *server;
  }

  Progress& progress_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<ManagedServer>> servers_;
  MaintenanceSessions sessions_;
  PostgresqlServers managed_{
      [this](const DatabaseSpec& spec) -> const ManagedServer& { return share(spec); },
      [this] {
        const std::lock_guard guard(mutex_);
        servers_.clear();
      }};
};

}  // namespace

std::unique_ptr<Engine> make_engine(Progress& progress) {
  return std::make_unique<PostgresqlEngine>(progress);
}

}  // namespace provision::postgresql
