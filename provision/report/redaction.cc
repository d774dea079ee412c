#include "provision/report/redaction.h"

#include "provision/base/secret.h"

namespace provision {
namespace {

void mask(std::string& text) { text = redacted(std::string_view(text)); }

void mask(Value& value) {
  if (auto* text = std::get_if<std::string>(&value)) mask(*text);
  if (auto* texts = std::get_if<std::vector<std::string>>(&value)) {
    for (std::string& text : *texts) mask(text);
  }
}

void mask(std::vector<Difference>& differences) {
  for (Difference& difference : differences) {
    mask(difference.object);
    mask(difference.expected);
    mask(difference.actual);
    mask(difference.reason);
  }
}

void mask(Check& check) {
  mask(check.title);
  mask(check.reason);
  mask(check.notes);
}

void mask(Comparison& comparison) {
  mask(comparison.expected);
  mask(comparison.actual);
  for (Comparison::Object& object : comparison.objects) mask(object.name);
}

void mask(Finding& finding) {
  mask(finding.subject);
  mask(finding.message);
  mask(finding.differences);
  mask(finding.detail);
}

}  // namespace

Report redacted(Report report) {
  for (Fact& fact : report.facts) mask(fact.value.value);
  for (Table& table : report.tables) {
    for (std::vector<Cell>& row : table.rows) {
      for (Cell& cell : row) mask(cell.value);
    }
  }
  mask(report.body);
  for (Check& check : report.checks) mask(check);
  for (Comparison& comparison : report.comparisons) mask(comparison);
  for (Finding& finding : report.findings) mask(finding);
  mask(report.summary);
  return report;
}

}  // namespace provision
