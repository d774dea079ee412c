#include "provision/ops/servers.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/duration.h"
#include "provision/base/error.h"
#include "provision/base/text.h"

namespace provision {
namespace {

/// A server, and the databases of the environment that it is for.
struct UsedServer {
  DatabaseSpec spec;  ///< one of them
  ManagedServers* servers;
  ServerState state;
  std::vector<std::string> labels;
};

std::vector<UsedServer> used_servers(const Workspace& workspace) {
  std::vector<UsedServer> used;
  for (const DatabaseSpec& spec : workspace.databases) {
    ManagedServers* servers = workspace.engine(spec).servers();
    if (servers == nullptr || spec.server != Server::managed) continue;
    ServerState state = servers->state(spec);
    const auto same = std::ranges::find_if(
        used, [&](const UsedServer& server) { return server.state.data == state.data; });
    if (same != used.end()) {
      same->labels.push_back(spec.label());
    } else {
      used.push_back({spec, servers, std::move(state), {spec.label()}});
    }
  }
  if (!used.empty()) return used;
  throw usage_error(fmt::format("no database of '{}' has a server that provision runs",
                                workspace.environment.name),
                    fmt::format("`{}` is for databases with 'server: managed'", workspace.command));
}

std::string storage_of(const ServerState& state) { return state.in_memory ? "memory" : "disk"; }

Cell until(const ServerState& state) {
  if (!state.kept_for) return {};
  if (!state.kept_until) return "`provision down`";
  return utc_time(*state.kept_until);
}

const std::vector<Column> kColumns = {{"databases"},
                                      {"state"},
                                      {"storage"},
                                      {"reason", "", Shown::verbose},
                                      {"until"},
                                      {"kept_for", "", Shown::json_only},
                                      {"in_memory", "in memory"},
                                      {"data", "", Shown::verbose}};

std::vector<Cell> row_of(const UsedServer& server, const ServerState& state, Cell word) {
  std::vector<Cell> row(kColumns.size());
  row[0] = {Value(server.labels), Tone::name};
  row[1] = std::move(word);
  row[2] = storage_of(state);
  row[3] = state.reason;
  row[4] = until(state);
  if (state.kept_for) row[5] = Value(static_cast<std::int64_t>(state.kept_for->count()));
  row[7] = state.data.string();
  return row;
}

}  // namespace

Report up(const Workspace& workspace, std::chrono::seconds idle) {
  Report report = workspace.report();
  Table table{"servers", "", kColumns};
  for (const UsedServer& server : used_servers(workspace)) {
    const ServerState now = server.servers->keep(server.spec, idle);
    table.rows.push_back(row_of(
        server, now, server.state.is_running ? Cell("ran already") : Cell("started", Tone::good)));
  }
  report.tables.push_back(std::move(table));
  report.summary =
      idle.count() == 0
          ? "until `provision down`"
          : fmt::format("until nobody used it for {}, or `provision down`", shown(idle));
  return report;
}

Report down(const Workspace& workspace, bool force) {
  Report report = workspace.report();
  Table table{"servers", "", kColumns};
  bool has_memory = false;
  for (const UsedServer& server : used_servers(workspace)) {
    std::vector<std::string> volatile_ones;
    if (server.state.is_running && server.state.in_memory) {
      volatile_ones = server.servers->databases(server.spec);
    }
    const bool ended = server.servers->end(server.spec, force);
    ServerState now = server.state;
    now.kept_for.reset();
    std::vector<Cell> row =
        row_of(server, now, ended ? Cell("ended", Tone::good) : Cell("did not run"));
    has_memory = has_memory || !volatile_ones.empty();
    row[6] = Value(std::move(volatile_ones));
    table.rows.push_back(std::move(row));
  }
  report.tables.push_back(std::move(table));
  if (has_memory) report.hints.emplace_back("databases in memory are gone after a reboot");
  return report;
}

std::string server_words(Engine& engine, const DatabaseSpec& spec) {
  ManagedServers* servers = engine.servers();
  if (servers == nullptr || spec.server != Server::managed) return {};
  const ServerState state = servers->state(spec);
  std::string words = fmt::format("data {} {} ({})", state.in_memory ? "in" : "on",
                                  storage_of(state), state.reason);
  if (!state.kept_for) return words;
  return words + (state.kept_until ? fmt::format("; runs until {} unless it is used",
                                                 utc_time(*state.kept_until))
                                   : "; runs until `provision down`");
}

std::vector<Leftover> orphan_servers(bool dry_run, Progress& progress) {
  std::vector<Leftover> found;
  Engines engines(progress);
  for (const std::string& name : engine_names()) {
    ManagedServers* servers = engines.at(name).servers();
    if (servers == nullptr) continue;
    for (ServerRemains& remains : servers->collect(dry_run)) {
      found.push_back({.what = std::move(remains.what),
                       .place = remains.place.string(),
                       .trouble = std::move(remains.trouble)});
    }
  }
  return found;
}

}  // namespace provision
