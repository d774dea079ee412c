#include "provision/engine/postgresql/maintenance.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "provision/base/error.h"

namespace provision::postgresql {
namespace {

constexpr std::string_view kUsual = "postgres";

DatabaseSpec with_database(DatabaseSpec spec, std::string_view name) {
  spec.location.database = name;
  return spec;
}

/// The same for specs that any session of one would do for.
std::string key_of(const DatabaseSpec& spec) {
  return fmt::format("{} {} {}", spec.tls, spec.location.database == kUsual ? "elsewhere" : kUsual,
                     with_database(spec, "").location.url_with_password());
}

}  // namespace

MaintenanceSessions::Lease::Lease(MaintenanceSessions& sessions, Kept kept)
    : sessions_(sessions), kept_(std::move(kept)), exceptions_(std::uncaught_exceptions()) {}

MaintenanceSessions::Lease::~Lease() {
  const bool went_well = std::uncaught_exceptions() == exceptions_;
  if (kept_.key.empty() || !went_well || !kept_.connection->is_usable()) return;
  const std::lock_guard guard(sessions_.mutex_);
  sessions_.kept_.push_back(std::move(kept_));
}

MaintenanceSessions::Lease MaintenanceSessions::take(const DatabaseSpec& spec, Access access) {
  const std::string key = key_of(spec);
  if (std::optional<Kept> known = kept(key)) {
    if (access == Access::write && !known->may_write) known->connection->allow_changes();
    known->may_write = known->may_write || access == Access::write;
    return {*this, std::move(*known)};
  }
  const bool may_write = access == Access::write;
  ConnectOptions options;
  options.access = access;
  for (const std::string_view name : {kUsual, std::string_view("template1")}) {
    if (name == spec.location.database) continue;
    try {
      return {*this, Kept{key, may_write,
                          std::make_unique<Connection>(with_database(spec, name), options,
                                                       spec.location.database)}};
    } catch (const Error& error) {
      if (error.code() != "3D000" && error.code() != "42501" && error.code() != "28000") throw;
      if (name == "template1") break;
    }
  }
  // Who may connect to nothing else may still look from inside. It would be in the way, if kept.
  return {*this, Kept{"", may_write, std::make_unique<Connection>(spec, options)}};
}

std::optional<MaintenanceSessions::Kept> MaintenanceSessions::kept(const std::string& key) {
  const std::lock_guard guard(mutex_);
  std::erase_if(kept_, [](const Kept& one) { return !one.connection->is_quiet(); });
  const auto found =
      std::find_if(kept_.begin(), kept_.end(), [&](const Kept& one) { return one.key == key; });
  if (found == kept_.end()) return std::nullopt;
  Kept taken = std::move(*found);
  kept_.erase(found);
  return taken;
}

void MaintenanceSessions::close() {
  const std::lock_guard guard(mutex_);
  kept_.clear();
}

}  // namespace provision::postgresql
