#include "provision/ops/python/python_project.h"

#include <fmt/format.h>

#include <cstdint>

#include "provision/base/hash.h"

namespace provision {

PythonProject python_project(const DatabaseSpec& spec, const std::filesystem::path& folder,
                             const std::filesystem::path& root) {
  return {.root = root,
          .folder = folder,
          .python = spec.python,
          .app = spec.app,
          .variables = spec.variables};
}

PythonTarget python_target(Engine& engine, const DatabaseSpec& spec, Database& database,
                           std::string bind) {
  PythonTarget target{.spec = engine.located(spec),
                      .bind = std::move(bind),
                      .conninfo = {},
                      .object_id = database.facts().object_id,
                      .nonce = {}};
  const std::string& mark = database.dialect().session_mark;
  if (mark.empty()) return target;
  target.conninfo = engine.client_command(target.spec).back();
  const std::uint64_t number = std::stoull(random_hex(8), nullptr, 16) >> 1U;
  target.nonce = std::to_string(number);
  database.query(fmt::format(fmt::runtime(mark), number));
  return target;
}

}  // namespace provision
