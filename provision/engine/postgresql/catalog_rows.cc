#include "provision/engine/postgresql/catalog_rows.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/model/schema_difference.h"

namespace provision::postgresql {
namespace {

constexpr size_t kNowhere = static_cast<size_t>(-1);

bool by_name(const Field& left, const Field& right) { return left.name < right.name; }
bool by_id(const SchemaObject& left, const SchemaObject& right) { return left.id < right.id; }

template <typename Number>
Number number_of(std::string_view text) {
  Number number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

void set_field(SchemaObject& object, std::string_view name, std::string value) {
  object.fields.push_back({std::string(name), std::move(value)});
  std::sort(object.fields.begin(), object.fields.end(), by_name);
}

}  // namespace

/// Where a query has which column.
struct CatalogRows::Columns {
  explicit Columns(const std::vector<std::string>& names);
  std::string_view of(const RowView& row, size_t at) const {
    return at == kNowhere ? std::string_view() : row[at].value_or(std::string_view());
  }
  bool has(const RowView& row, size_t at) const { return at != kNowhere && row[at].has_value(); }

  size_t unit = kNowhere, object = kNowhere, kind = kNowhere, schema = kNowhere, table = kNowhere,
         name = kNowhere, stem = kNowhere, stem_parts = kNowhere, stem_table = kNowhere,
         number = kNowhere, ordered = kNowhere, inherited = kNowhere, sequence = kNowhere,
         acl = kNowhere, usual_acl = kNowhere, field = kNowhere, value = kNowhere, given = kNowhere;
  std::vector<std::pair<std::string, size_t>> fields;  ///< sorted by name
};

CatalogRows::Columns::Columns(const std::vector<std::string>& names) {
  const std::map<std::string_view, size_t*> special = {{"unit", &unit},
                                                       {"object", &object},
                                                       {"kind", &kind},
                                                       {"schema", &schema},
                                                       {"table", &table},
                                                       {"name", &name},
                                                       {"stem", &stem},
                                                       {"stem parts", &stem_parts},
                                                       {"stem table", &stem_table},
                                                       {"number", &number},
                                                       {"ordered", &ordered},
                                                       {"inherited", &inherited},
                                                       {"sequence", &sequence},
                                                       {"acl", &acl},
                                                       {"usual acl", &usual_acl},
                                                       {"given", &given},
                                                       {"field", &field},
                                                       {"value", &value}};
  for (size_t i = 0; i < names.size(); ++i) {
    const auto found = special.find(names[i]);
    if (found != special.end()) {
      *found->second = i;
    } else {
      fields.emplace_back(names[i], i);
    }
  }
  std::sort(fields.begin(), fields.end());
}

/// True if the server would have called `part` so, as its table and columns are called now.
bool CatalogRows::Parts::is_made_up(const Part& part) const {
  if (part.stem.empty()) return false;
  std::string names;
  if (part.stem_parts.starts_with('=')) {
    names = part.stem_parts.substr(1);
  } else {
    for (const std::string& number : split_list(part.stem_parts, ' ')) {
      const auto column = columns.find(number_of<int>(number));
      if (column == columns.end()) return false;
      names.append(names.empty() ? "" : "_").append(column->second);
    }
  }
  const std::string& table = part.stem_table.empty() ? part.object.id.table : part.stem_table;
  return postgresql::is_made_up(part.object.id.name, table, names, part.stem);
}

/// The sequence of an identity is the column's; one of a serial is the table's, and the default
/// that draws from it says so whatever it is called.
void CatalogRows::Parts::settle_sequences() {
  for (Part& part : parts) {
    if (part.object.id.kind != ObjectKind::sequence || !part.object.generated_name) continue;
    part.object.id.table = part.stem_table;
    const std::string draw = "nextval(" + sql_literal(part.sequence) + "::regclass)";
    const std::string column = part.stem_parts.substr(1);
    for (Part& other : parts) {
      if (other.object.id.kind != ObjectKind::column || other.object.id.name != column) continue;
      for (Field& field : other.object.fields) {
        if (field.name == "default" && field.value == draw) field.value = "nextval(its sequence)";
      }
    }
  }
}

void CatalogRows::Parts::set_column_order() {
  if (!is_ordered) return;
  std::string order;
  for (const auto& [unused, name] : columns) order.append(order.empty() ? "" : "\n").append(name);
  for (Part& part : parts) {
    const ObjectKind kind = part.object.id.kind;
    if (kind == ObjectKind::table || kind == ObjectKind::foreign_table ||
        kind == ObjectKind::composite_type) {
      set_field(part.object, "column order", std::move(order));
      return;
    }
  }
}

Unit CatalogRows::Parts::unit() {
  for (Part& part : parts) {
    SchemaObject& object = part.object;
    object.generated_name = is_made_up(part);
    // The column says it already.
    if (object.id.kind == ObjectKind::not_null && object.generated_name &&
        object.fields.size() == 1 && !object.fields.front().value.ends_with(" NO INHERIT")) {
      object.id.name.clear();
    }
  }
  settle_sequences();
  set_column_order();
  Unit unit;
  for (Part& part : parts) {
    if (part.object.id.kind == ObjectKind::not_null && part.object.id.name.empty()) continue;
    unit.objects.push_back(std::move(part.object));
  }
  std::stable_sort(unit.objects.begin(), unit.objects.end(), by_id);
  size_t kept = 0;
  for (size_t i = 1; i < unit.objects.size(); ++i) {
    if (unit.objects[kept].id != unit.objects[i].id) {
      if (++kept != i) unit.objects[kept] = std::move(unit.objects[i]);
      continue;
    }
    std::vector<Field>& fields = unit.objects[kept].fields;
    std::move(unit.objects[i].fields.begin(), unit.objects[i].fields.end(),
              std::back_inserter(fields));
    std::sort(fields.begin(), fields.end(), by_name);
  }
  if (!unit.objects.empty()) unit.objects.resize(kept + 1);
  unit.columns = std::move(columns);
  unit.sequences = std::move(sequences);
  unit.sources = sources;
  return unit;
}

bool CatalogRows::is_left_out(const Address& unit, const Columns& columns,
                              const RowView& row) const {
  if (left_out_.members.contains(unit)) return columns.given == kNowhere;
  if (unit.catalog != kPgClass || left_out_.tables.empty()) return false;
  std::string_view table = columns.of(row, columns.stem_table);
  if (table.empty()) table = columns.of(row, columns.table);
  if (table.empty()) table = columns.of(row, columns.name);
  return left_out_.tables.contains(table) ||
         left_out_.tables.contains(
             std::string(columns.of(row, columns.schema)).append(".").append(table));
}

void CatalogRows::add(const CatalogQuery& query, const Columns& columns, const RowView& row,
                      bool is_locked) {
  const Address unit{query.unit_catalog, number_of<Oid>(columns.of(row, columns.unit))};
  if (is_left_out(unit, columns, row)) return;
  Parts& parts = parts_[unit];
  parts.sources |= std::uint64_t{1} << static_cast<size_t>(&query - catalog_queries().data());
  if (query.catalog == kPgSequence) {
    const auto sequence = number_of<Oid>(columns.of(row, columns.object));
    if (sequence != unit.oid) parts.sequences.push_back(sequence);
  }
  const std::string_view name = columns.of(row, columns.name);
  if (columns.has(row, columns.number)) {
    parts.columns.emplace(number_of<int>(columns.of(row, columns.number)), name);
    parts.is_ordered = columns.has(row, columns.ordered);
    if (columns.has(row, columns.inherited)) return;
  }
  const std::optional<ObjectKind> kind = object_kind(columns.of(row, columns.kind));
  if (!kind) throw internal_error("the catalog has an unknown kind of object");
  Part part;
  part.object.id = {*kind, std::string(columns.of(row, columns.schema)),
                    std::string(columns.of(row, columns.table)), std::string(name)};
  const bool is_identity = columns.sequence != kNowhere && *kind == ObjectKind::column;
  if (!is_identity) part.stem = columns.of(row, columns.stem);
  part.stem_parts = columns.of(row, columns.stem_parts);
  part.stem_table = columns.of(row, columns.stem_table);
  part.sequence = columns.of(row, columns.sequence);
  std::vector<Field>& fields = part.object.fields;
  if (columns.field != kNowhere) {
    fields.push_back(
        {std::string(columns.of(row, columns.field)), std::string(columns.of(row, columns.value))});
  }
  for (const auto& [field, at] : columns.fields) {
    if (!row[at]) continue;
    fields.push_back({is_identity ? "identity " + field : field, std::string(*row[at])});
  }
  if (columns.has(row, columns.acl)) {
    add_privileges(fields, columns.of(row, columns.acl), columns.of(row, columns.usual_acl),
                   is_identity ? " on its sequence" : "");
    std::sort(fields.begin(), fields.end(), by_name);
  }
  if (is_locked) set_field(part.object, kNotRead, "locked");
  if (columns.given != kNowhere && fields.empty()) return;
  parts.parts.push_back(std::move(part));
}

void CatalogRows::read(Connection& connection, const CatalogQuery& query, std::string_view sql) {
  std::optional<Columns> columns;
  connection.read(sql, [&](const std::vector<std::string>& names, const RowView& row) {
    if (!columns) columns.emplace(names);
    add(query, *columns, row);
  });
}

void CatalogRows::read(Connection& connection, const std::vector<Step>& steps) {
  std::vector<std::string> texts;
  for (const Step& step : steps) texts.push_back(step.sql);
  std::optional<Columns> columns;
  size_t current = kNowhere;
  connection.read(texts, [&](size_t at, const std::vector<std::string>& names, const RowView& row) {
    const Step& step = steps[at];
    if (step.use) step.use(names, row);
    if (step.query == nullptr) return;
    if (std::exchange(current, at) != at) columns.emplace(names);
    add(*step.query, *columns, row, step.is_locked);
  });
}

void CatalogRows::read(Connection& connection,
                       const std::vector<std::pair<const CatalogQuery*, std::string>>& queries,
                       const std::vector<std::string>& last_words) {
  std::vector<std::string> texts;
  for (const auto& [unused, sql] : queries) texts.push_back(sql);
  texts.insert(texts.end(), last_words.begin(), last_words.end());
  std::map<size_t, Columns> columns;
  connection.read(
      texts, [&](size_t query, const std::vector<std::string>& names, const RowView& row) {
        if (query >= queries.size()) return;
        add(*queries[query].first, columns.try_emplace(query, names).first->second, row);
      });
}

Units CatalogRows::finished() {
  Units units;
  units.reserve(parts_.size());
  // As one grows, the other goes: of a large schema both are large.
  while (!parts_.empty()) {
    auto entry = parts_.extract(parts_.begin());
    units.emplace(entry.key(), entry.mapped().unit());
  }
  return units;
}

}  // namespace provision::postgresql
