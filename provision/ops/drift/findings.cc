#include "provision/ops/drift/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "provision/base/hash.h"
#include "provision/base/text.h"

namespace provision {
namespace {

using Type = ObjectDifference::Type;
using Key = std::pair<std::string, std::string>;

bool may_have_parts(const ObjectId& id) {
  switch (id.kind) {
    case ObjectKind::table:
    case ObjectKind::virtual_table:
    case ObjectKind::foreign_table:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::domain:
    case ObjectKind::composite_type:
    case ObjectKind::foreign_server:
      return true;
    default:
      return false;
  }
}

/// The objects of one side that stand on their own, and how many parts each has.
class Wholes {
 public:
  explicit Wholes(const SchemaSnapshot& snapshot) {
    for (const SchemaObject& object : snapshot.objects) {
      if (may_have_parts(object.id)) by_name_[{object.id.schema, object.id.name}] = object.id;
    }
    const ObjectId* last = nullptr;
    int* parts = nullptr;
    for (const SchemaObject& object : snapshot.objects) {
      // Parts of one kind and table follow each other.
      const bool is_next =
          parts != nullptr && last->table == object.id.table && last->schema == object.id.schema;
      if (!is_next) parts = counter_of(object.id);
      if (parts != nullptr) ++*parts;
      last = &object.id;
    }
  }

  const ObjectId& of(const ObjectId& id) const {
    if (id.table.empty()) return id;
    const auto found = by_name_.find({id.schema, id.table});
    return found == by_name_.end() ? id : found->second;
  }
  const std::map<ObjectId, int>& parts() const { return parts_; }

 private:
  /// Where the parts of the whole that `id` belongs to are counted; nullptr if it is one itself.
  int* counter_of(const ObjectId& id) {
    const ObjectId& whole = of(id);
    int& parts = parts_[whole];
    return whole == id ? nullptr : &parts;
  }

  std::map<Key, ObjectId> by_name_;
  std::map<ObjectId, int> parts_;
};

/// The body of what runs, which may hold what a report must not.
bool is_body(ObjectKind kind, std::string_view attribute) {
  if (attribute != "definition" && !attribute.empty()) return false;
  switch (kind) {
    case ObjectKind::function:
    case ObjectKind::procedure:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::trigger:
    case ObjectKind::rule:
      return true;
    default:
      return false;
  }
}

void hash(std::string& body) {
  constexpr size_t kDigits = 16;
  if (!body.empty()) body = "sha256:" + sha256(body).substr(0, kDigits);
}

/// "4 columns, 2 indexes".
std::string counted_parts(const std::vector<SchemaObject>& parts) {
  std::map<ObjectKind, std::int64_t> counts;
  for (const SchemaObject& part : parts) ++counts[part.id.kind];
  std::vector<std::string> words;
  for (const auto& [kind, count] : counts) {
    const std::string name(name_of(kind));
    const std::string plural = name.ends_with('x') ? name + "es"
                               : name.ends_with('y') && !name.ends_with("ey")
                                   ? name.substr(0, name.size() - 1) + "ies"
                               : name.ends_with('s') ? name
                                                     : name + "s";
    words.push_back(counted(count, name, plural));
  }
  return joined(words, ", ");
}

class Gathering {
 public:
  Gathering(const DriftResult& result, const DriftOptions& options)
      : result_(result),
        options_(options),
        expected_(result.expected.snapshot),
        actual_(result.actual.snapshot) {}

  FoundDrift found() {
    for (const ObjectDifference& one : result_.differences) add(one);
    FoundDrift drift;
    drift.findings = result_.findings;
    for (Finding& finding : drift.findings) finding.database = result_.database;
    for (auto& [id, object] : objects_) {
      std::vector<Difference>& rows = object.rows;
      const bool counts =
          std::any_of(rows.begin(), rows.end(), [](const Difference& row) { return row.counts; });
      if (counts) {
        drift.findings.push_back(finding_of(id, object));
      } else {
        std::move(rows.begin(), rows.end(), std::back_inserter(drift.notes));
      }
    }
    drift.comparison = comparison();
    return drift;
  }

 private:
  struct Object {
    std::string state = "changed";
    std::optional<Severity> severity;  ///< of what counts
    std::string reason;                ///< of the worst
    std::string parts;                 ///< that came or went with it
    std::vector<Difference> rows;
  };

  void add(const ObjectDifference& one) {
    const Wholes& side = one.type == Type::extra ? actual_ : expected_;
    const ObjectId& whole = side.of(one.id());
    Object& object = objects_[whole];
    std::vector<Difference> rows = described({one}, result_.policy);
    for (size_t i = 0; i < rows.size(); ++i) {
      Difference& row = rows[i];
      const Judgement judgement =
          one.type == Type::changed ? judge(one, one.fields[i]) : judge(one);
      row.severity = name_of(judgement.severity);
      row.reason = judgement.reason;
      if (options_.hash_bodies && is_body(one.id().kind, row.attribute)) {
        hash(row.expected);
        hash(row.actual);
      }
      if (row.counts && (!object.severity || judgement.severity > *object.severity)) {
        object.severity = judgement.severity;
        object.reason = judgement.reason;
      }
      object.rows.push_back(std::move(row));
    }
    if (one.type == Type::changed || one.id() != whole) return;
    object.state = name_of(one.type);
    object.parts = counted_parts(one.parts);
  }

  Finding finding_of(const ObjectId& id, Object& object) const {
    std::string message = object.reason;
    if (!object.parts.empty()) message += fmt::format(" (with {})", object.parts);
    return {.verdict = object.state,
            .subject = to_string(id),
            .message = std::move(message),
            .differences = object.rows,
            .severity = std::string(name_of(*object.severity)),
            .database = result_.database};
  }

  Comparison comparison() const {
    Comparison comparison{.expected = result_.expected.label,
                          .actual = result_.actual.label,
                          .database = result_.database};
    std::map<ObjectId, int> parts = expected_.parts();
    for (const auto& [id, count] : actual_.parts()) {
      int& most = parts[id];
      most = std::max(most, count);
    }
    for (const auto& [id, count] : parts) {
      Comparison::Object drawn{.name = to_string(id), .state = "same", .parts = count};
      const auto differing = objects_.find(id);
      if (differing != objects_.end() && differing->second.severity) {
        drawn.state = differing->second.state;
        drawn.severity = name_of(*differing->second.severity);
      }
      comparison.objects.push_back(std::move(drawn));
    }
    return comparison;
  }

  const DriftResult& result_;
  const DriftOptions& options_;
  Wholes expected_;
  Wholes actual_;
  std::map<ObjectId, Object> objects_;
};

}  // namespace

FoundDrift found_drift(const DriftResult& result, const DriftOptions& options) {
  return Gathering(result, options).found();
}

}  // namespace provision
