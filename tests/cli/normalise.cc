#include "tests/cli/normalise.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <regex>
#include <utility>
#include <vector>

namespace provision::cli_tests {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string who_we_are() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const passwd* user = ::getpwuid(::geteuid());
  return std::string(user ? user->pw_name : "?") + "@" + host.data();
}

struct Rule {
  std::regex pattern;
  std::string replacement;
};

const std::vector<Rule>& rules() {
  static const std::vector<Rule> kRules = [] {
    std::vector<Rule> made;
    const auto add = [&](const char* pattern, const char* replacement) {
      made.push_back({std::regex(pattern), replacement});
    };
    add(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z)", "<time>");
    add(R"([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})", "<uuid>");
    add(R"(\b\d+(\.\d+)? (ms|s|min)\b)", "<duration>");
    // Columns are as wide as the longest.
    add(R"(\b(up|down|again) +<duration>)", "$1 <duration>");
    add(R"(<time>( +)\d+( +)<who>)", "<time>$1<ms>$2<who>");
    add(R"((applied|undone|would apply|would undo)(  .*\S) +\d+\.\d(?=\n|$))", "$1$2  <ms>");
    add(R"("milliseconds": [\d.]+(e-\d+)?)", "\"milliseconds\": <ms>");
    add(R"((^|\n)size( +)\d[^\n]*)", "$1size$2<size>");
    add(R"((^|\n)ms( +)\d[^\n]*)", "$1ms$2<ms>");
    add(R"("size": \d+)", "\"size\": <size>");
    add(R"(\b\d+(\.\d+)? [KMG]iB\b)", "<size>");
    add(R"("bytes": \d+)", "\"bytes\": <size>");
    add(R"((SQLite|PostgreSQL|sqlite|postgresql) \d+(\.\d+)*)", "$1 <version>");
    add(R"(/[\w./-]*provision-\d+/[0-9a-f]+)", "<socket>");
    // Where the machine has room.
    add(R"(\b(started|ran already|ended|did not run)( +)(memory|disk)\b)", "$1$2<storage>");
    add(R"(data (in memory|on disk) \([^)]*\))", "data <where>");
    add(R"("readable_size": "[^"]*")", "\"readable_size\": <size>");
    add(R"(\bpid \d+)", "pid <pid>");
    add(R"(\bprocess \d+ \()", "process <pid> (");
    return made;
  }();
  return kRules;
}

}  // namespace

std::string with_even_columns(const std::string& text) {
  static const std::regex kGap(R"((\S) {3,}(?=\S))");
  return std::regex_replace(text, kGap, "$1  ");
}

Normaliser::Normaliser(std::filesystem::path folder, std::function<bool(const std::string&)> is_new)
    : folder_(std::move(folder)), is_new_(std::move(is_new)) {}

std::string Normaliser::without_new_ids(const std::string& text) {
  static const std::regex kId(R"(\b\d{14}(?=\D|$))");
  std::string result;
  auto from = text.cbegin();
  for (std::sregex_iterator at(text.begin(), text.end(), kId), end; at != end; ++at) {
    const std::string id = at->str();
    result.append(from, (*at)[0].first);
    from = (*at)[0].second;
    if (!is_new_(id)) {
      result += id;
      continue;
    }
    const int number =
        new_ids_.try_emplace(id, static_cast<int>(new_ids_.size()) + 1).first->second;
    result += "<id " + std::to_string(number) + ">";
  }
  return result.append(from, text.cend());
}

std::string Normaliser::operator()(const std::string& text) {
  static const std::string kWho = who_we_are();
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t gap = text.find("\n\n", at);
    const std::size_t end = gap == std::string::npos ? text.size() : gap + 2;
    const std::string paragraph = text.substr(at, end - at);
    std::string named = replaced(paragraph, folder_.string(), "<folder>");
    named = without_new_ids(replaced(std::move(named), kWho, "<who>"));
    for (const Rule& rule : rules())
      named = std::regex_replace(named, rule.pattern, rule.replacement);
    result += named == paragraph ? named : with_even_columns(named);
    at = end;
  }
  return result;
}

bool is_time_of_now(const std::string& id) {
  std::tm parts{};
  if (::strptime(id.c_str(), "%Y%m%d%H%M%S", &parts) == nullptr) return false;
  const std::time_t ahead = ::timegm(&parts) - std::time(nullptr);
  return ahead > -3600 && ahead < 60;
}

}  // namespace provision::cli_tests
