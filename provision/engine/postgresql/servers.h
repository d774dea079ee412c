// The managed servers of this engine, as `up` and `down` handle them.
#pragma once

#include <functional>

#include "provision/engine/managed_servers.h"
#include "provision/engine/postgresql/managed_server.h"

namespace provision::postgresql {

class PostgresqlServers final : public ManagedServers {
 public:
  /// `share` gives this process a share in a server; `give_up` ends all that it has.
  PostgresqlServers(std::function<const ManagedServer&(const DatabaseSpec&)> share,
                    std::function<void()> give_up)
      : share_(std::move(share)), give_up_(std::move(give_up)) {}

  ServerState state(const DatabaseSpec& spec) override;
  ServerState keep(const DatabaseSpec& spec, std::chrono::seconds idle) override;
  std::vector<std::string> databases(const DatabaseSpec& spec) override;
  bool end(const DatabaseSpec& spec, bool force) override;
  std::vector<ServerRemains> collect(bool dry_run) override;

 private:
  std::function<const ManagedServer&(const DatabaseSpec&)> share_;
  std::function<void()> give_up_;
};

}  // namespace provision::postgresql
