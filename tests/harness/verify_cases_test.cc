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
#include <iterator>
#include <map>

#include "harness/verify.h"
#include "provision/base/file.h"
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

/// What a case says of `report`, which is only of it.
void expect_answer(const YamlNode& node, const Report& report, bool right) {
  SCOPED_TRACE(text_of(node, "case"));
  if (right) {
    ASSERT_EQ(report.checks.size(), 1U);
    EXPECT_EQ(report.checks[0].verdict, "ok") << "with the right downgrade\n" << told(report);
    EXPECT_TRUE(report.findings.empty()) << told(report);
    return;
  }
  expect_verdicts(node, report);
  if (node.find("differences") != nullptr) {
    EXPECT_EQ(differences_of(report), list_of(node, "differences")) << told(report);
  }
  expect_notes(node, report);
}

/// Cases as one history: before each one, what was there before it; after it, a wipe.
class Series {
 public:
  void add(const YamlNode& node, bool right) {
    const std::string number = std::to_string(100'000 + members_.size());
    if (node.find("before") != nullptr) add_step(number + "a", text_of(node, "before"));
    Revision revision = revision_of(node, number + "b");
    if (right) revision.down = {{.text = text_of(node, "right")}};
    revisions_.push_back(std::move(revision));
    add_step(number + "c", wipe_);
    members_.push_back({&node, right, number + "b"});
    provision::VerifyRules rules = rules_of(node);
    rules_.rows = rules.rows;
    if (!rules.exempt.empty()) rules_.exempt[number + "b"] = rules.exempt.begin()->second;
  }

  void check(const provision::DatabaseSpec& server) {
    Subject subject;
    subject.graph = provision::RevisionGraph(std::move(revisions_));
    subject.walk.engine = server.engine;
    subject.walk.server = server;
    subject.walk.rules = rules_;
    VerifyOptions options{.lock = LockUse::ignore};
    for (const Member& member : members_) options.selection.revisions.push_back(member.id);
    provision::Silent silent;
    const Report report = verify({subject}, options, silent);
    for (const Member& member : members_) {
      Report part;
      std::copy_if(report.checks.begin(), report.checks.end(), std::back_inserter(part.checks),
                   [&](const Check& check) { return check.id == member.id; });
      std::copy_if(report.findings.begin(), report.findings.end(),
                   std::back_inserter(part.findings),
                   [&](const auto& finding) { return finding.subject == member.id; });
      expect_answer(*member.node, part, member.right);
    }
  }

 private:
  struct Member {
    const YamlNode* node;
    bool right;
    std::string id;
  };

  void add_step(const std::string& id, std::string sql) {
    revisions_.push_back({.id = id, .place = {id + ".sql", 1}, .up = {{.text = std::move(sql)}}});
  }

  // Much faster than a new database for each case.
  const std::string wipe_ = provision::read_bytes(cases_folder() / "wipe.sql");
  std::vector<Member> members_;
  std::vector<Revision> revisions_;
  provision::VerifyRules rules_;
};

class VerifyCases : public provision::EngineTest {
 protected:
  void check_alone(const YamlNode& node, bool right) {
    Subject subject;
    subject.graph = graph_of(node, right);
    subject.walk.engine = GetParam();
    if (GetParam() != "sqlite") subject.walk.server = engine().located(new_spec());
    subject.walk.setup = text_of(node, "before");
    subject.walk.setup_file = "before";
    subject.walk.rules = rules_of(node);
    provision::Silent silent;
    expect_answer(node, verify({subject}, {.lock = LockUse::ignore}, silent), right);
  }

  bool is_meant(const YamlNode& node) const {
    const std::vector<std::string> engines = list_of(node, "engines");
    return engines.empty() || std::count(engines.begin(), engines.end(), GetParam()) > 0;
  }

  void check_file(const std::string& name) {
    const YamlNode cases = provision::read_yaml(cases_folder() / name, name);
    std::map<std::int64_t, Series> series;
    for (const YamlNode& node : cases.items) {
      node.allow_keys(
          {"case", "engines", "before", "up", "down", "right", "transaction", "irreversible",
           "rows", "exempt", "revisions", "verdict", "differences", "notes"},
          "a case");
      if (!is_meant(node)) continue;
      const bool alone = GetParam() == "sqlite" || node.find("revisions") != nullptr;
      for (const bool right : {false, true}) {
        if (right && node.find("right") == nullptr) continue;
        if (!alone) {
          series[rules_of(node).rows].add(node, right);
          continue;
        }
        ASSERT_NO_THROW(check_alone(node, right)) << text_of(node, "case");
      }
    }
    for (auto& [rows, one] : series) one.check(engine().located(new_spec()));
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
