// What a field of a changed object means: by the tables, and where the values or the rest of the
// object decide, by a look at them.
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <set>

#include "provision/base/text.h"
#include "provision/model/drift/fields.h"

namespace provision {
namespace {

using enum ObjectKind;

/// What a field means, seen with the rest of its object; nothing leaves it to the tables.
using Look = std::optional<Meaning> (*)(const ObjectDifference& whole,
                                        const FieldDifference& field);

bool gives_a_value(const SchemaObject& column) {
  return has_field(column, "default") || has_field(column, "identity") ||
         has_field(column, "generated");
}

std::optional<Meaning> look_at_default(const ObjectDifference& whole,
                                       const FieldDifference& field) {
  if (!field.actual && gives_a_value(whole.actual)) {
    return risks("its values come from elsewhere when inserts leave it out");
  }
  if (!field.actual && has_field(whole.actual, "not null")) {
    return breaks("inserts that leave it out fail");
  }
  if (!field.expected && gives_a_value(whole.expected)) {
    return risks("its values come from elsewhere when inserts leave it out");
  }
  if (!field.expected && has_field(whole.expected, "not null")) {
    return risks("inserts that leave it out do not fail");
  }
  return std::nullopt;
}

std::optional<Meaning> look_at_identity(const ObjectDifference& whole,
                                        const FieldDifference& field) {
  if (!field.actual && gives_a_value(whole.actual)) {
    return risks("its values come from elsewhere when inserts leave it out");
  }
  if (field.actual != "by default") return std::nullopt;
  if (field.expected) return risks("inserts may give it values that its sequence gives, too");
  if (gives_a_value(whole.expected)) {
    return risks("its values come from elsewhere when inserts leave it out");
  }
  return breaks("inserts that leave it out give another value");
}

std::optional<Meaning> look_at_generated(const ObjectDifference&, const FieldDifference& field) {
  if (!field.expected || !field.actual) return std::nullopt;
  const auto expression = [](std::string_view text) { return text.substr(0, text.rfind(' ')); };
  if (expression(*field.expected) != expression(*field.actual)) return std::nullopt;
  return risks("reads or writes of it are slower");
}

std::optional<Meaning> look_at_not_null(const ObjectDifference& whole,
                                        const FieldDifference& field) {
  if (field.expected || gives_a_value(whole.actual)) return std::nullopt;
  return breaks("inserts that leave it out, and writes of NULL, fail");
}

std::optional<Meaning> look_at_index(const ObjectDifference& whole, const FieldDifference&) {
  if (!has_field(whole.actual, "unique") || !has_field(whole.expected, "unique")) {
    return std::nullopt;
  }
  return breaks("other rows count as duplicates, and ON CONFLICT on it may fail");
}

/// The quoted values of a list.
std::vector<std::string> values_of(std::string_view text) {
  std::vector<std::string> values;
  while (text.starts_with('\'')) {
    size_t end = 1;
    while (end < text.size() && (text[end] != '\'' || text.substr(end, 2) == "''")) {
      end += text[end] == '\'' ? 2 : 1;
    }
    values.emplace_back(text.substr(0, end + 1));
    text.remove_prefix(std::min(text.size(), end + 1));
    if (text.starts_with(", ")) text.remove_prefix(2);
  }
  return values;
}

std::optional<Meaning> look_at_values(const ObjectDifference&, const FieldDifference& field) {
  const std::vector<std::string> expected = values_of(field.expected.value_or(""));
  std::vector<std::string> actual = values_of(field.actual.value_or(""));
  const std::set<std::string> there(actual.begin(), actual.end());
  const std::set<std::string> known(expected.begin(), expected.end());
  if (!std::includes(there.begin(), there.end(), known.begin(), known.end())) {
    return breaks("queries that name a missing value fail");
  }
  std::erase_if(actual, [&](const std::string& value) { return !known.contains(value); });
  if (actual != expected) return breaks("its values sort and compare in another order");
  return risks("rows may hold values that nobody expects");
}

constexpr Meaning kFewerNumbers = breaks("its numbers run out earlier");
constexpr Meaning kLargerNumbers = risks("its numbers may be larger than expected");

std::optional<Meaning> look_at_sequence_type(const ObjectDifference&,
                                             const FieldDifference& field) {
  const std::string usual = "bigint";
  const Judgement judgement =
      judge_type(field.expected.value_or(usual), field.actual.value_or(usual), false);
  return judgement.severity == Severity::breaking ? kFewerNumbers : kLargerNumbers;
}

std::optional<Meaning> look_at_maximum(const ObjectDifference&, const FieldDifference& field) {
  const auto limit = [](const std::optional<std::string>& text) {
    std::int64_t number = std::numeric_limits<std::int64_t>::max();
    if (text) std::from_chars(text->data(), text->data() + text->size(), number);
    return number;
  };
  return limit(field.actual) < limit(field.expected) ? kFewerNumbers : kLargerNumbers;
}

std::optional<Meaning> look_at_enabled(const ObjectDifference&, const FieldDifference& field) {
  if (field.actual == "never") return breaks("it is switched off, and does nothing");
  if (field.expected == "never") return breaks("it acts, where it was switched off");
  if (field.actual == "replica") return breaks("it acts on replicated changes only");
  if (field.expected == "replica") return breaks("it acts on the writes of sessions, too");
  return risks("it acts on replicated changes, too, or no longer");
}

/// The name of a setting, and of the role it is for.
std::optional<Meaning> look_at_setting(const ObjectDifference&, const FieldDifference& field) {
  constexpr std::string_view kPrefix = "setting ";
  if (!field.name.starts_with(kPrefix)) return std::nullopt;
  std::string name = lower(std::string_view(field.name).substr(kPrefix.size()));
  name.resize(std::min(name.size(), name.find(' ')));
  if (name == "search_path") return breaks("names without a schema mean other objects");
  if (name == "default_transaction_read_only") return breaks("writes fail, or are let through");
  static const std::set<std::string, std::less<>> kMeaningful = {"array_nulls",
                                                                 "bytea_output",
                                                                 "datestyle",
                                                                 "default_text_search_config",
                                                                 "extra_float_digits",
                                                                 "intervalstyle",
                                                                 "lc_messages",
                                                                 "lc_monetary",
                                                                 "lc_numeric",
                                                                 "lc_time",
                                                                 "role",
                                                                 "row_security",
                                                                 "session_replication_role",
                                                                 "standard_conforming_strings",
                                                                 "timezone",
                                                                 "transform_null_equals",
                                                                 "xmlbinary",
                                                                 "xmloption",
                                                                 "backslash_quote",
                                                                 "client_encoding"};
  if (kMeaningful.contains(name)) return breaks("values are read or shown in another way");
  if (name.ends_with("_timeout")) return risks("statements are cancelled earlier or later");
  return risks("sessions run under another setting");
}

std::optional<Meaning> look_at_version(const ObjectDifference&, const FieldDifference& field) {
  const auto major = [](const std::optional<std::string>& text) {
    return text.value_or("").substr(0, text.value_or("").find('.'));
  };
  if (major(field.expected) == major(field.actual)) return shows("both are of one major version");
  return risks("servers of two major versions do not do all in one way");
}

/// The server's own triggers, with which it checks a constraint or keeps partitions alike.
std::optional<Meaning> look_at_triggers(const ObjectDifference&, const FieldDifference& field) {
  const bool is_theirs = field.name == "triggers" || field.name.starts_with("triggers of ") ||
                         field.name.starts_with("trigger ");
  if (!is_theirs) return std::nullopt;
  const auto is_off = [](const std::optional<std::string>& states) {
    return states.value_or("").find("never") != std::string::npos;
  };
  if (is_off(field.actual)) return breaks("it is switched off, and what it refuses gets in");
  if (is_off(field.expected)) return breaks("it acts, where it was switched off");
  return risks("it acts on replicated changes, too, or no longer");
}

/// What the tables say of `field`, without a look at the rest of the object.
std::optional<Meaning> look_up(ObjectKind kind, const FieldDifference& field) {
  const auto search = [&](const auto& tables) -> const FieldRow* {
    for (const std::span<const FieldRow> rows : tables) {
      const auto row = std::find_if(rows.begin(), rows.end(), [&](const FieldRow& candidate) {
        return (candidate.of & kinds(kind)) != 0 && candidate.field == field.name;
      });
      if (row != rows.end()) return &*row;
    }
    return nullptr;
  };
  const FieldRow* row = search(table_fields());
  if (row == nullptr) row = search(other_fields());
  if (row == nullptr) return std::nullopt;
  if (!field.actual) return row->lost;
  return field.expected ? row->changed : row->gained;
}

struct LookRow {
  Kinds of;
  std::string_view field;  ///< empty: any
  Look look;
};

constexpr std::array kLooks = {
    LookRow{kinds(column), "default", &look_at_default},
    LookRow{kinds(column), "identity", &look_at_identity},
    LookRow{kinds(column), "generated", &look_at_generated},
    LookRow{kinds(column), "not null", &look_at_not_null},
    LookRow{kinds(index), "definition", &look_at_index},
    LookRow{kinds(index), "columns", &look_at_index},
    LookRow{kinds(index), "where", &look_at_index},
    LookRow{kinds(enum_type), "values", &look_at_values},
    LookRow{kinds(sequence), "type", &look_at_sequence_type},
    LookRow{kinds(sequence), "maximum", &look_at_maximum},
    LookRow{kinds(trigger, rule), "enabled", &look_at_enabled},
    LookRow{kinds(table, foreign_table, primary_key, unique, exclude, foreign_key), "",
            &look_at_triggers},
    LookRow{kinds(database), "server version", &look_at_version},
    LookRow{kinds(database), "", &look_at_setting},
};

/// What is left to say of a field that nobody knows.
Meaning meaning_of(DifferenceClass difference_class) {
  switch (difference_class) {
    case DifferenceClass::structure:
      return breaks("it is not what is expected");
    case DifferenceClass::privilege:
    case DifferenceClass::setting:
    case DifferenceClass::server:
      return risks("it is not set up as expected");
    case DifferenceClass::comment:
    case DifferenceClass::order:
      break;
  }
  return shows("only readers of the schema see it");
}

bool has_a_type(ObjectKind kind) { return (kinds(kind) & kinds(column, domain)) != 0; }

/// The sequence of an identity is part of its column.
ObjectDifference sequence_of(const ObjectDifference& column) {
  ObjectDifference difference{column.type, {}, {}};
  difference.expected.id.kind = difference.actual.id.kind = sequence;
  return difference;
}

}  // namespace

std::string_view name_of(Severity severity) {
  constexpr std::array<std::string_view, 3> kNames = {"cosmetic", "risky", "breaking"};
  return kNames[static_cast<size_t>(severity)];
}

Judgement judge(const ObjectDifference& difference, const FieldDifference& field) {
  constexpr std::string_view kIdentity = "identity ";
  const ObjectKind kind = difference.id().kind;
  if (field.name.starts_with("privilege to ")) return judge_privilege(difference, field);
  if (field.name == "type" && has_a_type(kind)) {
    return judge_type(field.expected.value_or(""), field.actual.value_or(""),
                      difference.id().schema.empty());
  }
  for (const LookRow& row : kLooks) {
    if ((row.of & kinds(kind)) == 0 || (!row.field.empty() && row.field != field.name)) continue;
    if (const auto meaning = row.look(difference, field)) return meaning->judgement();
  }
  if (const auto meaning = look_up(kind, field)) return meaning->judgement();
  if (kind == column && field.name.starts_with(kIdentity)) {
    FieldDifference option = field;
    option.name.erase(0, kIdentity.size());
    return judge(sequence_of(difference), option);
  }
  return meaning_of(field.difference_class).judgement();
}

}  // namespace provision
