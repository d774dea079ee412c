#include "provision/ops/drift/migrations.h"

#include <algorithm>
#include <map>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/ops/state.h"
#include "provision/project/layout.h"

namespace provision {
namespace {

/// One row of a version table: a version, and whether it is there or was taken back.
struct Mark {
  std::string version;
  bool applied = true;
};

struct Marks {
  std::vector<Mark> rows;
  bool only_last = false;  ///< a row stands for all that leads to its version
};

std::optional<size_t> column_of(const Rows& rows, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const auto found = std::find(rows.columns.begin(), rows.columns.end(), name);
    if (found != rows.columns.end()) return static_cast<size_t>(found - rows.columns.begin());
  }
  return std::nullopt;
}

bool is_true(const std::optional<std::string>& value) { return value == "t" || value == "1"; }

/// What the table of any of the tools says: each has a column for the version, some one that says
/// whether it counts.
Marks marks_of(const Rows& rows) {
  Marks marks{.rows = {}, .only_last = column_of(rows, {"dirty"}).has_value()};
  const auto version = column_of(rows, {"version_id", "version", "id"});
  const auto counts = column_of(rows, {"is_applied", "success"});
  if (!version) return marks;
  for (const Row& row : rows.rows) {
    if (!row[*version]) continue;
    marks.rows.push_back({*row[*version], !counts || is_true(row[*counts])});
  }
  return marks;
}

/// "20260101-120000" and "0001" as their tools compare them; empty for what is no number.
std::string number_of(std::string_view id) {
  std::string digits;
  for (const char c : id) {
    if (c == '-' || c == '_') continue;
    if (c < '0' || c > '9') return {};
    if (!digits.empty() || c != '0') digits += c;
  }
  return digits.empty() ? "0" : digits;
}

class VersionTable {
 public:
  explicit VersionTable(const RevisionGraph& graph) : graph_(graph) {
    for (const Revision& revision : graph.revisions()) {
      if (const std::string number = number_of(revision.id); !number.empty()) {
        by_number_.emplace(number, revision.id);
      }
    }
  }

  AppliedRevisions read(const std::string& table, const Rows& rows) const {
    AppliedRevisions applied{.source = table};
    const Marks marks = marks_of(rows);
    for (const Mark& mark : marks.rows) {
      const std::optional<std::string> id = id_of(mark.version);
      if (!id) {
        // goose begins its table with a row for nothing.
        if (mark.applied && number_of(mark.version) != "0") applied.unknown.push_back(mark.version);
      } else if (mark.applied) {
        applied.known.insert(*id);
      } else {
        applied.known.erase(*id);
      }
    }
    if (marks.only_last) applied.known = graph_.with_ancestors(applied.known);
    return applied;
  }

 private:
  std::optional<std::string> id_of(const std::string& version) const {
    if (graph_.find(version) != nullptr) return version;
    const auto found = by_number_.find(number_of(version));
    if (found == by_number_.end()) return std::nullopt;
    return found->second;
  }

  const RevisionGraph& graph_;
  std::map<std::string, std::string> by_number_;
};

std::string in_order(const std::string& table, const TableShape& shape) {
  for (const std::string_view column : {"installed_rank", "id"}) {
    for (const TableColumn& known : shape.columns) {
      if (known.name == column) return fmt::format("SELECT * FROM {} ORDER BY {}", table, column);
    }
  }
  return "SELECT * FROM " + table;
}

std::optional<AppliedRevisions> of_other_tools(Database& database, const Migrations& migrations) {
  for (const std::string& name : migrations.version_tables) {
    const auto shape = database.describe_table("", name);
    if (!shape) continue;
    const std::string table = sql_name(shape->schema, shape->name);
    return VersionTable(migrations.graph).read(name, database.query(in_order(table, *shape)));
  }
  return std::nullopt;
}

std::optional<AppliedRevisions> of_our_own(Database& database, const Migrations& migrations) {
  State state(database);
  if (!state.exists()) return std::nullopt;
  AppliedRevisions applied{.source = "provision"};
  for (const AppliedRevision& one : state.applied()) {
    const Revision* revision = migrations.graph.find(one.id);
    if (revision == nullptr) {
      applied.unknown.push_back(one.id);
      continue;
    }
    applied.known.insert(one.id);
    if (checksum(*revision) != one.checksum) applied.edited.push_back(one.id);
  }
  return applied;
}

}  // namespace

Migrations read_migrations(const DatabaseSpec& spec, const std::filesystem::path& project) {
  const LayoutChoice choice = layout_choice(spec);
  RevisionGraph graph = read_revisions(spec.migrations, choice, project);
  const FoundMigrations found = find_migrations(spec.migrations, choice);
  std::string setup = needed_version_tables(*found.layout, graph);
  std::optional<PythonProject> python = python_project(graph, spec, project);
  return {.folder = found.folder,
          .graph = std::move(graph),
          .origin = found.layout->id_rule() == IdRule::own ? Origin::own : Origin::foreign,
          .setup = std::move(setup),
          .version_tables = found.layout->version_tables(),
          .python = std::move(python)};
}

std::optional<Migrations> find_migrations_of(const DatabaseSpec& spec,
                                             const std::filesystem::path& project) {
  std::error_code missing;
  if (spec.migrations.empty() || !std::filesystem::is_directory(spec.migrations, missing)) {
    return std::nullopt;
  }
  return read_migrations(spec, project);
}

std::optional<AppliedRevisions> read_applied(Database& database, const Migrations& migrations) {
  const auto own = of_our_own(database, migrations);
  if (own && !own->known.empty()) return own;
  const auto other = of_other_tools(database, migrations);
  return other ? other : own;
}

}  // namespace provision
