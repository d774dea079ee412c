#include "provision/project/assurance_keys.h"

#include "provision/base/text.h"

namespace provision {
namespace {

using Kind = YamlNode::Kind;

/// Each a list of words, all known.
void check_words(const YamlNode* list, const std::string& what,
                 const std::vector<std::string>& known) {
  if (list == nullptr) return;
  const std::vector<std::string> words = list->as_list(what);
  for (size_t i = 0; i < words.size(); ++i) {
    if (std::find(known.begin(), known.end(), words[i]) != known.end()) continue;
    throw usage_error(list->items[i].place, fmt::format("unknown word '{}' in {}", words[i], what),
                      name_hint(words[i], known));
  }
}

void check_count(const YamlNode* number, const std::string& what) {
  if (number == nullptr || number->as_integer(what) >= 0) return;
  throw usage_error(number->place, fmt::format("{} cannot be negative", what));
}

int count_of(const YamlNode& keep, const std::string& key, int otherwise) {
  const YamlNode* number = keep.find(key);
  if (number == nullptr) return otherwise;
  check_count(number, fmt::format("'{}'", key));
  return static_cast<int>(std::min<std::int64_t>(number->as_integer(key), 1'000'000));
}

const std::vector<std::string>& difference_classes() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (int i = 0; i <= static_cast<int>(DifferenceClass::server); ++i) {
      names.emplace_back(name_of(static_cast<DifferenceClass>(i)));
    }
    return names;
  }();
  return kNames;
}

VerifyRules::Exemption read_exemption(const YamlNode& node, const std::string& what) {
  node.allow_keys({"irreversible", "lossy"}, what);
  VerifyRules::Exemption exemption;
  if (const YamlNode* reason = node.find("irreversible")) {
    exemption.irreversible = reason->as_text("'irreversible'");
  }
  const YamlNode* lossy = node.find("lossy");
  if (lossy == nullptr) return exemption;
  lossy->must_be(Kind::mapping, "'lossy'");
  for (size_t i = 0; i < lossy->items.size(); ++i) {
    exemption.lossy.push_back(fmt::format("{}: {}", lossy->keys[i].text,
                                          lossy->items[i].as_text("the reason of a loss")));
  }
  return exemption;
}

}  // namespace

BackupRules read_backup_rules(const YamlNode& environment, const std::filesystem::path& root) {
  BackupRules rules{.directory = root / ".provision" / "backups"};
  const YamlNode* backup = environment.find("backup");
  if (backup == nullptr) return rules;
  backup->allow_keys({"directory", "before", "keep"}, "'backup'");
  if (const YamlNode* directory = backup->find("directory")) {
    const std::string& text = directory->as_text("'directory'");
    if (text.empty()) throw usage_error(directory->place, "'directory' is empty");
    rules.directory = (root / text).lexically_normal();
  }
  if (const YamlNode* before = backup->find("before")) {
    check_words(before, "'before'", {"upgrade", "downgrade", "restore"});
    const std::vector<std::string> words = before->as_list("'before'");
    rules.before.insert(words.begin(), words.end());
  }
  const YamlNode* keep = backup->find("keep");
  if (keep == nullptr) return rules;
  keep->allow_keys({"last", "days"}, "'keep'");
  rules.keep_last = count_of(*keep, "last", rules.keep_last);
  rules.keep_days = count_of(*keep, "days", rules.keep_days);
  return rules;
}

DriftRules read_drift_rules(const YamlNode& environment) {
  DriftRules rules;
  const YamlNode* drift = environment.find("drift");
  if (drift == nullptr) return rules;
  drift->allow_keys({"ignore", "fail_on"}, "'drift'");
  if (const YamlNode* ignore = drift->find("ignore")) {
    const std::vector<std::string> lines = ignore->as_list("'ignore'");
    for (size_t i = 0; i < lines.size(); ++i) {
      const Place& place = ignore->items[i].place;
      check_ignore_rule(lines[i], place);
      rules.ignore.push_back({lines[i], place.text()});
    }
  }
  const YamlNode* fail_on = drift->find("fail_on");
  if (fail_on == nullptr) return rules;
  check_words(fail_on, "'fail_on'", difference_classes());
  rules.policy.fail_on.clear();
  for (const std::string& word : fail_on->as_list("'fail_on'")) {
    rules.policy.fail_on.insert(*difference_class(word));
  }
  return rules;
}

VerifyRules read_verify_rules(const YamlNode& environment) {
  VerifyRules rules;
  const YamlNode* verify = environment.find("verify");
  if (verify == nullptr) return rules;
  verify->allow_keys({"rows", "exempt"}, "'verify'");
  if (const YamlNode* rows = verify->find("rows")) {
    check_count(rows, "'rows'");
    rules.rows = static_cast<int>(std::min<std::int64_t>(rows->as_integer("'rows'"), 1'000'000));
  }
  const YamlNode* exempt = verify->find("exempt");
  if (exempt == nullptr) return rules;
  exempt->must_be(Kind::mapping, "'exempt'");
  for (size_t i = 0; i < exempt->items.size(); ++i) {
    const std::string& id = exempt->keys[i].text;
    rules.exempt[id] =
        read_exemption(exempt->items[i], fmt::format("the exemption of revision '{}'", id));
  }
  return rules;
}

}  // namespace provision
