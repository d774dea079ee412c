#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "provision/base/secret.h"
#include "provision/report/render.h"
#include "provision/report/tally.h"

namespace provision {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Value& value) {
  return std::visit(
      [](const auto& v) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::monostate>) {
          return nullptr;
        } else {
          return v;
        }
      },
      value);
}

Json json_of(const Table& table) {
  Json rows = Json::array();
  for (const std::vector<Cell>& row : table.rows) {
    Json object = Json::object();
    for (size_t i = 0; i < table.columns.size(); ++i) {
      object[table.columns[i].key] = i < row.size() ? json_of(row[i].value) : Json(nullptr);
    }
    rows.push_back(std::move(object));
  }
  return rows;
}

/// Microseconds are enough, and tell the same when they were written and read again.
double rounded(double milliseconds) { return std::round(milliseconds * 1000) / 1000; }

Json json_of(const std::vector<Difference>& differences) {
  Json array = Json::array();
  for (const Difference& difference : differences) {
    Json object = {{"type", difference.type}, {"object", difference.object}};
    if (!difference.attribute.empty()) object["attribute"] = difference.attribute;
    if (!difference.expected.empty()) object["expected"] = difference.expected;
    if (!difference.actual.empty()) object["actual"] = difference.actual;
    object["class"] = difference.difference_class;
    object["counts"] = difference.counts;
    if (!difference.severity.empty()) object["severity"] = difference.severity;
    if (!difference.reason.empty()) object["reason"] = difference.reason;
    array.push_back(std::move(object));
  }
  return array;
}

Json json_of(const Check& check) {
  Json object = {{"id", check.id},
                 {"title", check.title},
                 {"verdict", check.verdict},
                 {"outcome", name_of(check.outcome)}};
  if (!check.reason.empty()) object["reason"] = check.reason;
  if (!check.database.empty()) object["database"] = check.database;
  if (!check.file.empty()) object["file"] = check.file;
  if (check.line > 0) object["line"] = check.line;
  object["parents"] = check.parents;
  object["timings"] = Json::array();
  for (const Check::Timing& timing : check.timings) {
    object["timings"].push_back(
        {{"step", timing.step}, {"milliseconds", rounded(timing.milliseconds)}});
  }
  if (!check.notes.empty()) object["notes"] = json_of(check.notes);
  return object;
}

Json json_of(const Tally& tally) {
  return {{"passed", tally.passed},
          {"failed", tally.failed},
          {"skipped", tally.skipped},
          {"milliseconds", rounded(tally.milliseconds)}};
}

Json json_of(const Finding& finding) {
  Json object = {{"verdict", finding.verdict}, {"subject", finding.subject}};
  if (!finding.database.empty()) object["database"] = finding.database;
  object["message"] = finding.message;
  if (!finding.severity.empty()) object["severity"] = finding.severity;
  if (!finding.file.empty()) object["file"] = finding.file;
  if (finding.line > 0) object["line"] = finding.line;
  if (!finding.differences.empty()) object["differences"] = json_of(finding.differences);
  if (!finding.detail.empty()) object["detail"] = finding.detail;
  return object;
}

Json json_of(const Comparison& comparison) {
  Json object = {{"expected", comparison.expected}, {"actual", comparison.actual}};
  if (!comparison.database.empty()) object["database"] = comparison.database;
  object["objects"] = Json::array();
  for (const Comparison::Object& one : comparison.objects) {
    Json line = {{"name", one.name}, {"state", one.state}};
    if (!one.severity.empty()) line["severity"] = one.severity;
    line["parts"] = one.parts;
    object["objects"].push_back(std::move(line));
  }
  return object;
}

// Names and messages may hold bytes that are no UTF-8; a report must be written all the same.
std::string flat(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// True of a key that needs no escapes: those of ours, of which there are many.
bool is_plain(std::string_view key) {
  return std::all_of(key.begin(), key.end(),
                     [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); });
}

/// `json` indented, but for the elements of "objects": there are many, and each is a line.
void write(std::string& out, const Json& json, size_t indent, bool in_lines = false) {
  const bool is_object = json.is_object();
  if (!json.is_structured() || json.empty()) {
    out += flat(json);
    return;
  }
  out += is_object ? '{' : '[';
  bool is_first = true;
  for (const auto& [key, value] : json.items()) {
    out += is_first ? "\n" : ",\n";
    is_first = false;
    out.append(indent + 2, ' ');
    if (is_object) out += is_plain(key) ? '"' + key + "\": " : flat(Json(key)) + ": ";
    if (in_lines) {
      out += flat(value);
    } else {
      write(out, value, indent + 2, is_object && key == "objects" && value.is_array());
    }
  }
  out.append("\n").append(indent, ' ');
  out += is_object ? '}' : ']';
}

std::string dumped(const Json& json) {
  std::string out;
  write(out, json, 0);
  return out + "\n";
}

}  // namespace

std::string to_json(const Report& report, const Style&) {
  Json json = {{"command", report.command}, {"ok", report.ok()}};
  for (const Fact& fact : report.facts) json[fact.key] = json_of(fact.value.value);
  for (const Table& table : report.tables) json[table.key] = json_of(table);
  if (!report.body_key.empty()) json[report.body_key] = report.body;
  if (!report.checks.empty()) {
    json["checks"] = Json::array();
    for (const Check& check : report.checks) json["checks"].push_back(json_of(check));
    json["totals"] = json_of(tally(report.checks));
  }
  if (!report.comparisons.empty()) {
    json["comparisons"] = Json::array();
    for (const Comparison& one : report.comparisons) json["comparisons"].push_back(json_of(one));
  }
  if (!report.checks.empty() || !report.comparisons.empty()) json["summary"] = report.summary;
  json["findings"] = Json::array();
  for (const Finding& finding : report.findings) json["findings"].push_back(json_of(finding));
  return dumped(json);
}

std::string error_json(const std::string& command, const Error& error) {
  Json details = {{"kind", name_of(error.kind())}, {"message", redacted(error.message())}};
  if (!error.code().empty()) details["code"] = error.code();
  if (!error.place().file.empty()) {
    details["file"] = error.place().file;
    if (error.place().line > 0) details["line"] = error.place().line;
  }
  if (!error.hint().empty()) details["hint"] = redacted(error.hint());
  details["exit_code"] = error.exit_code();
  return dumped(Json{{"command", command}, {"ok", false}, {"error", details}});
}

}  // namespace provision
