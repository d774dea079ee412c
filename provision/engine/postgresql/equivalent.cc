#include "provision/engine/postgresql/equivalent.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provision/base/text.h"

namespace provision::postgresql {
namespace {

/// How a field of a kind is read back: `make` makes something of the text {text} on a copy of the
/// table without its constraints, called {table} like it; `read` asks how that is written now, and
/// for the tree that the server keeps of it.
struct Twin {
  ObjectKind kind;
  std::string_view field;
  std::string_view make;
  std::string_view read;
};

constexpr std::string_view kPolicy =
    " FROM pg_policy WHERE polrelid = {relation} AND polname = 'provision_twin'";

constexpr std::string_view kBody =
    "SELECT pg_get_function_sqlbody(oid), prosqlbody, 0 FROM pg_proc WHERE proname = "
    "'provision_twin' "
    "AND pronamespace = pg_my_temp_schema()";

constexpr std::string_view kView =
    "SELECT pg_get_viewdef(ev_class), ev_action, ev_class FROM pg_rewrite "
    "WHERE ev_class = 'pg_temp.provision_twin'::regclass";

constexpr std::array kTwins = {
    Twin{ObjectKind::column, "default", "ALTER TABLE {table} ALTER {name} SET DEFAULT {text}",
         "SELECT pg_get_expr(adbin, adrelid), adbin, 0 FROM pg_attrdef WHERE adrelid = {relation}"},
    Twin{ObjectKind::column, "generated",
         "ALTER TABLE {table} DROP {name}, ADD {name} {type} GENERATED ALWAYS AS ({text}) STORED",
         "SELECT pg_get_expr(adbin, adrelid), adbin, 0 FROM pg_attrdef WHERE adrelid = {relation}"},
    Twin{ObjectKind::check, "definition",
         "ALTER TABLE {table} ADD CONSTRAINT provision_twin {text}",
         "SELECT pg_get_constraintdef(oid), concat_ws('|', connoinherit, conbin), 0 "
         "FROM pg_constraint WHERE conrelid = {relation}"},
    Twin{ObjectKind::exclude, "definition",
         "ALTER TABLE {table} ADD CONSTRAINT provision_twin {text}",
         "SELECT pg_get_constraintdef(oid), NULL, 0 FROM pg_constraint WHERE conrelid = {relation} "
         "AND contype = 'x'"},
    Twin{ObjectKind::index, "definition", "CREATE INDEX provision_twin ON {table} USING {text}",
         "SELECT regexp_replace(pg_get_indexdef(indexrelid), '^.*? USING ', ''), concat_ws('|', "
         "relam, reloptions, indnkeyatts, indkey, indclass, indcollation, indoption, "
         "coalesce(indexprs::text, ''), indpred, to_jsonb(x) ->> 'indnullsnotdistinct'), 0 "
         "FROM pg_index x JOIN pg_class ON oid = indexrelid WHERE indrelid = {relation} "
         "AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = indexrelid "
         "AND attoptions IS NOT NULL)"},
    Twin{ObjectKind::policy, "using", "CREATE POLICY provision_twin ON {table} USING ({text})",
         "SELECT pg_get_expr(polqual, polrelid), polqual, polrelid"},
    Twin{ObjectKind::policy, "check", "CREATE POLICY provision_twin ON {table} WITH CHECK ({text})",
         "SELECT pg_get_expr(polwithcheck, polrelid), polwithcheck, polrelid"},
    Twin{ObjectKind::trigger, "definition", "{text}",
         "SELECT pg_get_triggerdef(oid), concat_ws('|', tgfoid, tgtype, tgattr, "
         "encode(tgargs, 'hex'), tgconstraint <> 0, tgdeferrable, tginitdeferred, tgconstrrelid, "
         "coalesce(tgoldtable, ''), coalesce(tgnewtable, ''), tgqual), 0 "
         "FROM pg_trigger WHERE tgrelid = {relation}"},
    Twin{ObjectKind::rule, "definition", "{text}",
         "SELECT pg_get_ruledef(oid), concat_ws('|', ev_type, is_instead, ev_qual, ev_action), "
         "ev_class FROM pg_rewrite WHERE ev_class = {relation}"},
    Twin{
        ObjectKind::function, "definition",
        "CREATE FUNCTION pg_temp.provision_twin({arguments}) RETURNS {returns} LANGUAGE sql {text}",
        kBody},
    Twin{ObjectKind::procedure, "definition",
         "CREATE PROCEDURE pg_temp.provision_twin({arguments}) LANGUAGE sql {text}", kBody},
    Twin{ObjectKind::domain, "default",
         "CREATE DOMAIN pg_temp.provision_twin AS {type} DEFAULT {text}",
         "SELECT pg_get_expr(typdefaultbin, 0), typdefaultbin, 0 FROM pg_type "
         "WHERE oid = 'pg_temp.provision_twin'::regtype"},
    Twin{ObjectKind::view, "definition", "CREATE VIEW pg_temp.provision_twin AS {text}", kView},
    Twin{ObjectKind::materialized_view, "definition",
         "CREATE VIEW pg_temp.provision_twin AS {text}", kView},
};

constexpr Twin kDomainCheck = {
    ObjectKind::check, "definition",
    "CREATE DOMAIN pg_temp.provision_twin AS {type} CONSTRAINT provision_twin {text}",
    "SELECT pg_get_constraintdef(oid), conbin, 0 FROM pg_constraint WHERE contypid = "
    "'pg_temp.provision_twin'::regtype"};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

/// The server's own spelling of "schema.table".
std::string shown_table(Connection& connection, const ObjectId& id) {
  return connection.value(
      fmt::format("SELECT format('%I.%I', {}, {})", sql_literal(id.schema), sql_literal(id.table)));
}

/// What the server makes of a text.
struct Written {
  std::string text;
  std::string tree;  ///< of what it means; empty where that is not known
};

// Where in a text something stood, and whether a function was called like one or by an operator's
// words, the server itself passes over when it compares two trees. The twin's own id is no meaning.
constexpr std::string_view kTrees =
    "SELECT t.text, regexp_replace(regexp_replace(t.tree::text, "
    "':(location|stmt_location|stmt_len|funcformat|relabelformat|coerceformat|resultformat|"
    "convertformat|arrayformat|row_format) -?[0-9]+', '', 'g'), "
    "':(relid|resorigtbl) ' || t.own || ' ', ':own ', 'g') FROM ({}) t(text, tree, own)";

/// `text`, which stands in the field of `twin` of an object called `id`, as the server writes it.
class Reading {
 public:
  Reading(Connection& connection, const Twin& twin, const SchemaObject& object)
      : connection_(connection), twin_(twin), object_(object) {}

  Written of(std::string text) {
    connection_.execute("SAVEPOINT provision_twin");
    if (!object_.id.table.empty() && &twin_ != &kDomainCheck) {
      connection_.execute(fmt::format("CREATE TEMP TABLE {} (LIKE {})",
                                      sql_identifier(object_.id.table),
                                      sql_name(object_.id.schema, object_.id.table)));
    }
    if (twin_.kind == ObjectKind::trigger) move(text, " ON ");
    if (twin_.kind == ObjectKind::rule) move(text, " TO ");
    connection_.execute(filled(twin_.make, with_suffix_cut(text)));
    std::string read(twin_.read);
    if (twin_.kind == ObjectKind::policy) read += kPolicy;
    const Rows rows = connection_.query(fmt::format(kTrees, filled(read, "")));
    connection_.execute("ROLLBACK TO provision_twin");
    if (rows.rows.size() != 1) return {};
    return {rows.rows[0][0].value_or(""), rows.rows[0][1].value_or("")};
  }

 private:
  /// Makes what `text` creates for the table something of its copy.
  void move(std::string& text, std::string_view word) const {
    const std::string table = std::string(word) + shown_table(connection_, object_.id);
    const size_t at = text.find(table);
    if (at != std::string::npos) {
      text.replace(at, table.size(), std::string(word) + filled("{table}", ""));
    }
  }

  static std::string with_suffix_cut(std::string text) {
    for (const std::string_view suffix : {" stored", " virtual"}) {
      if (text.ends_with(suffix)) text.resize(text.size() - suffix.size());
    }
    return text;
  }

  std::string filled(std::string_view pattern, std::string_view text) const {
    const std::string table =
        sql_name("pg_temp", object_.id.table.empty() ? "x" : object_.id.table);
    std::string sql(pattern);
    replace_all(sql, "{relation}", sql_literal(table) + "::regclass");
    replace_all(sql, "{table}", table);
    replace_all(sql, "{name}", sql_identifier(object_.id.name));
    replace_all(sql, "{type}", type());
    replace_all(sql, "{arguments}", object_.field("arguments"));
    replace_all(sql, "{returns}", object_.field("returns"));
    replace_all(sql, "{text}", text);
    return sql;
  }

  /// Of the column, or of the domain that the check belongs to.
  std::string type() const {
    if (&twin_ != &kDomainCheck) return std::string(object_.field("type"));
    return connection_.value(fmt::format(
        "SELECT format_type(typbasetype, typtypmod) FROM pg_type WHERE oid = {}::regtype",
        sql_literal(sql_name(object_.id.schema, object_.id.table))));
  }

  Connection& connection_;
  const Twin& twin_;
  const SchemaObject& object_;
};

bool concerns_structure(ObjectKind kind, const Field& field) {
  return class_of(kind, field.name) == DifferenceClass::structure;
}

/// Those fields of `one` that are structure and that `other` does not have alike.
std::vector<const Field*> differing(const SchemaObject& one, const SchemaObject& other) {
  std::vector<const Field*> fields;
  for (const Field& field : one.fields) {
    const bool same =
        std::find(other.fields.begin(), other.fields.end(), field) != other.fields.end();
    if (!same && concerns_structure(one.id.kind, field)) fields.push_back(&field);
  }
  return fields;
}

/// True if two bodies of a function differ in nothing but the white space at their end.
bool ends_alike(const SchemaObject& function, const Field& left, const Field& right) {
  const std::string_view language = function.field("language");
  if (left.name != "definition" || (language != "sql" && language != "plpgsql")) return false;
  const auto cut = [](std::string_view body) {
    return body.substr(0, body.find_last_not_of(" \t\r\n") + 1);
  };
  return cut(left.value) == cut(right.value);
}

/// Where the parenthesis that is open at `at` closes; npos if it does not.
size_t closing(std::string_view text, size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && depth-- == 0) return at;
  }
  return std::string_view::npos;
}

/// Where the parenthesis that `at` stands in opens; npos if there is none.
size_t opening(std::string_view text, size_t at) {
  int depth = 0;
  while (at-- > 0) {
    if (text[at] == ')') ++depth;
    if (text[at] == '(' && depth-- == 0) return at;
  }
  return std::string_view::npos;
}

/// `text` with "(x AT TIME ZONE y)" as the call that the server makes of it.
std::string with_calls(std::string text) {
  constexpr std::string_view kSyntax = " AT TIME ZONE ";
  for (size_t at = 0; (at = text.find(kSyntax)) != std::string::npos;) {
    const size_t begin = opening(text, at);
    const size_t end = closing(text, at);
    if (begin == std::string::npos || end == std::string::npos) return text;
    const std::string time = text.substr(begin + 1, at - begin - 1);
    const std::string zone = text.substr(at + kSyntax.size(), end - at - kSyntax.size());
    text.replace(begin, end + 1 - begin, "timezone(" + zone + ", " + time + ")");
  }
  return text;
}

const Twin* twin_of(Connection& connection, const SchemaObject& object, std::string_view field) {
  if (object.id.kind == ObjectKind::check &&
      connection.value(fmt::format("SELECT to_regclass({}) IS NULL",
                                   sql_literal(sql_name(object.id.schema, object.id.table)))) ==
          "t") {
    return &kDomainCheck;
  }
  const auto* twin = std::find_if(kTwins.begin(), kTwins.end(), [&](const Twin& candidate) {
    return candidate.kind == object.id.kind && candidate.field == field;
  });
  return twin == kTwins.end() ? nullptr : twin;
}

}  // namespace

bool is_written_alike(Connection& connection, const SchemaObject& one, const SchemaObject& other) {
  if (one.id.kind != other.id.kind) return false;
  const std::vector<const Field*> left = differing(one, other);
  const std::vector<const Field*> right = differing(other, one);
  if (left.size() != right.size()) return false;
  for (size_t i = 0; i < left.size(); ++i) {
    if (left[i]->name != right[i]->name) return false;
    if (ends_alike(one, *left[i], *right[i])) continue;
    if (with_calls(left[i]->value) == with_calls(right[i]->value)) continue;
    const Twin* twin = twin_of(connection, other, left[i]->name);
    if (twin == nullptr) return false;
    Reading reading(connection, *twin, other);
    const Written once = reading.of(left[i]->value);
    const Written other_once = reading.of(right[i]->value);
    if (!once.tree.empty() && once.tree == other_once.tree) continue;
    // What is read back once may yet be written otherwise the next time; then it stays.
    const std::string twice = reading.of(once.text).text;
    if (twice.empty() || twice != reading.of(other_once.text).text) return false;
  }
  return true;
}

}  // namespace provision::postgresql
