#include "provision/report/html_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "provision/report/tally.h"

namespace provision {
namespace {

/// Lines further right than this are not drawn: a phone has no room for them.
constexpr int kMostLanes = 10;
constexpr int kLaneColours = 6;
constexpr int kLaneWidth = 14;
constexpr int kHeight = 40;
constexpr size_t kNone = static_cast<size_t>(-1);

/// For each check the positions of its parents, all of them above it.
std::vector<std::vector<size_t>> parents_of(const std::vector<Check>& checks) {
  std::map<std::pair<std::string, std::string>, size_t> known;
  std::vector<std::vector<size_t>> parents(checks.size());
  for (size_t i = 0; i < checks.size(); ++i) {
    for (const std::string& id : std::set(checks[i].parents.begin(), checks[i].parents.end())) {
      const auto found = known.find({checks[i].database, id});
      if (found != known.end()) parents[i].push_back(found->second);
    }
    known.try_emplace({checks[i].database, checks[i].id}, i);
  }
  return parents;
}

/// Which check's line runs in each lane, from it down to the last of its children.
class Lanes {
 public:
  int take(size_t check) {
    const auto free = std::find(owners_.begin(), owners_.end(), kNone);
    const auto lane = static_cast<size_t>(free - owners_.begin());
    if (free == owners_.end()) owners_.push_back(kNone);
    owners_[lane] = check;
    return static_cast<int>(lane);
  }
  void free(int lane) { owners_[static_cast<size_t>(lane)] = kNone; }
  std::vector<int> taken() const {
    std::vector<int> lanes;
    for (size_t i = 0; i < owners_.size(); ++i) {
      if (owners_[i] != kNone) lanes.push_back(static_cast<int>(i));
    }
    return lanes;
  }

 private:
  std::vector<size_t> owners_;
};

int x_of(int lane) { return 9 + std::min(lane, kMostLanes) * kLaneWidth; }

void add_path(std::string& svg, int lane, std::string_view kind, const std::string& path) {
  fmt::format_to(std::back_inserter(svg), R"(<path class="{} l{}" d="{}"/>)", kind,
                 lane % kLaneColours, path);
}

}  // namespace

std::vector<GraphRow> graph_rows(const std::vector<Check>& checks) {
  const std::vector<std::vector<size_t>> parents = parents_of(checks);
  std::vector<int> children(checks.size());
  for (const std::vector<size_t>& ids : parents) {
    for (const size_t parent : ids) ++children[parent];
  }
  std::vector<GraphRow> rows(checks.size());
  Lanes lanes;
  for (size_t i = 0; i < checks.size(); ++i) {
    GraphRow& row = rows[i];
    for (const size_t parent : parents[i]) {
      row.parents.push_back(rows[parent].lane);
      if (--children[parent] == 0) lanes.free(rows[parent].lane);
    }
    row.passing = lanes.taken();
    row.lane = lanes.take(i);
    row.is_rooted = parents[i].size() < checks[i].parents.size();
    row.has_children = children[i] > 0;
    if (!row.has_children) lanes.free(row.lane);
  }
  return rows;
}

int graph_width(const std::vector<GraphRow>& rows) {
  int widest = 0;
  for (const GraphRow& row : rows) {
    widest = std::max(widest, row.lane);
    for (const int lane : row.passing) widest = std::max(widest, lane);
  }
  return x_of(widest) + 9;
}

// Lines and dots are strokes that do not scale, so that a row may be as high as its text.
std::string graph_picture(const GraphRow& row, Check::Outcome outcome, int width) {
  constexpr int kMiddle = kHeight / 2;
  const int x = x_of(row.lane);
  std::string svg = fmt::format(
      R"(<svg class="graph" width="{0}" viewBox="0 0 {0} {1}" preserveAspectRatio="none" )"
      R"(aria-hidden="true">)",
      width, kHeight);
  for (const int lane : row.passing) {
    if (lane <= kMostLanes)
      add_path(svg, lane, "edge", fmt::format("M{} 0V{}", x_of(lane), kHeight));
  }
  for (const int parent : row.parents) {
    const int from = x_of(parent);
    add_path(svg, std::max(parent, row.lane), "edge",
             from == x
                 ? fmt::format("M{} 0V{}", x, kMiddle)
                 : fmt::format("M{0} 0C{0} {2} {1} {3} {1} {2}", from, x, kMiddle, kMiddle / 4));
  }
  if (row.is_rooted) add_path(svg, row.lane, "edge stub", fmt::format("M{} 0V{}", x, kMiddle));
  if (row.has_children) {
    add_path(svg, row.lane, "edge", fmt::format("M{} {}V{}", x, kMiddle, kHeight));
  }
  fmt::format_to(std::back_inserter(svg), R"(<path class="dot {}" d="M{} {}h0"/></svg>)",
                 name_of(outcome), x, kMiddle);
  return svg;
}

}  // namespace provision
