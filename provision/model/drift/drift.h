// What differences between two databases mean to those who use them, and which are to be passed
// over.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "provision/base/error.h"
#include "provision/model/schema_difference.h"

namespace provision {

/// How bad a difference is. breaking: reads or writes of the application would fail or give other
/// results; risky: integrity, security or performance differs; cosmetic: nobody but a reader of the
/// schema sees it.
enum class Severity : std::uint8_t { cosmetic, risky, breaking };
std::string_view name_of(Severity severity);

struct Judgement {
  Severity severity = Severity::breaking;
  std::string reason;  ///< a sentence without its end: "inserts that leave it out fail"
};

/// What a missing or extra object means to an application made for what is expected.
Judgement judge(const ObjectDifference& difference);
/// What one field of a changed object means.
Judgement judge(const ObjectDifference& difference, const FieldDifference& field);

/// Two of `differences` that may be one object renamed: alike in all but the name, and nothing else
/// is like either. Said, never assumed. A value of an enum is called as if it were a part of it.
struct LikelyRename {
  ObjectId expected;
  ObjectId actual;
};
std::vector<LikelyRename> likely_renames(const std::vector<ObjectDifference>& differences);

/// What an environment says of its comparison with others.
struct DriftRules {
  /// A line of `ignore`:
  /// - KIND NAME: the objects of a kind ("table audit.*", "foreign key shop.*"), with all of their
  ///   parts; the kind `*` is any;
  /// - owner NAME, comment NAME, order NAME: this of all objects that are called so;
  /// - privilege NAME [to ROLE]: what the role may do with them ("privilege * to metrics");
  /// - setting NAME, server NAME: settings of the database, and what differs by server; NAME is
  /// that
  ///   of the setting ("setting work_mem", "server encoding") or of the object.
  /// Names and roles are globs: `*` is any run of characters, dots too, and `?` any one. A name is
  /// SCHEMA.TABLE.PART; the schema may be left out where it is `public`, and so may what a function
  /// is called with.
  struct Ignore {
    std::string text;    ///< as it is written
    std::string origin;  ///< "environments/staging.yaml:12"
  };

  std::vector<Ignore> ignore;
  DifferencePolicy policy;
};

/// Throws usage Error at `place` if `rule` is nothing that `ignore` may say, with the nearest word.
void check_ignore_rule(std::string_view rule, const Place& place);

/// What one rule hid, objects and fields of changed ones; 0: it is stale. What several rules would
/// hide is the first one's.
struct Ignored {
  DriftRules::Ignore rule;
  int count = 0;
};

/// Takes what `rules` hide out of `differences`, and says how much each did. Parts are known as
/// those of a table or a view where whole schemas were compared.
std::vector<Ignored> ignore(std::vector<ObjectDifference>& differences, const DriftRules& rules);

}  // namespace provision
