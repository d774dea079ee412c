#include "provision/ops/backup/contents.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "provision/base/text.h"
#include "provision/model/schema_difference.h"
#include "provision/ops/drift/normalise.h"

namespace provision {
namespace {

constexpr size_t kTogether = 50;  // tables in one question

std::string shown_name(const BackedUpTable& table) {
  return table.schema.empty() ? table.name : table.schema + "." + table.name;
}

void count_rows(Database& database, std::vector<BackedUpTable>& tables) {
  for (size_t begin = 0; begin < tables.size(); begin += kTogether) {
    const size_t end = std::min(tables.size(), begin + kTogether);
    std::string sql;
    for (size_t i = begin; i < end; ++i) {
      sql += fmt::format("{}SELECT {}, count(*) FROM {}", i == begin ? "" : " UNION ALL ", i,
                         sql_name(tables[i].schema, tables[i].name));
    }
    for (const Row& row : database.query(sql).rows) {
      tables.at(std::stoul(row[0].value_or("0"))).rows = std::stoll(row[1].value_or("0"));
    }
  }
}

std::vector<ObjectDifference> schema_differences(const SchemaSnapshot& expected,
                                                 const SchemaSnapshot& actual, SchemaReader& reader,
                                                 bool without_roles) {
  std::vector<ObjectDifference> found =
      difference(expected, actual, [&](const SchemaObject& one, const SchemaObject& other) {
        return reader.equivalent(one, other);
      });
  if (major_of(expected.version) != major_of(actual.version)) forget_versions(found);
  DifferencePolicy policy;
  if (without_roles) policy.fail_on.erase(DifferenceClass::privilege);
  std::erase_if(found, [&](const ObjectDifference& one) {
    const bool is_about_roles = one.id().kind == ObjectKind::default_privileges;
    return !policy.counts(one) || (without_roles && is_about_roles);
  });
  return found;
}

void add_schema_differences(std::vector<std::string>& sentences,
                            const std::vector<ObjectDifference>& found) {
  constexpr size_t kShown = 5;
  for (size_t i = 0; i < found.size() && i < kShown; ++i) {
    std::string fields;
    for (const FieldDifference& field : found[i].fields) {
      fields += (fields.empty() ? ": " : ", ") + field.name;
    }
    sentences.push_back(
        fmt::format("{} is {}{}", to_string(found[i].id()), name_of(found[i].type), fields));
  }
  if (found.size() > kShown) {
    sentences.push_back(fmt::format("{} more differ", counted(found.size() - kShown, "object")));
  }
}

}  // namespace

std::vector<BackedUpTable> counted_tables(Database& database, const SchemaSnapshot& schema) {
  std::vector<BackedUpTable> tables;
  for (const SchemaObject& object : schema.objects) {
    if (object.id.kind != ObjectKind::table) continue;
    if (!object.field("partition bound").empty()) continue;
    tables.push_back({object.id.schema, object.id.name});
  }
  count_rows(database, tables);
  return tables;
}

std::vector<std::string> differences(const BackedUpDatabase& expected,
                                     const SchemaSnapshot& expected_schema, Database& restored,
                                     bool without_roles) {
  const auto reader = restored.schema_reader({});
  const SchemaSnapshot schema = reader->snapshot();
  std::vector<std::string> sentences;
  if (fingerprint(expected_schema) != expected.fingerprint) {
    sentences.emplace_back("the manifest tells of another schema than was saved with it");
  }
  if (fingerprint(schema) != expected.fingerprint) {
    add_schema_differences(sentences,
                           schema_differences(expected_schema, schema, *reader, without_roles));
  }
  std::map<std::string, std::int64_t> rows;
  for (const BackedUpTable& table : counted_tables(restored, schema)) {
    rows[shown_name(table)] = table.rows;
  }
  for (const BackedUpTable& table : expected.tables) {
    const auto found = rows.find(shown_name(table));
    if (found == rows.end()) {
      sentences.push_back(fmt::format("table '{}' is missing", shown_name(table)));
    } else if (found->second != table.rows) {
      sentences.push_back(fmt::format("table '{}' has {}, and {} were backed up", shown_name(table),
                                      counted(found->second, "row"), table.rows));
    }
  }
  return sentences;
}

}  // namespace provision
