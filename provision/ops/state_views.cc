#include "provision/ops/state_views.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/hash.h"
#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/project/layout.h"

namespace provision {

bool keeps_state_in_views(const DatabaseSpec& spec) {
  std::error_code missing;
  if (!std::filesystem::is_directory(spec.migrations, missing)) return false;
  try {
    const auto name = find_migrations(spec.migrations, layout_choice(spec)).layout->name();
    return name == "alembic" || name == "flask-migrate";
  } catch (const Error&) {
    return false;  // who reads the revisions is told what is wrong with them
  }
}

Identity new_identity(const DatabaseSpec& spec, bool created) {
  return {.uuid = random_uuid(),
          .environment = spec.environment,
          .kind = std::string(name_of(spec.kind)),
          .created = created,
          .created_at = utc_now(),
          .created_by = user_and_host()};
}

std::string StateViews::moment(const std::string& at) const {
  return fmt::format("CAST({} AS {})", sql_literal(at), dialect_.timestamp_type);
}

std::string StateViews::empty(const char* name, const std::vector<std::string>& columns) const {
  std::string nothing;
  for (const std::string& column : columns) {
    const bool is_moment = column == "at" || column == "applied_at";
    const bool is_number = column == "number" || column == "milliseconds" || column == "statement";
    const std::string_view type = is_moment ? std::string_view(dialect_.timestamp_type)
                                            : std::string_view(is_number ? "bigint" : "text");
    nothing += fmt::format("{}CAST(NULL AS {})", nothing.empty() ? "" : ", ", type);
  }
  return fmt::format("CREATE VIEW {} ({}) AS SELECT {} WHERE 1 = 0;\n", names_.table(name),
                     joined(columns, ", "), nothing);
}

std::string StateViews::identity(const Identity& identity) const {
  const std::string view = names_.table("identity");
  return fmt::format(
      "DROP VIEW IF EXISTS {0};\nCREATE VIEW {0} (id, format, uuid, environment, kind, origin, "
      "created_at, created_by, kept_in) AS SELECT 1, {1}, {2}, {3}, {4}, {5}, {6}, {7}, "
      "'views';\n",
      view, identity.format, sql_literal(identity.uuid), sql_literal(identity.environment),
      sql_literal(identity.kind), identity.created ? "'created'" : "'adopted'",
      moment(identity.created_at), sql_literal(identity.created_by));
}

std::string StateViews::seeds(const std::vector<SeedMark>& seeds) const {
  const std::string view = names_.table("seeds");
  std::string sql = fmt::format("DROP VIEW IF EXISTS {};\n", view);
  if (seeds.empty())
    return sql + empty("seeds", {"seed_set", "digest", "applied_at", "applied_by"});
  std::string rows;
  for (const SeedMark& seed : seeds) {
    rows += fmt::format("{}({}, {}, {}, {})", rows.empty() ? "" : ", ", sql_literal(seed.set),
                        sql_literal(seed.digest), moment(seed.at), sql_literal(seed.by));
  }
  return sql + fmt::format(
                   "CREATE VIEW {} (seed_set, digest, applied_at, applied_by) AS VALUES "
                   "{};\n",
                   view, rows);
}

std::string StateViews::creation(const DatabaseSpec& spec, bool created) const {
  const size_t dot = dialect_.state_prefix.find('.');
  std::string sql;
  if (dot != std::string::npos) {
    sql += fmt::format("CREATE SCHEMA IF NOT EXISTS {};\n", dialect_.state_prefix.substr(0, dot));
  }
  return sql + identity(new_identity(spec, created)) + seeds({}) +
         empty("applied", {"revision", "checksum", "message", "source", "applied_at",
                           "milliseconds", "applied_by"}) +
         empty("history", {"number", "revision", "direction", "outcome", "statement", "checksum",
                           "at", "milliseconds", "done_by"});
}

}  // namespace provision
