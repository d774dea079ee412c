#include "provision/report/json_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/report/tally.h"

namespace provision {
namespace {

using Json = nlohmann::ordered_json;

/// A part of the document and how one gets there: "checks[3].timings".
class Node {
 public:
  Node(const Json& json, const std::string& file, std::string path)
      : json_(json), file_(file), path_(std::move(path)) {}

  const Json& json() const { return json_; }

  Error trouble(std::string_view what) const {
    return usage_error(Place{file_, 0},
                       fmt::format("not a report of ours: '{}' {}", printable(path_), what));
  }

  void expect(bool holds, std::string_view what) const {
    if (!holds) throw trouble(what);
  }

  /// Throws unless this is an object that has no other keys than `known`.
  void expect_object(std::initializer_list<std::string_view> known) const {
    expect(json_.is_object(), "is not an object");
    for (const auto& [key, value] : json_.items()) {
      const bool is_known = std::find(known.begin(), known.end(), key) != known.end();
      if (!is_known) throw Node(value, file_, path_ + "." + key).trouble("is not known");
    }
  }

  Node at(const std::string& key) const {
    const auto found = json_.find(key);
    if (found == json_.end()) throw Node(json_, file_, path_ + "." + key).trouble("is missing");
    return {*found, file_, path_ + "." + key};
  }

  std::vector<Node> elements() const {
    expect(json_.is_array(), "is not an array");
    std::vector<Node> nodes;
    for (size_t i = 0; i < json_.size(); ++i) {
      nodes.emplace_back(json_[i], file_, fmt::format("{}[{}]", path_, i));
    }
    return nodes;
  }

  /// The elements of the array `key`; none if it is not there.
  std::vector<Node> elements(const std::string& key) const {
    return json_.contains(key) ? at(key).elements() : std::vector<Node>();
  }

  std::string text() const {
    expect(json_.is_string(), "is not a text");
    return json_.get<std::string>();
  }

  std::string text(const std::string& key) const { return at(key).text(); }

  std::string optional_text(const std::string& key) const {
    if (!json_.contains(key)) return "";
    const Node node = at(key);
    node.expect(!node.text().empty(), "is empty");
    return node.text();
  }

  int number(int least) const {
    expect(json_.is_number_integer(), "is not a whole number");
    const auto number = json_.get<std::int64_t>();
    expect(number >= least && number <= std::numeric_limits<int>::max(), "is out of range");
    return static_cast<int>(number);
  }

  int optional_line() const { return json_.contains("line") ? at("line").number(1) : 0; }

 private:
  const Json& json_;
  const std::string& file_;
  std::string path_;
};

std::vector<std::string> texts(const Node& node) {
  std::vector<std::string> result;
  for (const Node& element : node.elements()) result.push_back(element.text());
  return result;
}

Value value_of(const Node& node) {
  const Json& json = node.json();
  if (json.is_null()) return std::monostate();
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_float()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  if (json.is_array()) return texts(node);
  node.expect(json.is_number_integer(), "is not a value");
  node.expect(
      !json.is_number_unsigned() ||
          json.get<std::uint64_t>() <= std::uint64_t(std::numeric_limits<std::int64_t>::max()),
      "is too large");
  return json.get<std::int64_t>();
}

std::vector<Difference> differences_of(const std::vector<Node>& nodes) {
  std::vector<Difference> differences;
  for (const Node& node : nodes) {
    node.expect_object({"type", "object", "attribute", "expected", "actual", "class", "counts",
                        "severity", "reason"});
    const Node counts = node.at("counts");
    counts.expect(counts.json().is_boolean(), "is neither true nor false");
    differences.push_back({.type = node.text("type"),
                           .object = node.text("object"),
                           .attribute = node.optional_text("attribute"),
                           .expected = node.optional_text("expected"),
                           .actual = node.optional_text("actual"),
                           .difference_class = node.text("class"),
                           .counts = counts.json().get<bool>(),
                           .severity = node.optional_text("severity"),
                           .reason = node.optional_text("reason")});
  }
  return differences;
}

Check::Outcome outcome_of(const Node& node) {
  for (const auto outcome :
       {Check::Outcome::passed, Check::Outcome::failed, Check::Outcome::skipped}) {
    if (name_of(outcome) == node.text()) return outcome;
  }
  throw node.trouble("is no outcome");
}

Check::Timing timing_of(const Node& node) {
  constexpr double kLongest = 1e12;
  node.expect_object({"step", "milliseconds"});
  const Node milliseconds = node.at("milliseconds");
  milliseconds.expect(milliseconds.json().is_number(), "is not a number");
  const auto value = milliseconds.json().get<double>();
  milliseconds.expect(value >= 0 && value <= kLongest, "is no duration");
  return {node.text("step"), value};
}

Check check_of(const Node& node) {
  node.expect_object({"id", "title", "verdict", "outcome", "reason", "database", "file", "line",
                      "parents", "timings", "notes"});
  Check check{.id = node.text("id"),
              .title = node.text("title"),
              .verdict = node.text("verdict"),
              .outcome = outcome_of(node.at("outcome")),
              .reason = node.optional_text("reason"),
              .database = node.optional_text("database"),
              .file = node.optional_text("file"),
              .line = node.optional_line(),
              .parents = texts(node.at("parents"))};
  for (const Node& timing : node.at("timings").elements()) {
    check.timings.push_back(timing_of(timing));
  }
  check.notes = differences_of(node.elements("notes"));
  return check;
}

Finding finding_of(const Node& node) {
  node.expect_object({"verdict", "subject", "database", "message", "severity", "file", "line",
                      "differences", "detail"});
  return {.verdict = node.text("verdict"),
          .subject = node.text("subject"),
          .message = node.text("message"),
          .file = node.optional_text("file"),
          .line = node.optional_line(),
          .differences = differences_of(node.elements("differences")),
          .detail = node.optional_text("detail"),
          .severity = node.optional_text("severity"),
          .database = node.optional_text("database")};
}

Comparison comparison_of(const Node& node) {
  node.expect_object({"expected", "actual", "database", "objects"});
  Comparison comparison{.expected = node.text("expected"),
                        .actual = node.text("actual"),
                        .database = node.optional_text("database")};
  for (const Node& object : node.at("objects").elements()) {
    object.expect_object({"name", "state", "severity", "parts"});
    comparison.objects.push_back({.name = object.text("name"),
                                  .state = object.text("state"),
                                  .severity = object.optional_text("severity"),
                                  .parts = object.at("parts").number(0)});
  }
  return comparison;
}

bool is_table(const Json& json) { return json.is_array() && !json.empty() && json[0].is_object(); }

Table table_of(const std::string& key, const Node& node) {
  Table table;
  table.key = key;
  for (const Node& row : node.elements()) {
    row.expect(row.json().is_object(), "is not an object");
    if (table.rows.empty()) {
      for (const auto& [name, value] : row.json().items()) table.columns.push_back({name});
    }
    row.expect(row.json().size() == table.columns.size(), "has other columns than the first row");
    std::vector<Cell> cells;
    for (const Column& column : table.columns) cells.emplace_back(value_of(row.at(column.key)));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

/// A fact, a table or the body: `to_json` writes them in this order.
void add_member(Report& report, const std::string& key, const Node& node) {
  node.expect(report.body_key.empty(), "stands behind the body");
  const Json& json = node.json();
  if (is_table(json) || (!report.tables.empty() && json.is_array())) {
    report.tables.push_back(table_of(key, node));
  } else if (report.tables.empty()) {
    report.facts.push_back({.key = key, .value = Cell(value_of(node))});
  } else {
    report.body_key = key;
    report.body = node.text();
  }
}

void add_checks(Report& report, const Node& root) {
  for (const Node& check : root.at("checks").elements()) {
    report.checks.push_back(check_of(check));
  }
  root.at("checks").expect(!report.checks.empty(), "is empty");
  root.at("totals").expect_object({"passed", "failed", "skipped", "milliseconds"});
}

void add_comparisons(Report& report, const Node& root) {
  for (const Node& comparison : root.at("comparisons").elements()) {
    report.comparisons.push_back(comparison_of(comparison));
  }
  root.at("comparisons").expect(!report.comparisons.empty(), "is empty");
}

/// The members that are no facts, tables or body.
std::set<std::string_view> own_members(const Json& json) {
  std::set<std::string_view> members = {"command", "ok", "findings"};
  if (json.contains("checks")) members.insert({"checks", "totals", "summary"});
  if (json.contains("comparisons")) members.insert({"comparisons", "summary"});
  return members;
}

/// Depth is bounded before the parser, which recurses into its value's destructor, sees the text.
Json parsed(std::string_view text, const std::string& file) {
  constexpr int kDeepest = 16;
  bool is_too_deep = false;
  const auto watch = [&](int depth, Json::parse_event_t, Json&) {
    is_too_deep = is_too_deep || depth > kDeepest;
    return !is_too_deep;
  };
  try {
    Json json = Json::parse(text, watch);
    if (!is_too_deep && json.is_object()) return json;
  } catch (const Json::exception& error) {
    const std::string_view what = error.what();  // "[json.exception.parse_error.101] ..."
    const std::string_view said = what.substr(std::min(what.find("] ") + 2, what.size()));
    throw usage_error(Place{file, 0}, printable(fmt::format("malformed JSON: {}", said)));
  }
  throw usage_error(Place{file, 0}, "not a report of ours: not an object of few levels");
}

}  // namespace

Report read_json(std::string_view text, const std::string& file) {
  const Json json = parsed(text, file);
  if (json.contains("error")) {
    throw usage_error(Place{file, 0}, "this run ended with an error, it has no report");
  }
  const Node root(json, file, "report");
  Report report;
  report.command = root.text("command");
  const std::set<std::string_view> own = own_members(json);
  for (const auto& [key, value] : json.items()) {
    if (!own.contains(key)) add_member(report, key, root.at(key));
  }
  if (own.contains("checks")) add_checks(report, root);
  if (own.contains("comparisons")) add_comparisons(report, root);
  if (own.contains("summary")) report.summary = root.text("summary");
  for (const Node& finding : root.at("findings").elements()) {
    report.findings.push_back(finding_of(finding));
  }
  const Node is_ok = root.at("ok");
  is_ok.expect(is_ok.json() == Json(report.ok()), "does not fit the findings");
  return report;
}

}  // namespace provision
