#include <fmt/format.h>

#include <map>
#include <pugixml.hpp>

#include "provision/base/text.h"
#include "provision/report/compared.h"
#include "provision/report/difference_text.h"
#include "provision/report/render.h"
#include "provision/report/subject.h"
#include "provision/report/tally.h"

namespace provision {
namespace {

constexpr size_t kMostDifferences = 200;

class TextWriter final : public pugi::xml_writer {
 public:
  void write(const void* data, size_t size) override {
    text_.append(static_cast<const char*>(data), size);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// An attribute's value; `text` is made printable, so that it has only characters that XML knows.
void set(pugi::xml_node node, const char* name, std::string_view text) {
  node.append_attribute(name) = printable(text).c_str();
}

void set_seconds(pugi::xml_node node, double milliseconds) {
  constexpr double kSecond = 1000;
  set(node, "time", fmt::format("{:.6f}", milliseconds / kSecond));
}

/// One failure with all of `findings`: most readers of the format know no second one.
void add_failure(pugi::xml_node test_case, const std::vector<const Finding*>& findings) {
  std::string message;
  std::string text;
  for (const Finding* finding : findings) {
    message += (message.empty() ? "" : "; ") + gist(*finding);
    text += (text.empty() ? "" : "\n") + plain_text(*finding, kMostDifferences);
  }
  pugi::xml_node failure = test_case.append_child("failure");
  set(failure, "type", findings.front()->verdict);
  set(failure, "message", message);
  failure.text() = text.c_str();
}

pugi::xml_node add_case(pugi::xml_node suite, const std::string& class_name,
                        const std::string& name, const Place& place) {
  pugi::xml_node test_case = suite.append_child("testcase");
  set(test_case, "classname", class_name);
  set(test_case, "name", name);
  if (!place.file.empty()) set(test_case, "file", place.file);
  if (place.line > 0) set(test_case, "line", std::to_string(place.line));
  return test_case;
}

/// The report as test cases: one a check, one for each finding that is of no check, and one for all
/// objects of a kind that do not differ.
class Suite {
 public:
  Suite(pugi::xml_node suite, const Report& report) : suite_(suite), report_(report) {
    for (const Finding& finding : report.findings)
      findings_[subject_of(finding)].push_back(&finding);
  }

  void add_cases() {
    for (const Check& check : report_.checks) add(check);
    for (const Comparison& comparison : report_.comparisons) add(comparison);
    for (const Finding& finding : report_.findings) {
      if (findings_.contains(subject_of(finding))) add_failed(finding);
    }
    if (cases_ == 0) add(class_name(""), report_.command, {});
  }

  void add_totals(pugi::xml_node node) const {
    set(node, "tests", std::to_string(cases_));
    set(node, "failures", std::to_string(failures_));
    set(node, "errors", "0");
    set(node, "skipped", std::to_string(skipped_));
    set_seconds(node, tally(report_.checks).milliseconds);
  }

 private:
  std::string class_name(const std::string& database) const {
    return "provision." + report_.command + (database.empty() ? "" : "." + database);
  }

  pugi::xml_node add(const std::string& class_name, const std::string& name, const Place& place) {
    ++cases_;
    return add_case(suite_, class_name, name, place);
  }

  void add(const Check& check) {
    const std::string name = check.title.empty() ? check.id : check.id + " " + check.title;
    pugi::xml_node test_case = add(class_name(check.database), name, {check.file, check.line});
    set_seconds(test_case, duration(check));
    if (check.outcome == Check::Outcome::skipped) {
      ++skipped_;
      const std::string reason = check.reason.empty() ? "" : ": " + check.reason;
      set(test_case.append_child("skipped"), "message", check.verdict + reason);
    }
    if (check.outcome == Check::Outcome::failed) add_failures(test_case, check);
  }

  // The name does not tell how many they are, so that it is the same the next time.
  void add(const Comparison& comparison) {
    std::map<std::string, std::int64_t> kinds;
    for (const Comparison::Object& object : comparison.objects) {
      if (object.state == "same") ++kinds[kind_of(object.name)];
    }
    for (const auto& [kind, count] : kinds) {
      pugi::xml_node test_case =
          add(class_name(comparison.database), kind + ": all that are the same", {});
      const std::string said = fmt::format("{} the same", counted(count, "is", "are"));
      test_case.append_child("system-out").text() = said.c_str();
    }
  }

  void add_failures(pugi::xml_node test_case, const Check& check) {
    ++failures_;
    const auto found = findings_.find(subject_of(check));
    if (found == findings_.end()) {
      const Finding untold{check.verdict, check.id, check.reason, check.file, check.line};
      add_failure(test_case, {&untold});
      return;
    }
    add_failure(test_case, found->second);
    findings_.erase(found);
  }

  void add_failed(const Finding& finding) {
    ++failures_;
    add_failure(add(class_name(finding.database), finding.subject, {finding.file, finding.line}),
                {&finding});
  }

  pugi::xml_node suite_;
  const Report& report_;
  std::map<Subject, std::vector<const Finding*>> findings_;  ///< those not yet told
  int cases_ = 0;
  int failures_ = 0;
  int skipped_ = 0;
};

}  // namespace

std::string to_junit(const Report& report, const Style&) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node suites = document.append_child("testsuites");
  pugi::xml_node node = suites.append_child("testsuite");
  set(suites, "name", "provision");
  set(node, "name", "provision " + report.command);
  Suite suite(node, report);
  suite.add_cases();
  suite.add_totals(suites);
  suite.add_totals(node);
  TextWriter writer;
  document.save(writer, "  ", pugi::format_default, pugi::encoding_utf8);
  return writer.text();
}

}  // namespace provision
