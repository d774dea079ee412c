#include "provision/engine/postgresql/remedy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace provision::postgresql {
namespace {

constexpr std::array<std::string_view, 23> kContributed = {
    "btree_gin",    "btree_gist",    "citext",
    "cube",         "dblink",        "earthdistance",
    "file_fdw",     "fuzzystrmatch", "hstore",
    "intarray",     "isn",           "ltree",
    "lo",           "pageinspect",   "pg_stat_statements",
    "pg_trgm",      "pgcrypto",      "pgrowlocks",
    "postgres_fdw", "tablefunc",     "unaccent",
    "uuid-ossp",    "xml2"};

struct Package {
  std::string_view extension;
  std::string_view package;  ///< {} is the server's major version
};

// Where the package is not called like the extension.
constexpr std::array kPackages = {
    Package{"pg_cron", "postgresql-{}-cron"},
    Package{"pg_partman", "postgresql-{}-partman"},
    Package{"pg_repack", "postgresql-{}-repack"},
    Package{"plperl", "postgresql-plperl-{}"},
    Package{"plpython3u", "postgresql-plpython3-{}"},
    Package{"pltcl", "postgresql-pltcl-{}"},
    Package{"postgis", "postgresql-{}-postgis-3"},
    Package{"postgis_raster", "postgresql-{}-postgis-3"},
    Package{"postgis_topology", "postgresql-{}-postgis-3"},
    Package{"vector", "postgresql-{}-pgvector"},
};

std::string package_of(std::string_view extension, int major) {
  if (std::find(kContributed.begin(), kContributed.end(), extension) != kContributed.end()) {
    return "postgresql-contrib";
  }
  for (const Package& known : kPackages) {
    if (known.extension == extension) return fmt::format(fmt::runtime(known.package), major);
  }
  return fmt::format("postgresql-{}-{}", major, extension);
}

/// What stands between `begin` and `end` in `text`; empty if they do not.
std::string between(std::string_view text, std::string_view begin, std::string_view end) {
  const size_t at = text.find(begin);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + begin.size());
  const size_t size = rest.find(end);
  return size == std::string_view::npos ? std::string() : std::string(rest.substr(0, size));
}

std::string missing_extension(const Error& error) {
  if (error.code() == "0A000")
    return between(error.message(), "extension \"", "\" is not available");
  if (error.code() != "58P01") return {};
  // Before 14: the path of its control file.
  const std::string path = between(error.message(), "control file \"", ".control\"");
  return path.substr(path.rfind('/') + 1);
}

/// What an extension brings, as messages name it.
struct Brought {
  std::string_view name;
  std::string_view extension;
};

constexpr std::array kBrought = {
    Brought{"\"gin_trgm_ops\"", "pg_trgm"},
    Brought{"\"gist_trgm_ops\"", "pg_trgm"},
    Brought{"function similarity(", "pg_trgm"},
    Brought{"type \"citext\"", "citext"},
    Brought{"type \"hstore\"", "hstore"},
    Brought{"type \"ltree\"", "ltree"},
    Brought{"type \"cube\"", "cube"},
    Brought{"type \"vector\"", "vector"},
    Brought{"type \"geometry\"", "postgis"},
    Brought{"type \"geography\"", "postgis"},
    Brought{"function uuid_generate_v", "uuid-ossp"},
    Brought{"function gen_random_bytes(", "pgcrypto"},
    Brought{"function digest(", "pgcrypto"},
    Brought{"function crypt(", "pgcrypto"},
    Brought{"function hmac(", "pgcrypto"},
    Brought{"function gen_salt(", "pgcrypto"},
    Brought{"function unaccent(", "unaccent"},
    Brought{"no default operator class for access method \"gist\"", "btree_gist"},
    Brought{"no default operator class for access method \"gin\"", "btree_gin"},
};

std::string extension_that_brings(const Error& error) {
  if (error.code() != "42704" && error.code() != "42883") return {};
  const auto* const known = std::find_if(kBrought.begin(), kBrought.end(), [&](const Brought& one) {
    return error.message().find(one.name) != std::string::npos;
  });
  return known == kBrought.end() ? std::string() : std::string(known->extension);
}

std::string remedy(const Error& error, int major) {
  if (const std::string extension = missing_extension(error); !extension.empty()) {
    return fmt::format("install it on the server: apt-get install {}",
                       package_of(extension, major));
  }
  if (const std::string extension = extension_that_brings(error); !extension.empty()) {
    return fmt::format(
        "it comes with extension '{0}': CREATE EXTENSION \"{0}\" before (for `verify`, in a file "
        "for --setup)",
        extension);
  }
  if (error.code() != "42704") return {};
  const std::string role = between(error.message(), "role \"", "\" does not exist");
  if (role.empty()) return {};
  return fmt::format(
      "roles belong to the server: CREATE ROLE \"{}\" there (for `verify`, in a file for --setup)",
      role);
}

}  // namespace

Error with_remedy(const Error& error, int version) {
  const std::string hint = remedy(error, version / 10000);
  if (hint.empty()) return error;
  return Error(error.kind(), error.message(), hint)
      .with_code(error.code())
      .with_line(error.place().line);
}

}  // namespace provision::postgresql
