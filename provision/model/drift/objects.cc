// What each kind of object means where it is missing, and where it is extra.
#include <algorithm>
#include <array>

#include "provision/base/text.h"
#include "provision/model/drift/meaning.h"

namespace provision {
namespace {

using enum ObjectKind;

struct KindRow {
  ObjectKind kind;
  Meaning missing;
  Meaning extra;
};

constexpr Meaning kNotThere = breaks("queries that name it fail");
constexpr Meaning kUnknown = shows("nothing that is expected names it");
constexpr Meaning kUnsearched = breaks("searches that name it fail");
constexpr Meaning kUnusable = breaks("what is to be made with it fails");
constexpr Meaning kDuplicates = breaks("duplicates get in, and ON CONFLICT on it fails");
constexpr Meaning kNoDuplicates = breaks("writes of duplicates fail");
constexpr Meaning kBrokenRule = risks("rows that break it get in");
constexpr Meaning kNewRule = breaks("writes that break it fail");
constexpr Meaning kIdle = breaks("what it does no longer happens");
constexpr Meaning kBusy = breaks("writes do more than expected");

// In the order of the enumeration.
constexpr std::array kKinds = {
    KindRow{database, kNotThere, kUnknown},
    KindRow{schema, kNotThere, kUnknown},
    KindRow{extension, breaks("what it provides is not there"), kUnknown},
    KindRow{language, breaks("functions in it cannot be made"), kUnknown},
    KindRow{foreign_data_wrapper, kUnusable, kUnknown},
    KindRow{foreign_server, breaks("queries of its tables fail"),
            risks("roles that may use it reach another server")},
    KindRow{user_mapping, breaks("the role cannot log in to the foreign server"),
            risks("the role can log in to the foreign server")},
    KindRow{collation, kNotThere, kUnknown},
    KindRow{conversion, breaks("text may not be convertible"),
            risks("text may be converted in another way")},
    KindRow{enum_type, kNotThere, kUnknown},
    KindRow{domain, kNotThere, kUnknown},
    KindRow{composite_type, kNotThere, kUnknown},
    KindRow{range_type, kNotThere, kUnknown},
    KindRow{base_type, kNotThere, kUnknown},
    KindRow{sequence, breaks("calls for its next number fail"), kUnknown},
    KindRow{table, kNotThere, kUnknown},
    KindRow{virtual_table, kNotThere, kUnknown},
    KindRow{foreign_table, kNotThere, kUnknown},
    KindRow{view, kNotThere, kUnknown},
    KindRow{materialized_view, kNotThere, kUnknown},
    KindRow{column, kNotThere, shows("inserts and queries that do not name it go on as before")},
    KindRow{primary_key, kDuplicates, breaks("writes of duplicates and of NULL fail")},
    KindRow{unique, kDuplicates, kNoDuplicates},
    KindRow{check, kBrokenRule, kNewRule},
    KindRow{exclude, kBrokenRule, kNewRule},
    KindRow{foreign_key, risks("rows that point nowhere get in"),
            breaks("writes of rows that point nowhere fail")},
    KindRow{not_null, risks("NULL gets in"), breaks("writes of NULL fail")},
    KindRow{index, risks("queries that it serves are slower"), risks("writes are slower")},
    KindRow{statistics, risks("worse plans may be chosen"), shows("the planner knows more")},
    KindRow{trigger, kIdle, kBusy},
    KindRow{rule, kIdle, kBusy},
    KindRow{policy, breaks("rows that it lets through are hidden, and refused"),
            breaks("rows that nobody else lets through are visible, or may be written")},
    KindRow{function, breaks("calls of it fail"), kUnknown},
    KindRow{procedure, breaks("calls of it fail"), kUnknown},
    KindRow{aggregate, breaks("calls of it fail"), kUnknown},
    KindRow{cast, breaks("expressions that rely on it fail"), kUnknown},
    KindRow{transform, breaks("functions that use it are given other values"), kUnknown},
    KindRow{operator_, breaks("expressions with it fail"), kUnknown},
    KindRow{operator_family, kUnusable, kUnknown},
    KindRow{operator_class, kUnusable, kUnknown},
    KindRow{access_method, kUnusable, kUnknown},
    KindRow{text_search_parser, kUnsearched, kUnknown},
    KindRow{text_search_dictionary, kUnsearched, kUnknown},
    KindRow{text_search_template, kUnsearched, kUnknown},
    KindRow{text_search_configuration, kUnsearched, kUnknown},
    KindRow{event_trigger, risks("what it watches over goes unseen"),
            risks("changes of the schema set it off")},
    KindRow{publication, breaks("its subscribers are sent nothing"),
            risks("rows may leave for subscribers that nobody expects")},
    KindRow{subscription, breaks("rows of its publisher do not arrive"),
            breaks("rows of its publisher arrive")},
    KindRow{default_privileges, risks("roles lack privileges on what is made later"),
            risks("roles have other privileges on what is made later")},
};

constexpr bool follows_the_enumeration() {
  for (size_t i = 0; i < kKinds.size(); ++i) {
    if (static_cast<size_t>(kKinds[i].kind) != i) return false;
  }
  return kKinds.size() == static_cast<size_t>(default_privileges) + 1;
}
static_assert(follows_the_enumeration());

/// True for a foreign key that changes the rows of its table when those it points to change.
bool acts(const SchemaObject& foreign_key) {
  std::string actions;
  for (const std::string_view field : {"definition", "on delete", "on update"}) {
    actions.append(lower(foreign_key.field(field))).append(" ");
  }
  for (const std::string_view action : {"cascade", "set null", "set default"}) {
    if (actions.find(action) != std::string::npos) return true;
  }
  return false;
}

constexpr Meaning kOtherPrivileges = risks("roles have other privileges on it");

/// What a missing object means beyond what all of its kind do.
std::optional<Meaning> meaning_of_missing(const SchemaObject& object) {
  switch (object.id.kind) {
    case table:
      if (has_field(object, "partition bound")) return breaks("rows that belong in it are refused");
      break;
    case index:
      if (has_field(object, "unique")) return kDuplicates;
      break;
    case foreign_key:
      if (acts(object)) return breaks("what it does to rows that would point nowhere is not done");
      break;
    case policy:
      if (has_field(object, "restrictive")) {
        return breaks("rows that it holds back are visible, or may be written");
      }
      break;
    case default_privileges:
      if (object.id.name.starts_with(kChangedOn)) return kOtherPrivileges;
      break;
    default:
      break;
  }
  return std::nullopt;
}

/// What an extra object means beyond what all of its kind do.
std::optional<Meaning> meaning_of_extra(const SchemaObject& object) {
  const bool fills_itself = has_field(object, "default") || has_field(object, "identity") ||
                            has_field(object, "generated");
  switch (object.id.kind) {
    case column:
      if (has_field(object, "not null") && !fills_itself)
        return breaks("inserts that leave it out fail");
      break;
    case table:
      if (has_field(object, "partition bound"))
        return shows("it takes rows in that have no other place");
      if (has_field(object, "inherits")) return breaks("queries on its parent give its rows, too");
      break;
    case index:
      if (has_field(object, "unique")) return kNoDuplicates;
      break;
    case policy:
      if (has_field(object, "restrictive"))
        return breaks("rows that it holds back are hidden, and refused");
      break;
    case default_privileges:
      if (object.id.name.starts_with(kChangedOn)) return kOtherPrivileges;
      break;
    case function:
    case procedure:
      if (has_field(object, "security definer")) {
        return risks("whoever calls it has the rights of its owner");
      }
      break;
    case cast:
      if (has_field(object, "context")) return risks("expressions may be read in another way");
      break;
    default:
      break;
  }
  return std::nullopt;
}

}  // namespace

bool has_field(const SchemaObject& object, std::string_view name) {
  return std::any_of(object.fields.begin(), object.fields.end(),
                     [name](const Field& field) { return field.name == name; });
}

Judgement judge(const ObjectDifference& difference) {
  const KindRow& row = kKinds[static_cast<size_t>(difference.id().kind)];
  const bool is_extra = difference.type == ObjectDifference::Type::extra;
  const auto special =
      is_extra ? meaning_of_extra(difference.actual) : meaning_of_missing(difference.expected);
  return special.value_or(is_extra ? row.extra : row.missing).judgement();
}

}  // namespace provision
