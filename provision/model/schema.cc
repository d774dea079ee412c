#include "provision/model/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "provision/base/hash.h"

namespace provision {
namespace {

struct KindRow {
  ObjectKind kind;
  std::string_view name;
};

// In the order of the enumeration, which is the order of a snapshot.
constexpr std::array kKinds = {
    KindRow{ObjectKind::database, "database"},
    KindRow{ObjectKind::schema, "schema"},
    KindRow{ObjectKind::extension, "extension"},
    KindRow{ObjectKind::language, "language"},
    KindRow{ObjectKind::foreign_data_wrapper, "foreign data wrapper"},
    KindRow{ObjectKind::foreign_server, "foreign server"},
    KindRow{ObjectKind::user_mapping, "user mapping"},
    KindRow{ObjectKind::collation, "collation"},
    KindRow{ObjectKind::conversion, "conversion"},
    KindRow{ObjectKind::enum_type, "enum"},
    KindRow{ObjectKind::domain, "domain"},
    KindRow{ObjectKind::composite_type, "composite type"},
    KindRow{ObjectKind::range_type, "range type"},
    KindRow{ObjectKind::base_type, "base type"},
    KindRow{ObjectKind::sequence, "sequence"},
    KindRow{ObjectKind::table, "table"},
    KindRow{ObjectKind::virtual_table, "virtual table"},
    KindRow{ObjectKind::foreign_table, "foreign table"},
    KindRow{ObjectKind::view, "view"},
    KindRow{ObjectKind::materialized_view, "materialized view"},
    KindRow{ObjectKind::column, "column"},
    KindRow{ObjectKind::primary_key, "primary key"},
    KindRow{ObjectKind::unique, "unique"},
    KindRow{ObjectKind::check, "check"},
    KindRow{ObjectKind::exclude, "exclude"},
    KindRow{ObjectKind::foreign_key, "foreign key"},
    KindRow{ObjectKind::not_null, "not null"},
    KindRow{ObjectKind::index, "index"},
    KindRow{ObjectKind::statistics, "statistics"},
    KindRow{ObjectKind::trigger, "trigger"},
    KindRow{ObjectKind::rule, "rule"},
    KindRow{ObjectKind::policy, "policy"},
    KindRow{ObjectKind::function, "function"},
    KindRow{ObjectKind::procedure, "procedure"},
    KindRow{ObjectKind::aggregate, "aggregate"},
    KindRow{ObjectKind::cast, "cast"},
    KindRow{ObjectKind::transform, "transform"},
    KindRow{ObjectKind::operator_, "operator"},
    KindRow{ObjectKind::operator_family, "operator family"},
    KindRow{ObjectKind::operator_class, "operator class"},
    KindRow{ObjectKind::access_method, "access method"},
    KindRow{ObjectKind::text_search_parser, "text search parser"},
    KindRow{ObjectKind::text_search_dictionary, "text search dictionary"},
    KindRow{ObjectKind::text_search_template, "text search template"},
    KindRow{ObjectKind::text_search_configuration, "text search configuration"},
    KindRow{ObjectKind::event_trigger, "event trigger"},
    KindRow{ObjectKind::publication, "publication"},
    KindRow{ObjectKind::subscription, "subscription"},
    KindRow{ObjectKind::default_privileges, "default privileges"},
};

constexpr bool follows_the_enumeration() {
  for (size_t i = 0; i < kKinds.size(); ++i) {
    if (static_cast<size_t>(kKinds[i].kind) != i) return false;
  }
  return true;
}
static_assert(follows_the_enumeration());

constexpr std::array<std::string_view, 6> kClasses = {"structure", "privilege", "comment",
                                                      "order",     "setting",   "server"};

/// The object without what does not count for a fingerprint, as text that nothing else has.
std::string canonical(const SchemaObject& object) {
  std::string text;
  const auto add = [&text](std::string_view part) {
    fmt::format_to(std::back_inserter(text), "{}:{}", part.size(), part);
  };
  add(name_of(object.id.kind));
  add(object.id.schema);
  add(object.id.table);
  add(object.generated_name ? std::string_view() : object.id.name);
  for (const Field& field : object.fields) {
    const DifferenceClass concerned = class_of(object.id.kind, field.name);
    if (concerned == DifferenceClass::order || concerned == DifferenceClass::server) continue;
    // Not every role may read them.
    if (object.id.kind == ObjectKind::user_mapping && field.name == "options") continue;
    add(field.name);
    add(field.value);
  }
  return text;
}

using Number = std::array<std::uint64_t, 4>;

Number number_of(const SchemaObject& object) {
  const std::string digits = sha256(canonical(object));
  Number number{};
  for (size_t i = 0; i < number.size(); ++i) {
    number[i] = std::stoull(digits.substr((number.size() - 1 - i) * 16, 16), nullptr, 16);
  }
  return number;
}

}  // namespace

std::string_view name_of(ObjectKind kind) { return kKinds[static_cast<size_t>(kind)].name; }

std::optional<ObjectKind> object_kind(std::string_view name) {
  const auto* row = std::find_if(kKinds.begin(), kKinds.end(),
                                 [&](const KindRow& candidate) { return candidate.name == name; });
  if (row == kKinds.end()) return std::nullopt;
  return row->kind;
}

std::string_view name_of(DifferenceClass difference_class) {
  return kClasses[static_cast<size_t>(difference_class)];
}

std::optional<DifferenceClass> difference_class(std::string_view name) {
  const auto* found = std::find(kClasses.begin(), kClasses.end(), name);
  if (found == kClasses.end()) return std::nullopt;
  return static_cast<DifferenceClass>(found - kClasses.begin());
}

std::string to_string(const ObjectId& id) {
  std::string text(name_of(id.kind));
  std::string_view separator = " ";
  for (const std::string* part : {&id.schema, &id.table, &id.name}) {
    if (part->empty() || (part == &id.schema && *part == "public")) continue;
    text += separator;
    text += *part;
    separator = ".";
  }
  return text;
}

DifferenceClass class_of(ObjectKind kind, std::string_view field) {
  if (field == "owner" || field.starts_with("privilege to ")) return DifferenceClass::privilege;
  if (field == "comment" || field.ends_with(" comment")) return DifferenceClass::comment;
  if (field == "column order" && kind != ObjectKind::composite_type) return DifferenceClass::order;
  if (field == "not read") return DifferenceClass::server;
  if (kind == ObjectKind::default_privileges) return DifferenceClass::privilege;
  if (kind == ObjectKind::database) {
    return field.starts_with("server ") ? DifferenceClass::server : DifferenceClass::setting;
  }
  if (field.ends_with(" version")) return DifferenceClass::server;
  return DifferenceClass::structure;
}

std::string_view SchemaObject::field(std::string_view name) const {
  const auto found = std::lower_bound(
      fields.begin(), fields.end(), name,
      [](const Field& field, std::string_view wanted) { return field.name < wanted; });
  return found != fields.end() && found->name == name ? std::string_view(found->value)
                                                      : std::string_view();
}

SchemaChanges composed(const SchemaChanges& earlier, const SchemaChanges& later) {
  std::map<ObjectId, ObjectChange> sum;
  const auto id = [](const ObjectChange& change) -> const ObjectId& {
    return change.before ? change.before->id : change.after->id;
  };
  for (const ObjectChange& change : earlier) sum.emplace(id(change), change);
  for (const ObjectChange& change : later) {
    const auto [place, is_new] = sum.emplace(id(change), change);
    if (!is_new) place->second.after = change.after;
  }
  SchemaChanges changes;
  for (auto& [unused, change] : sum) {
    if (change.before != change.after) changes.push_back(std::move(change));
  }
  return changes;
}

void Fingerprint::add(const SchemaObject& object) {
  const Number number = number_of(object);
  std::uint64_t carry = 0;
  for (size_t i = 0; i < sum_.size(); ++i) {
    const std::uint64_t partial = sum_[i] + carry;
    const bool wrapped = partial < carry;
    sum_[i] = partial + number[i];
    carry = static_cast<std::uint64_t>(wrapped || sum_[i] < partial);
  }
}

void Fingerprint::remove(const SchemaObject& object) {
  const Number number = number_of(object);
  std::uint64_t borrow = 0;
  for (size_t i = 0; i < sum_.size(); ++i) {
    const std::uint64_t partial = sum_[i] - borrow;
    const bool wrapped = partial > sum_[i];
    borrow = static_cast<std::uint64_t>(wrapped || partial < number[i]);
    sum_[i] = partial - number[i];
  }
}

void Fingerprint::apply(const SchemaChanges& changes) {
  for (const ObjectChange& change : changes) {
    if (change.before) remove(*change.before);
    if (change.after) add(*change.after);
  }
}

std::string Fingerprint::text() const {
  std::string digits;
  for (size_t i = sum_.size(); i-- > 0;) digits += fmt::format("{:016x}", sum_[i]);
  return digits;
}

std::string fingerprint(const SchemaSnapshot& snapshot) {
  Fingerprint sum;
  for (const SchemaObject& object : snapshot.objects) sum.add(object);
  return sum.text();
}

}  // namespace provision
