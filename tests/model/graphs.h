// Short ways to say a graph in a test.
#pragma once

#include <string>
#include <vector>

#include "provision/base/text.h"
#include "provision/model/revision_graph.h"

namespace provision::tests {

/// A revision whose parents, dependencies and labels are lists separated by ','.
inline Revision revision(const std::string& id, const std::string& parents = {},
                         const std::string& depends_on = {}, const std::string& labels = {}) {
  Revision revision;
  revision.id = id;
  revision.parents = split_list(parents);
  revision.depends_on = split_list(depends_on);
  revision.labels = split_list(labels);
  revision.place = {"migrations/" + id + ".sql", 1};
  return revision;
}

inline std::vector<std::string> ids_of(const RevisionGraph& graph) {
  std::vector<std::string> ids;
  for (const Revision& revision : graph.revisions()) ids.push_back(revision.id);
  return ids;
}

/// The message of the usage Error that `action` throws, and its hint after " / ".
template <typename Action>
std::string usage_error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.hint().empty() ? error.message() : error.message() + " / " + error.hint();
  }
  return "no error";
}

}  // namespace provision::tests
