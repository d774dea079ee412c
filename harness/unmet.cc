#include "harness/unmet.h"

#include <algorithm>
#include <cctype>

namespace harness {

using provision::ObjectChange;
using provision::ObjectKind;
using provision::SchemaChanges;
using provision::SchemaObject;

namespace {

bool is_constraint(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::primary_key:
    case ObjectKind::unique:
    case ObjectKind::check:
    case ObjectKind::exclude:
    case ObjectKind::foreign_key:
    case ObjectKind::index:
      return true;
    default:
      return false;
  }
}

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool has_word(std::string_view text, std::string_view word) {
  for (size_t at = 0; (at = text.find(word, at)) != std::string_view::npos; ++at) {
    const size_t end = at + word.size();
    const bool begins = at == 0 || !is_word_character(text[at - 1]);
    if (begins && (end == text.size() || !is_word_character(text[end]))) return true;
  }
  return false;
}

bool is_new(const ObjectChange& change) { return !change.before && change.after; }

/// True if `upgrade` makes the table of `constraint`, or a column that it is about.
bool is_about_what_is_new(const SchemaObject& constraint, const SchemaChanges& upgrade) {
  return std::any_of(upgrade.begin(), upgrade.end(), [&](const ObjectChange& change) {
    if (!is_new(change) || change.after->id.schema != constraint.id.schema) return false;
    const provision::ObjectId& id = change.after->id;
    if (id.kind == ObjectKind::table) return id.name == constraint.id.table;
    if (id.kind != ObjectKind::column || id.table != constraint.id.table) return false;
    return std::any_of(
        constraint.fields.begin(), constraint.fields.end(),
        [&](const provision::Field& field) { return has_word(field.value, id.name); });
  });
}

std::optional<Unmet> unmet_constraint(std::string_view refusal, const SchemaChanges& upgrade) {
  for (const ObjectChange& change : upgrade) {
    if (!is_new(change) || !is_constraint(change.after->id.kind)) continue;
    const provision::ObjectId& id = change.after->id;
    if (!has_word(refusal, id.name) || is_about_what_is_new(*change.after, upgrade)) continue;
    return Unmet{{{ObjectKind::table, id.schema, "", id.table}}, to_string(id)};
  }
  return std::nullopt;
}

/// Class 22 of SQLSTATE: a value that is not what it is read as.
bool is_data_exception(std::string_view refusal) {
  return refusal.find(" [22") != std::string_view::npos;
}

}  // namespace

std::optional<Unmet> unmet_by_generated_rows(std::string_view refusal, std::string_view script,
                                             const SchemaChanges& upgrade,
                                             const provision::SchemaSnapshot& schema) {
  if (auto unmet = unmet_constraint(refusal, upgrade)) return unmet;
  if (!is_data_exception(refusal)) return std::nullopt;
  Unmet unmet{.why = std::string(refusal.substr(0, refusal.find(" [22")))};
  for (const SchemaObject& object : schema.objects) {
    const bool is_table = object.id.kind == ObjectKind::table;
    if (is_table && has_word(script, object.id.name)) unmet.tables.push_back(object.id);
  }
  return unmet;
}

}  // namespace harness
