#include "provision/ops/drift/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <future>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/ops/drift/equivalence.h"
#include "provision/ops/drift/head.h"
#include "provision/ops/drift/normalise.h"
#include "provision/ops/drift/read_sides.h"

namespace provision {
namespace {

using Kind = DriftSource::Kind;

DriftRules rules_of(const DriftSubject& expected, const DriftSubject& actual) {
  DriftRules rules;
  if (expected.source.environment) rules = expected.source.environment->drift;
  if (!actual.source.environment || actual.source.environment == expected.source.environment) {
    return rules;
  }
  const DriftRules& more = actual.source.environment->drift;
  for (const DriftRules::Ignore& rule : more.ignore) {
    // Two environments may have it from one file; said twice it would hide nothing the second time.
    const bool is_known =
        std::any_of(rules.ignore.begin(), rules.ignore.end(),
                    [&](const DriftRules::Ignore& known) { return known.text == rule.text; });
    if (!is_known) rules.ignore.push_back(rule);
  }
  rules.policy = more.policy;
  return rules;
}

std::vector<SeedTable> seeds_of(const DriftSubject& expected, const DriftSubject& actual) {
  for (const DriftSubject* subject : {&actual, &expected}) {
    if (subject->spec == nullptr || !subject->source.environment) continue;
    return compared_seeds(*subject->spec, subject->source.environment->project);
  }
  return {};
}

void compare_rows(DriftResult& result) {
  if (result.seeds.empty()) return;
  for (const DriftSide* side : {&result.expected, &result.actual}) {
    if (!side->rows.empty()) continue;
    result.notes.push_back(fmt::format("rows are not compared: '{}' has none", side->label));
    return;
  }
  if (result.expected.snapshot.engine != result.actual.snapshot.engine) {
    make_portable(result.expected.rows);
    make_portable(result.actual.rows);
  }
  auto found = data_findings(result.seeds, result.expected.rows, result.actual.rows);
  std::move(found.begin(), found.end(), std::back_inserter(result.findings));
}

/// Families are said only where both engines have one for the type.
void forget_unknown_families(std::vector<ObjectDifference>& differences) {
  for (ObjectDifference& one : differences) {
    std::erase_if(one.fields, [](const FieldDifference& field) {
      return field.name == "type" && (!field.expected || !field.actual);
    });
  }
  std::erase_if(differences, [](const ObjectDifference& one) {
    return one.type == ObjectDifference::Type::changed && one.fields.empty();
  });
}

/// Takes out what the engines, or their versions, merely write differently, and says so.
void forget_spelling(DriftResult& result) {
  const SchemaSnapshot& left = result.expected.snapshot;
  const SchemaSnapshot& right = result.actual.snapshot;
  if (left.engine != right.engine) {
    forget_unknown_families(result.differences);
  } else if (major_of(left.version) != major_of(right.version)) {
    forget_versions(result.differences);
    result.notes.push_back(fmt::format(
        "version {} is compared with {}: what they merely write differently is left out",
        left.version, right.version));
  }
}

/// Where the engines differ, both sides become what both engines have.
void make_comparable(DriftResult& result) {
  SchemaSnapshot& left = result.expected.snapshot;
  SchemaSnapshot& right = result.actual.snapshot;
  if (left.engine == right.engine) return;
  left = portable(left);
  right = portable(right);
  result.notes.push_back(
      fmt::format("{} and {} are compared by what both have: tables, columns with their family of "
                  "types, keys, indexes, and views by name",
                  left.engine, right.engine));
}

void compare_schemas(DriftResult& result, DriftScratch& scratch) {
  make_comparable(result);
  const SchemaSnapshot& left = result.expected.snapshot;
  const SchemaSnapshot& right = result.actual.snapshot;
  DriftEquivalence equivalence(scratch, left, right);
  result.differences = difference(
      left, right, [&](const SchemaObject& a, const SchemaObject& b) { return equivalence(a, b); });
  if (!equivalence.trouble().empty()) {
    result.notes.push_back(
        "expressions are compared as they are written, for want of a scratch server: " +
        equivalence.trouble());
  }
  forget_spelling(result);
  forget_data(result.differences);
  compare_inherited(result.differences, left, right);
}

}  // namespace

DriftResult DriftComparer::compare(const DriftSubject& expected, const DriftSubject& actual) {
  if (expected.source.kind == Kind::head && actual.source.kind == Kind::head) {
    throw usage_error("head is compared with itself", "say what it is to be compared with");
  }
  DriftResult result;
  if (actual.spec != nullptr) result.database = actual.spec->name;
  result.migrations = migrations_of(expected, actual);
  if (options_.data) result.seeds = seeds_of(expected, actual);
  DriftSides(engines_, scratch_, options_, progress_).read(expected, actual, result);
  compare_rows(result);
  if (result.migrations) {
    for (const DriftSide* side : {&result.expected, &result.actual}) {
      auto found = revision_findings(*result.migrations, *side);
      std::move(found.begin(), found.end(), std::back_inserter(result.findings));
    }
  }
  compare_schemas(result, scratch_);
  if (!options_.partitions) {
    // No application ran on scratch.
    if (!is_on_scratch(expected)) {
      result.partitions += forget_partitions(result.differences, ObjectDifference::Type::missing);
    }
    if (!is_on_scratch(actual)) {
      result.partitions += forget_partitions(result.differences, ObjectDifference::Type::extra);
    }
  }
  const DriftRules rules = rules_of(expected, actual);
  result.policy = rules.policy;
  result.ignored = ignore(result.differences, rules);
  result.renames = likely_renames(result.differences);
  return result;
}

std::vector<DriftComparer::ReadAttempt> DriftComparer::read_all(
    const DriftSubject& expected, const std::vector<DriftSubject>& members) {
  constexpr size_t kAtOnce = 8;
  std::vector<ReadAttempt> attempts(members.size());
  if (members.empty()) return attempts;
  const std::optional<Migrations> migrations = migrations_of(expected, members.front());
  const SchemaScope scope = scope_of(expected, members.front(), migrations);
  const std::vector<SeedTable> seeds =
      options_.data ? seeds_of(expected, members.front()) : std::vector<SeedTable>();
  Engine& engine = engines_.at(members.front().spec->engine);
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < members.size(); i = next++) {
      const LiveRead read{.engine = engine,
                          .spec = *members[i].spec,
                          .scope = scope,
                          .migrations = migrations ? &*migrations : nullptr,
                          .seeds = seeds};
      try {
        attempts[i].side = read_live(read, members[i].spec->name, progress_);
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::unavailable && error.kind() != ErrorKind::refused) throw;
        attempts[i].trouble = error.message();
      }
    }
  };
  std::vector<std::future<void>> workers;
  for (size_t i = 0; i < std::min(kAtOnce, members.size()); ++i) {
    workers.push_back(std::async(std::launch::async, work));
  }
  for (std::future<void>& worker : workers) worker.get();
  return attempts;
}

}  // namespace provision
