// The differences of comparisons counted by kind, state and severity.
#include <algorithm>
#include <map>
#include <set>

#include "provision/report/compared.h"
#include "provision/report/difference_text.h"

namespace provision {
namespace {

struct Counts {
  std::map<char, std::int64_t> states;     ///< by sign
  std::map<int, std::int64_t> severities;  ///< by rank
  std::int64_t same = 0;
};

using CountsByKind = std::map<std::string, Counts>;

/// Each object of `finding` once, with the worst that is said of it.
void add(CountsByKind& kinds, const Finding& finding) {
  std::map<std::string_view, std::pair<std::string, int>> objects;
  for (const Difference& one : finding.differences) {
    if (!one.counts) continue;
    const auto [known, is_new] = objects.try_emplace(one.object, kind_of(one), 0);
    auto& [kind, rank] = known->second;
    rank = std::max(rank, rank_of(one.severity));
    if (is_new) ++kinds[kind].states[sign_of(one.type)];
  }
  for (const auto& [unused, object] : objects) ++kinds[object.first].severities[object.second];
}

Cell cell_of(std::int64_t count, Tone tone) {
  return {Value(count), count == 0 ? Tone::dim : tone};
}

std::vector<Cell> row_of(const std::string& database, const std::string& kind, Counts counts) {
  return {{database, Tone::name},
          {kind, Tone::name},
          cell_of(counts.states['-'], Tone::plain),
          cell_of(counts.states['+'], Tone::plain),
          cell_of(counts.states['~'], Tone::plain),
          cell_of(counts.severities[3], Tone::bad),
          cell_of(counts.severities[2], Tone::warning),
          cell_of(counts.severities[1], Tone::plain),
          counts.same == 0 ? Cell() : cell_of(counts.same, Tone::dim)};
}

CountsByKind counts_of(const Compared& compared) {
  CountsByKind kinds;
  for (const ComparedObject& object : compared.objects) add(kinds, *object.finding);
  for (const Comparison::Object& object : compared.comparison->objects) {
    if (object.state == "same") ++kinds[kind_of(object.name)].same;
  }
  return kinds;
}

}  // namespace

Table stat_table(const ComparedReport& report) {
  Table table{"stat",
              "",
              {{"database"},
               {"kind"},
               {"missing"},
               {"extra"},
               {"changed"},
               {"breaking"},
               {"risky"},
               {"cosmetic"},
               {"same"}}};
  const bool is_one = report.comparisons.size() == 1;
  for (const Compared& one : report.comparisons) {
    if (one.objects.empty() && !is_one) continue;
    for (const auto& [kind, counts] : counts_of(one)) {
      table.rows.push_back(row_of(is_one ? "" : one.comparison->database, kind, counts));
    }
  }
  return table;
}

}  // namespace provision
