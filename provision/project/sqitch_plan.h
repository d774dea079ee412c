// sqitch's plan: the changes of a project, in the order in which they are deployed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provision {

/// "!project:change@tag", taken apart.
struct SqitchDependency {
  std::string whole;
  bool conflicts = false;
  std::string change;  ///< empty where only a tag is said
  std::string tag;
  bool is_external = false;  ///< of another project, or said by its SHA-1
};

struct SqitchChange {
  std::string name;
  std::string note;
  int line = 0;  ///< of the plan
  std::vector<SqitchDependency> dependencies;
  std::vector<std::string> tags;
  /// Of a change that a later one of the same name reworks: the tags in between, the last first.
  /// Its scripts are called by one of them: "name@tag.sql".
  std::vector<std::string> rework_tags;
};

/// The changes of a plan. `file` is its name in messages. Throws usage Error with `file:line` for
/// what sqitch refuses: a change that is there twice without a tag in between, an unknown line.
std::vector<SqitchChange> parse_sqitch_plan(std::string_view text, const std::string& file);

/// The position of the change that `dependency` of the change at `position` names: the last one
/// before it. Nothing where there is none.
std::optional<size_t> find_required(const std::vector<SqitchChange>& changes, size_t position,
                                    const SqitchDependency& dependency);

}  // namespace provision
