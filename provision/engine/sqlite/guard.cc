#include "provision/engine/sqlite/guard.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>

#include "provision/base/text.h"

namespace provision::sqlite {
namespace {

constexpr std::string_view kStatePrefix = "_provision_";

// Pragmas that change nothing beyond the transaction, or only how the connection behaves in it.
constexpr std::array<std::string_view, 7> kTransactionalPragmas = {
    "application_id",     "defer_foreign_keys",        "ignore_check_constraints",
    "legacy_alter_table", "reverse_unordered_selects", "recursive_triggers",
    "user_version"};

// What a file of another tool sets for its own connection, and which would only get in our way.
constexpr std::array<std::string_view, 6> kConnectionPragmas = {
    "busy_timeout", "cache_size", "journal_mode", "locking_mode", "mmap_size", "synchronous"};

bool is_write(int action) {
  switch (action) {
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
    case SQLITE_DROP_TABLE:
    case SQLITE_CREATE_TABLE:
    case SQLITE_CREATE_VIEW:
      return true;
    default:
      return false;
  }
}

std::string_view text_of(const char* text) { return text == nullptr ? "" : text; }

}  // namespace

Guard::Guard(sqlite3* connection) { sqlite3_set_authorizer(connection, &Guard::authorize, this); }

void Guard::enter(bool in_transaction, Origin origin) {
  active_ = true;
  in_transaction_ = in_transaction;
  origin_ = origin;
  refusal_.clear();
}

void Guard::forget_tables() {
  written_.clear();
  referenced_.clear();
}

int Guard::authorize(void* self, int action, const char* first, const char* second,
                     const char* database, const char*) {
  Guard& guard = *static_cast<Guard*>(self);
  const int decision =
      guard.active_ ? guard.decide(action, text_of(first), text_of(second)) : SQLITE_OK;
  // No foreign key leads to a temporary table or away from it.
  if (decision == SQLITE_OK && text_of(database) != "temp") {
    guard.record(action, text_of(first), text_of(second));
  }
  return decision;
}

int Guard::decide(int action, std::string_view first, std::string_view second) {
  const std::string_view table = action == SQLITE_ALTER_TABLE || action == SQLITE_CREATE_TRIGGER ||
                                         action == SQLITE_CREATE_INDEX
                                     ? second
                                     : first;
  const bool writes = is_write(action) || action == SQLITE_ALTER_TABLE ||
                      action == SQLITE_CREATE_TRIGGER || action == SQLITE_CREATE_INDEX;
  if (writes && lower(table).starts_with(kStatePrefix)) {
    return refuse(fmt::format("a revision may not touch '{}': it is provision's own", table));
  }
  switch (action) {
    case SQLITE_SAVEPOINT:
      if (origin_ == Origin::foreign && in_transaction_) return SQLITE_OK;
      [[fallthrough]];
    case SQLITE_TRANSACTION:
      return refuse(
          "a revision may not begin or end transactions: each one is a transaction already");
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      if (!in_transaction_) return SQLITE_OK;
      return refuse(
          "a revision may not attach other databases: they are not part of its transaction");
    case SQLITE_PRAGMA:
      return decide_pragma(first, !second.empty());
    default:
      return SQLITE_OK;
  }
}

int Guard::decide_pragma(std::string_view name, bool has_value) {
  const std::string pragma = lower(name);
  // Foreign keys are off during every revision, as rebuilding a table needs; on again afterwards.
  if (pragma == "foreign_keys") return SQLITE_IGNORE;
  if (origin_ == Origin::foreign) {
    const bool ours = std::find(kConnectionPragmas.begin(), kConnectionPragmas.end(), pragma) !=
                      kConnectionPragmas.end();
    return ours ? SQLITE_IGNORE : SQLITE_OK;
  }
  if (pragma == "writable_schema") return refuse("a revision may not use PRAGMA writable_schema");
  const bool reads = !has_value || pragma.ends_with("_info") || pragma.ends_with("_xinfo") ||
                     pragma.ends_with("_list") || pragma.ends_with("_check");
  if (reads || !in_transaction_ ||
      std::find(kTransactionalPragmas.begin(), kTransactionalPragmas.end(), pragma) !=
          kTransactionalPragmas.end()) {
    return SQLITE_OK;
  }
  return refuse(fmt::format("PRAGMA {} does nothing inside a transaction, or outlives it", pragma));
}

int Guard::refuse(std::string what) {
  refusal_ = std::move(what);
  return SQLITE_DENY;
}

void Guard::record(int action, std::string_view first, std::string_view second) {
  if (first.starts_with("sqlite_") || first.starts_with(kStatePrefix)) return;
  switch (action) {
    case SQLITE_INSERT:
      written_.emplace(first);
      break;
    case SQLITE_UPDATE:
      written_.emplace(first);
      referenced_.emplace(first);
      break;
    case SQLITE_DELETE:
    case SQLITE_DROP_TABLE:
      referenced_.emplace(first);
      break;
    case SQLITE_ALTER_TABLE:
      if (first == "temp") break;
      written_.emplace(second);
      referenced_.emplace(second);
      break;
    default:
      break;
  }
}

}  // namespace provision::sqlite
