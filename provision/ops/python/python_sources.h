// What decides what the revisions of a Python project make, so that a template can be named by it.
#pragma once

#include <string>

#include "provision/ops/python/python_project.h"

namespace provision {

/// A digest of all that `graph` makes with `project`, but for the texts of its revisions: the
/// files of the folder, the configuration, the project's modules that they or the application
/// import, however far, the files and variables that these name, the interpreter and its packages.
/// Throws usage Error where there is no interpreter.
std::string digest_of_surroundings(const PythonProject& project, const RevisionGraph& graph);

}  // namespace provision
