#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/cli/command.h"
#include "provision/report/json_reader.h"
#include "provision/report/shards.h"

namespace provision::cli {
namespace {

Report merged(const std::vector<std::string>& files) {
  std::vector<ShardReport> shards;
  for (const std::string& file : files) shards.push_back({file, read_json(read_text(file), file)});
  return joined(std::move(shards));
}

Action declare(CLI::App& app) {
  auto action = std::make_shared<std::string>();
  auto files = std::make_shared<std::vector<std::string>>();
  app.add_option("action", *action, "merge: join the reports of all shards")->required();
  app.add_option("file", *files, "the reports, as `verify --shard K/N --format json` wrote them")
      ->required();
  return [action, files](Context&) {
    const std::vector<std::string> known = {"merge"};
    if (*action != known.front()) {
      throw usage_error(fmt::format("unknown action '{}'", *action), name_hint(*action, known));
    }
    return merged(*files);
  };
}

}  // namespace

Command report_command() {
  return {"report",
          kAssurance,
          "Join the reports of shards into one",
          "provision report merge 1.json 2.json --report html=verify.html",
          &declare,
          true};
}

}  // namespace provision::cli
