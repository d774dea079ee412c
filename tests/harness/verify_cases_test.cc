// Small histories with what verification must say of them: cases/*.yaml.
//
// - case: an index is left behind       (a sentence)
//   engines: [sqlite, postgresql]       (default: both)
//   before: SQL                         (what is there before; default: nothing)
//   up: SQL
//   down: SQL                           (left out: there is none)
//   right: SQL                          (the downgrade that `down` should have been: with it there
//                                       must be no finding)
//   transaction: off                    (default: on)
//   rows: 3                             (default: 0)
//   exempt: {irreversible: why}         (or lossy: {table.column: why})
//   revisions: [{id, parents, up, down, ...}]   (instead of up and down; ids and parents are said)
//   verdict: residue                    (of the revision, which is `r`; with `revisions` a mapping
//                                       of those that are not ok, or one word for all)
//   differences: ["extra index users.by_email"]    (of all findings, in order)
//   notes: ["changed table users: column order"]   (default of both: not looked at)
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

#include "harness/verify.h"
#include "provision/project/yaml.h"
#include "tests/engine/engine_fixture.h"

namespace harness {
namespace {

using provision::Check;
using provision::Difference;
using provision::Report;
using provision::Revision;
using provision::YamlNode;

std::filesystem::path cases_folder() {
  return std::filesystem::path(PROVISION_SOURCE_DIR) / "tests/harness/cases";
}

std::string text_of(const YamlNode& node, std::string_view key, std::string otherwise = {}) {
  const YamlNode* found = node.find(key);
  return found == nullptr ? otherwise : found->as_text(key);
}

std::vector<std::string> list_of(const YamlNode& node, std::string_view key) {
  const YamlNode* found = node.find(key);
  return found == nullptr ? std::vector<std::string>() : found->as_list(key);
}

Revision revision_of(const YamlNode& node, const std::string& id) {
  Revision revision{.id = id, .parents = list_of(node, "parents")};
  revision.depends_on = list_of(node, "depends_on");
  revision.place = {id + ".sql", 1};
  revision.transactional = text_of(node, "transaction", "on") == "on";
  if (const YamlNode* why = node.find("irreversible")) revision.irreversible = why->as_text("");
  revision.up = {{.text = text_of(node, "up")}};
  if (const YamlNode* down = node.find("down")) revision.down = {{.text = down->as_text("down")}};
  return revision;
}

/// The history of `node`; with its right downgrade, if `right`.
provision::RevisionGraph graph_of(const YamlNode& node, bool right) {
  std::vector<Revision> revisions;
  if (const YamlNode* several = node.find("revisions")) {
    for (const YamlNode& one : several->items)
      revisions.push_back(revision_of(one, text_of(one, "id")));
  } else {
    revisions.push_back(revision_of(node, "r"));
    if (right) revisions[0].down = {{.text = text_of(node, "right")}};
  }
  return provision::RevisionGraph(std::move(revisions));
}

provision::VerifyRules rules_of(const YamlNode& node) {
  provision::VerifyRules rules;
  if (const YamlNode* rows = node.find("rows"))
    rules.rows = static_cast<int>(rows->as_integer("rows"));
  const YamlNode* exempt = node.find("exempt");
  if (exempt == nullptr) return rules;
  provision::VerifyRules::Exemption& exemption = rules.exempt["r"];
  if (const YamlNode* why = exempt->find("irreversible")) exemption.irreversible = why->as_text("");
  if (const YamlNode* lossy = exempt->find("lossy")) {
    for (size_t i = 0; i < lossy->items.size(); ++i) {
      exemption.lossy.push_back(lossy->keys[i].text + ": " + lossy->items[i].text);
    }
  }
  return rules;
}

std::string line_of(const Difference& one) {
  std::string line = one.type + " " + one.object;
  if (!one.attribute.empty()) line += ": " + one.attribute;
  return line;
}

std::vector<std::string> differences_of(const Report& report) {
  std::vector<std::string> lines;
  for (const provision::Finding& finding : report.findings) {
    for (const Difference& one : finding.differences) lines.push_back(line_of(one));
  }
  return lines;
}

/// All that went wrong, for the message of a failed expectation.
std::string told(const Report& report) {
  std::string text;
  for (const provision::Finding& finding : report.findings) {
    text += finding.verdict + " " + finding.subject + ": " + finding.message + "\n" +
            finding.detail + "\n";
    for (const Difference& one : finding.differences) {
      text += "  " + line_of(one) + " | " + one.expected + " | " + one.actual + "\n";
    }
  }
  return text;
}

void expect_verdicts(const YamlNode& node, const Report& report) {
  const YamlNode* verdict = node.find("verdict");
  ASSERT_NE(verdict, nullptr);
  bool all_well = true;
  for (const Check& check : report.checks) {
    const std::string wanted = verdict->kind == YamlNode::Kind::mapping
                                   ? text_of(*verdict, check.id, "ok")
                                   : verdict->as_text("verdict");
    all_well = all_well && (wanted == "ok" || wanted == "irreversible");
    EXPECT_EQ(check.verdict, wanted) << "revision " << check.id << ": " << check.reason << "\n"
                                     << told(report);
  }
  if (all_well) EXPECT_TRUE(report.findings.empty()) << told(report);
}

void expect_notes(const YamlNode& node, const Report& report) {
  if (node.find("notes") == nullptr) return;
  std::vector<std::string> notes;
  for (const Check& check : report.checks) {
    for (const Difference& one : check.notes) notes.push_back(line_of(one));
  }
  EXPECT_EQ(notes, list_of(node, "notes"));
}

class VerifyCases : public provision::EngineTest {
 protected:
  Report report_on(const YamlNode& node, bool right) {
    Subject subject;
    subject.graph = graph_of(node, right);
    subject.walk.engine = GetParam();
    if (GetParam() != "sqlite") subject.walk.server = engine().located(new_spec());
    subject.walk.setup = text_of(node, "before");
    subject.walk.setup_file = "before";
    subject.walk.rules = rules_of(node);
    provision::Silent silent;
    return verify({subject}, {.lock = LockUse::ignore}, silent);
  }

  void check(const YamlNode& node) {
    node.allow_keys(
        {"case", "engines", "before", "up", "down", "right", "transaction", "irreversible", "rows",
         "exempt", "revisions", "verdict", "differences", "notes"},
        "a case");
    SCOPED_TRACE(text_of(node, "case"));
    const Report report = report_on(node, false);
    expect_verdicts(node, report);
    if (node.find("differences") != nullptr) {
      EXPECT_EQ(differences_of(report), list_of(node, "differences")) << told(report);
    }
    expect_notes(node, report);
    if (node.find("right") == nullptr) return;
    const Report righted = report_on(node, true);
    EXPECT_EQ(righted.checks[0].verdict, "ok") << "with the right downgrade\n" << told(righted);
    EXPECT_TRUE(righted.findings.empty()) << told(righted);
  }

  void check_file(const std::string& name) {
    const YamlNode cases = provision::read_yaml(cases_folder() / name, name);
    size_t tried = 0;
    for (const YamlNode& node : cases.items) {
      const std::vector<std::string> engines = list_of(node, "engines");
      const bool is_meant =
          engines.empty() || std::count(engines.begin(), engines.end(), GetParam()) > 0;
      if (!is_meant) continue;
      ++tried;
      ASSERT_NO_THROW(check(node)) << text_of(node, "case");
    }
    RecordProperty("cases", static_cast<int>(tried));
  }
};

TEST_P(VerifyCases, TablesAndColumns) { check_file("tables.yaml"); }
TEST_P(VerifyCases, DefaultsAndSequences) { check_file("columns.yaml"); }
TEST_P(VerifyCases, Constraints) { check_file("constraints.yaml"); }
TEST_P(VerifyCases, Indexes) { check_file("indexes.yaml"); }
TEST_P(VerifyCases, Views) { check_file("views.yaml"); }
TEST_P(VerifyCases, Functions) { check_file("functions.yaml"); }
TEST_P(VerifyCases, Triggers) { check_file("triggers.yaml"); }
TEST_P(VerifyCases, Types) { check_file("types.yaml"); }
TEST_P(VerifyCases, Privileges) { check_file("privileges.yaml"); }
TEST_P(VerifyCases, Comments) { check_file("comments.yaml"); }
TEST_P(VerifyCases, Partitions) { check_file("partitions.yaml"); }
TEST_P(VerifyCases, OtherObjects) { check_file("others.yaml"); }
TEST_P(VerifyCases, SqliteRebuilds) { check_file("sqlite_rebuild.yaml"); }
TEST_P(VerifyCases, SqliteObjects) { check_file("sqlite_objects.yaml"); }
TEST_P(VerifyCases, Renames) { check_file("renames.yaml"); }
TEST_P(VerifyCases, MadeUpNames) { check_file("names.yaml"); }
TEST_P(VerifyCases, Graphs) { check_file("graphs.yaml"); }
TEST_P(VerifyCases, SecondUpgrade) { check_file("second_upgrade.yaml"); }
TEST_P(VerifyCases, Data) { check_file("data.yaml"); }

INSTANTIATE_TEST_SUITE_P(Engines, VerifyCases, testing::Values("sqlite", "postgresql"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace harness
