#include "provision/ops/values/atoms.h"

#include <utility>

namespace provision::values {

using Kind = Condition::Kind;

std::vector<Atoms> ways_of(const Condition& condition, bool holds) {
  if (condition.kind == Kind::inverse) return ways_of(condition.parts.at(0), !holds);
  const bool is_any = condition.kind == (holds ? Kind::either : Kind::both);
  const bool is_all = condition.kind == (holds ? Kind::both : Kind::either);
  if (!is_any && !is_all) return {{{condition, holds}}};
  std::vector<Atoms> ways;
  if (is_all) ways.emplace_back();
  for (const Condition& part : condition.parts) {
    const std::vector<Atoms> more = ways_of(part, holds);
    if (is_any) {
      ways.insert(ways.end(), more.begin(), more.end());
      continue;
    }
    std::vector<Atoms> product;
    for (const Atoms& one : ways) {
      for (const Atoms& other : more) {
        if (product.size() == kMostWays) break;
        product.push_back(one);
        product.back().insert(product.back().end(), other.begin(), other.end());
      }
    }
    ways = std::move(product);
  }
  if (ways.size() > kMostWays) ways.resize(kMostWays);
  return ways;
}

}  // namespace provision::values
