#include "provision/ops/version_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "provision/base/text.h"

namespace provision {
namespace {

/// One row of a version table: a version, and whether it is there or was taken back.
struct Mark {
  std::string version;
  bool applied = true;
  bool dirty = false;
};

struct Marks {
  std::vector<Mark> rows;
  bool only_tips = false;  ///< a row stands for all that leads to its version
  bool are_names = false;  ///< "01" is another version than "1"
};

std::optional<size_t> column_of(const Rows& rows, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const auto found = std::find(rows.columns.begin(), rows.columns.end(), name);
    if (found != rows.columns.end()) return static_cast<size_t>(found - rows.columns.begin());
  }
  return std::nullopt;
}

bool is_true(const std::optional<std::string>& value) {
  return value == "t" || value == "1" || value == "true";
}

/// What the table of any of the tools says: each has a column for the version, some one that says
/// whether it counts.
Marks marks_of(const Rows& rows) {
  const auto heads = column_of(rows, {"version_num"});
  const auto dirty = column_of(rows, {"dirty"});
  Marks marks{.rows = {}, .only_tips = heads || dirty, .are_names = heads.has_value()};
  const auto version = heads ? heads : column_of(rows, {"version_id", "version", "id"});
  const auto counts = column_of(rows, {"is_applied", "success"});
  if (!version) return marks;
  for (const Row& row : rows.rows) {
    if (!row[*version]) continue;
    marks.rows.push_back(
        {*row[*version], !counts || is_true(row[*counts]), dirty && is_true(row[*dirty])});
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

class Reader {
 public:
  explicit Reader(const RevisionGraph& graph) : graph_(graph) {
    for (const Revision& revision : graph.revisions()) {
      if (const std::string number = number_of(revision.id); !number.empty()) {
        by_number_.emplace(number, revision.id);
      }
    }
  }

  VersionRows read(const std::string& table, const Marks& marks) const {
    VersionRows result{.table = table, .versions = {}, .known = {}};
    for (const Mark& mark : marks.rows) {
      const std::optional<std::string> id = id_of(mark.version, marks.are_names);
      if (mark.dirty) result.dirty = mark.version;
      // goose begins its table with a row for nothing.
      const bool is_nothing = !id && !marks.are_names && number_of(mark.version) == "0";
      std::erase(result.versions, mark.version);
      if (mark.applied && !is_nothing) result.versions.push_back(mark.version);
      if (!id) {
        if (mark.applied && !is_nothing) result.unknown.push_back(mark.version);
      } else if (mark.applied) {
        result.known.insert(*id);
      } else {
        result.known.erase(*id);
      }
    }
    if (marks.only_tips) result.known = graph_.with_ancestors(result.known);
    return result;
  }

 private:
  std::optional<std::string> id_of(const std::string& version, bool is_name) const {
    if (graph_.find(version) != nullptr) return version;
    if (is_name) return std::nullopt;
    const auto found = by_number_.find(number_of(version));
    if (found == by_number_.end()) return std::nullopt;
    return found->second;
  }

  const RevisionGraph& graph_;
  std::map<std::string, std::string> by_number_;
};

/// In the order in which the rows were written, where a column tells.
std::string selection(const std::string& table, const TableShape& shape) {
  for (const std::string_view column : {"installed_rank", "id"}) {
    for (const TableColumn& known : shape.columns) {
      if (known.name == column) return fmt::format("SELECT * FROM {} ORDER BY {}", table, column);
    }
  }
  return "SELECT * FROM " + table;
}

}  // namespace

std::optional<VersionRows> read_version_rows(Database& database, std::string_view table,
                                             const RevisionGraph& graph) {
  const size_t dot = table.find('.');
  const bool has_schema = dot != std::string_view::npos;
  const auto shape = database.describe_table(has_schema ? table.substr(0, dot) : "",
                                             has_schema ? table.substr(dot + 1) : table);
  if (!shape) return std::nullopt;
  const std::string name = sql_name(shape->schema, shape->name);
  return Reader(graph).read(name, marks_of(database.query(selection(name, *shape))));
}

}  // namespace provision
