#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>

#include "provision/base/hash.h"
#include "provision/base/text.h"
#include "provision/report/compared.h"
#include "provision/report/difference_text.h"
#include "provision/report/render.h"
#include "provision/report/verdicts.h"

namespace provision {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostDifferences = 50;

/// `path` as the path of a URI; absolute paths become file URIs.
std::string uri_of(const std::string& path) {
  constexpr std::string_view kPlain = "-._~/!$'()*+,;=@";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (byte < 0x80 && std::isalnum(byte) != 0) || kPlain.find(c) != kPlain.npos;
    uri += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return uri;
}

Json rule_of(const std::string& verdict) {
  Json rule = {{"id", verdict}, {"defaultConfiguration", {{"level", "error"}}}};
  if (const Verdict* known = find_verdict(verdict)) {
    rule["shortDescription"] = {{"text", known->meaning}};
    rule["fullDescription"] = {{"text", known->meaning}};
    rule["help"] = {{"text", known->advice}};
  } else {
    rule["shortDescription"] = {{"text", verdict}};
  }
  return rule;
}

/// The rules of a run: every verdict that is known or met, and where each stands.
class Rules {
 public:
  explicit Rules(const Report& report) {
    for (const Verdict& verdict : known_verdicts()) add(std::string(verdict.name));
    for (const Finding& finding : report.findings) add(finding.verdict);
  }

  const Json& json() const { return rules_; }
  size_t index(const std::string& verdict) const { return indices_.at(verdict); }

 private:
  void add(const std::string& verdict) {
    if (indices_.try_emplace(verdict, rules_.size()).second) rules_.push_back(rule_of(verdict));
  }

  Json rules_ = Json::array();
  std::map<std::string, size_t> indices_;
};

Json location_of(const Finding& finding) {
  Json artifact = {{"uri", uri_of(finding.file)}};
  if (!finding.file.starts_with('/')) artifact["uriBaseId"] = "%SRCROOT%";
  return {
      {"physicalLocation",
       {{"artifactLocation", artifact}, {"region", {{"startLine", std::max(finding.line, 1)}}}}}};
}

/// What stands in no file has a name all the same.
Json logical_location_of(const Finding& finding) {
  const std::string prefix = finding.database.empty() ? "" : one_line(finding.database) + ": ";
  const std::string name = one_line(finding.subject);
  return {
      {"logicalLocations", Json::array({{{"name", name}, {"fullyQualifiedName", prefix + name}}})}};
}

std::string_view level_of(const Finding& finding) {
  constexpr std::string_view kLevels[] = {"error", "note", "warning", "error"};
  return kLevels[rank_of(worst_severity(finding))];
}

Json result_of(const Finding& finding, const Rules& rules) {
  const std::string database = finding.database.empty() ? "" : '\0' + finding.database;
  Json result = {
      {"ruleId", finding.verdict},
      {"ruleIndex", rules.index(finding.verdict)},
      {"level", level_of(finding)},
      {"message", {{"text", plain_text(finding, kMostDifferences)}}},
      // The line is left out: the same trouble stays the same when the file grows above it.
      {"partialFingerprints",
       {{"finding/v1",
         sha256(finding.verdict + '\0' + finding.subject + '\0' + finding.file + database)}}}};
  if (!finding.file.empty()) result["locations"] = Json::array({location_of(finding)});
  if (finding.file.empty()) result["locations"] = Json::array({logical_location_of(finding)});
  return result;
}

}  // namespace

std::string to_sarif(const Report& report, const Style&) {
  const Rules rules(report);
  Json results = Json::array();
  for (const Finding& finding : report.findings) results.push_back(result_of(finding, rules));
  const Json driver = {
      {"name", "provision"}, {"version", PROVISION_VERSION}, {"rules", rules.json()}};
  const Json run = {{"tool", {{"driver", driver}}},
                    {"automationDetails", {{"id", "provision/" + report.command + "/"}}},
                    {"columnKind", "utf16CodeUnits"},
                    {"results", results}};
  const Json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", Json::array({run})}};
  return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace provision
