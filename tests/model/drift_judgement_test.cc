// What differences mean: cases of kinds, of fields, and of values.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <optional>
#include <set>

#include "provision/base/file.h"
#include "provision/base/text.h"
#include "tests/model/drift_cases.h"

namespace provision {
namespace {

using Type = ObjectDifference::Type;

const std::filesystem::path kSource = PROVISION_SOURCE_DIR;

/// The lines of a file that are neither empty nor begin with '#'.
std::vector<std::string> case_lines(const std::string& name) {
  std::vector<std::string> lines;
  const std::string text = read_text(kSource / "tests/model/cases" / name);
  for (const std::string_view line : lines_of(text)) {
    if (!line.empty() && !line.starts_with('#')) lines.emplace_back(line);
  }
  return lines;
}

/// What stands before and behind the first (last) `separator`.
std::pair<std::string, std::string> halves(std::string_view text, std::string_view separator,
                                           bool last = false) {
  const size_t at = last ? text.rfind(separator) : text.find(separator);
  if (at == std::string_view::npos) return {std::string(text), {}};
  return {std::string(text.substr(0, at)), std::string(text.substr(at + separator.size()))};
}

/// "type=text, not null".
Fields fields_of(const std::string& text) {
  Fields fields;
  for (const std::string& part : split_list(text)) {
    const auto [name, value] = halves(part, "=");
    fields.push_back({name, value});
  }
  return fields;
}

std::optional<std::string> value_of(const std::string& text) {
  if (text == "-") return std::nullopt;
  return text == "yes" ? "" : text;
}

ObjectDifference lone(Type type, ObjectKind kind, const Fields& fields = {}) {
  ObjectDifference difference{type, {}, {}};
  (type == Type::missing ? difference.expected : difference.actual) =
      object_of(kind, "t", "n", fields);
  return difference;
}

/// An object of which only `field` differs; the other fields are those given.
ObjectDifference changed(ObjectKind kind, const std::string& field,
                         const std::optional<std::string>& expected,
                         const std::optional<std::string>& actual, Fields left = {},
                         Fields right = {}, const std::string& schema = "public") {
  if (expected) left.push_back({field, *expected});
  if (actual) right.push_back({field, *actual});
  return {Type::changed,
          object_of(kind, "t", "n", left, schema),
          object_of(kind, "t", "n", right, schema),
          {{field, expected, actual, class_of(kind, field)}}};
}

Judgement judged(const ObjectDifference& difference) {
  return difference.type == Type::changed ? judge(difference, difference.fields.at(0))
                                          : judge(difference);
}

std::string severity_of(const ObjectDifference& difference) {
  return std::string(name_of(judged(difference).severity));
}

TEST(DriftJudgement, EveryKindIsJudgedMissingAndExtra) {
  std::set<std::string> seen;
  for (const std::string& line : case_lines("judged_objects.txt")) {
    const auto [name, severities] = halves(line, ": ");
    const ObjectKind kind = object_kind(name).value();

    const std::string judgement =
        severity_of(lone(Type::missing, kind)) + ", " + severity_of(lone(Type::extra, kind));

    EXPECT_EQ(judgement, severities) << name;
    seen.insert(name);
  }
  EXPECT_EQ(seen.size(), static_cast<size_t>(ObjectKind::default_privileges) + 1);
}

TEST(DriftJudgement, EveryFieldIsJudgedGoneAndNewAndOther) {
  for (const std::string& line : case_lines("judged_fields.txt")) {
    const auto [subject, severities] = halves(line, ": ", true);
    const auto [name, field] = halves(subject, ": ");
    const ObjectKind kind = object_kind(name).value();
    const bool is_flag = severities.ends_with("-");

    const std::string judgement =
        fmt::format("{}, {}, {}", severity_of(changed(kind, field, "x", std::nullopt)),
                    severity_of(changed(kind, field, std::nullopt, "x")),
                    is_flag ? "-" : severity_of(changed(kind, field, "x", "y")));

    EXPECT_EQ(judgement, severities) << subject;
  }
}

/// "missing table: FIELDS" or "column.type: EXPECTED => ACTUAL | FIELDS => FIELDS".
ObjectDifference difference_of(const std::string& text) {
  auto [subject, values] = halves(text, ": ");
  for (const Type type : {Type::missing, Type::extra}) {
    const std::string word = std::string(name_of(type)) + " ";
    if (!subject.starts_with(word)) continue;
    return lone(type, object_kind(subject.substr(word.size())).value(), fields_of(values));
  }
  const bool is_loose = subject.starts_with("loose ");
  if (is_loose) subject.erase(0, std::string_view("loose ").size());
  const auto [kind, field] = halves(subject, ".");
  const auto [own, others] = halves(values, " | ");
  const auto [expected, actual] = halves(own, " => ");
  const auto [left, right] = halves(others.starts_with("=> ") ? " " + others : others, " => ");
  return changed(object_kind(kind).value(), field, value_of(expected), value_of(actual),
                 fields_of(left), fields_of(right), is_loose ? "" : "public");
}

TEST(DriftJudgement, TheValuesDecideWhereTheyTellMore) {
  for (const std::string& line : case_lines("judged_values.txt")) {
    const auto [text, expected] = halves(line, " = ", true);

    const Judgement judgement = judged(difference_of(text));

    EXPECT_EQ(fmt::format("{}: {}", name_of(judgement.severity), judgement.reason), expected)
        << text;
  }
}

/// What is said of a field that nobody knows.
std::set<std::string> last_resorts(ObjectKind kind) {
  std::set<std::string> reasons;
  for (const char* name : {"unheard of", "unheard version", "server of none"}) {
    reasons.insert(judged(changed(kind, name, "x", "y")).reason);
  }
  return reasons;
}

/// The ends of "KIND NAME, FIELD" (or "KIND NAME FIELD") that may be the field, the shortest first.
std::vector<std::string> ends_of(const std::string& text) {
  std::vector<std::string> ends;
  for (size_t at = text.rfind(' '); at != std::string::npos && at > 0;
       at = text.rfind(' ', at - 1)) {
    ends.push_back(text.substr(at + 1));
  }
  return ends;
}

TEST(DriftJudgement, NoFieldThatAReaderGivesIsUnknown) {
  int count = 0;
  for (const char* name : {"postgresql_schema.txt", "sqlite_schema.txt"}) {
    const std::string text = read_text(kSource / "tests/engine/cases" / name);
    for (const std::string_view line : lines_of(text)) {
      if (!line.starts_with("changed ")) continue;
      const std::string head = halves(line.substr(std::string_view("changed ").size()), ": ").first;
      std::string word = head;
      while (!object_kind(word)) word.resize(word.find_last_of(" ,"));
      const ObjectKind kind = *object_kind(word);
      ++count;

      const std::set<std::string> unknown = last_resorts(kind);
      const std::vector<std::string> ends = ends_of(head);
      const bool is_known = std::any_of(ends.begin(), ends.end(), [&](const std::string& field) {
        return !unknown.contains(judged(changed(kind, field, "x", "y")).reason);
      });

      EXPECT_TRUE(is_known) << line;
    }
  }
  EXPECT_GT(count, 150);
}

TEST(DriftJudgement, ReasonsAreSentencesWithoutTheirEnd) {
  for (const std::string& line : case_lines("judged_fields.txt")) {
    const auto [name, field] = halves(halves(line, ": ", true).first, ": ");
    const ObjectKind kind = object_kind(name).value();

    const std::string reason = judged(changed(kind, field, "x", "y")).reason;

    EXPECT_THAT(reason, testing::MatchesRegex("([a-z]|NULL|ON CONFLICT).*[^.!]")) << line;
  }
}

TEST(DriftJudgement, AFieldThatNobodyKnowsIsJudgedByItsClass) {
  const auto severity = [](const std::string& field) {
    return severity_of(changed(ObjectKind::table, field, "x", "y"));
  };

  EXPECT_EQ(severity("unheard of"), "breaking");
  EXPECT_EQ(severity("unheard version"), "risky");
}

}  // namespace
}  // namespace provision
