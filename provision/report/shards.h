// The reports of shards, joined into the report that one run would have given.
#pragma once

#include <string>
#include <vector>

#include "provision/model/report.h"

namespace provision {

/// A report and where it was read from.
struct ShardReport {
  std::string file;
  Report report;
};

/// All of `shards` as one report: checks in the order of the history (parents first, ties by id),
/// findings in that of their checks, each once. Every report has a fact `shard` ("2/3"), which the
/// result has not; facts that differ otherwise are left out. Throws usage Error that names the
/// files when a shard is missing or doubled, and when they are of different commands or histories.
Report joined(std::vector<ShardReport> shards);

}  // namespace provision
