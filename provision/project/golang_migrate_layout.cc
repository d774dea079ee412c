// golang-migrate: 000001_name.up.sql and 000001_name.down.sql, in the order of their numbers.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/project/engine_words.h"
#include "provision/project/foreign_files.h"
#include "provision/project/foreign_layouts.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

bool is_sql(std::string_view suffix) {
  return suffix == "sql" || suffix == "pgsql" || suffix == "psql";
}

/// What the name of a pair of another tool would be said as: "1_a.postgres.up.sql".
std::string hint_for(const PairName& name) {
  const size_t sign = name.message.find_last_of("._- ");
  if (sign == std::string::npos || !engine_word(name.message.substr(sign + 1)).is_known) {
    return "each version may be there once; where the whole name is the version, give --up "
           "'{id}.up.sql' and --down '{id}.down.sql'";
  }
  // A message is spoken: its '_' is a blank.
  const char apart = name.message[sign] == ' ' ? '_' : name.message[sign];
  return fmt::format(
      "the names say an engine, too: give --up '{{id}}_{{name}}{0}{{engine}}.up.sql' and --down "
      "'{{id}}_{{name}}{0}{{engine}}.down.sql'",
      apart);
}

class GolangMigrateLayout final : public Layout {
 public:
  std::string_view name() const override { return "golang-migrate"; }

  bool detect(const FolderContents& folder) const override {
    return !looks_like_sqlx(folder) &&
           std::any_of(folder.files().begin(), folder.files().end(), [&](const std::string& file) {
             const auto pair = pair_name(file);
             if (!pair || !is_sql(pair->suffix)) return false;
             const std::string_view mark = folder.mark(file);
             return mark.empty() || mark == "other";
           });
  }

  std::vector<Revision> read(const SourceFolder& source) const override {
    const auto less = [](const std::string& a, const std::string& b) { return number_less(a, b); };
    std::map<std::string, FilePair, decltype(less)> pairs(less);
    for (const std::string& file : FolderContents(source.path()).files()) {
      if (const auto name = pair_name(file)) add(source, file, *name, pairs[name->digits]);
    }
    std::vector<Revision> revisions;
    for (const auto& [digits, pair] : pairs) {
      if (pair.id.empty()) continue;
      revisions.push_back(paired_revision(source, pair));
      for (Script& script : revisions.back().up) script.autocommit_if_needed = true;
      for (Script& script : revisions.back().down) script.autocommit_if_needed = true;
    }
    return in_line(std::move(revisions));
  }

  fs::path write(const fs::path& folder, const NewRevision& revision) const override {
    check_follows(*this, read(SourceFolder(folder, folder)), revision);
    const std::string stem = revision.id + "_" + slug(revision.message);
    return write_pair(folder, stem + ".up.sql", stem + ".down.sql", revision);
  }

  std::vector<std::string> version_tables() const override { return {"schema_migrations"}; }

  std::string version_table_sql() const override {
    return "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT "
           "NULL);";
  }

 private:
  void add(const SourceFolder& source, const std::string& file, const PairName& name,
           FilePair& pair) const {
    const std::string_view language = code_language(file);
    if (!is_sql(name.suffix) && language.empty()) return;
    std::string& place = name.is_up ? pair.up : pair.down;
    if (!place.empty()) {
      throw usage_error(Place{source.shown(file), 0},
                        fmt::format("version '{}' is in '{}', too", plain_number(name.digits),
                                    source.shown(place)),
                        hint_for(name));
    }
    place = file;
    pair.id = plain_number(name.digits);
    if (name.is_up || pair.message.empty()) pair.message = spoken(name.message);
    if (!language.empty()) pair.skipped = skipped_for(language);
  }
};

}  // namespace

std::optional<PairName> pair_name(std::string_view file) {
  const auto numbered = numbered_name(file);
  if (!numbered) return std::nullopt;
  const std::string& rest = numbered->rest;
  const size_t up = rest.rfind(".up.");
  const size_t down = rest.rfind(".down.");
  if (up == std::string::npos && down == std::string::npos) return std::nullopt;
  const bool is_up = down == std::string::npos || (up != std::string::npos && up > down);
  const size_t at = is_up ? up : down;
  return PairName{numbered->digits, rest.substr(0, at), is_up,
                  rest.substr(rest.find('.', at + 1) + 1)};
}

const Layout& golang_migrate_layout() {
  static const GolangMigrateLayout layout;
  return layout;
}

}  // namespace provision
