// Templates: complete databases that nobody can connect to, named by what they are made from.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "provision/base/error.h"
#include "provision/ops/recipe.h"

namespace provision {

/// The templates where the database of one spec is: on its server, or in the working folder. One
/// that was changed after it was sealed is none.
class Templates {
 public:
  Templates(const Workspace& workspace, const DatabaseSpec& spec);

  /// How the names of those begin that are not ready: they get their own when they are.
  static constexpr std::string_view kBuildingPrefix = "provision_building_";

  /// Looks again at what is there.
  void look();
  bool has(const std::string& name) const { return sealed_.contains(name); }

  /// Why the last copy was none; throws it.
  [[noreturn]] void throw_trouble() const;

  /// A place for a database that is to become a template.
  DatabaseSpec place_to_build() const;
  /// Makes `to` a copy of what the first `links` links of `recipe` make, with an identity of its
  /// own. False, and no copy, if there is no such template or it is not what its name says: then
  /// it is removed.
  bool copy(const Recipe& recipe, size_t links, const DatabaseSpec& to);
  /// True if `built` has, by its records, what the first `links` links of `recipe` make.
  bool has_contents(const Recipe& recipe, size_t links, const DatabaseSpec& built) const;
  /// Makes the database of `built` the template `name`, in the place of one that is none any more,
  /// or removes it if there is that template. False, and nothing done, if a copy of it would not be
  /// the same.
  bool seal(const DatabaseSpec& built, const std::string& name);

  /// Held while the template `name` is built, so that it is built once.
  std::filesystem::path lock_of(const std::string& name) const;

 private:
  DatabaseSpec place(const std::string& name) const;
  void make_own(const Recipe& recipe, size_t links, const DatabaseSpec& copied);
  void note_use(const std::string& name) const;

  const Workspace& workspace_;
  const DatabaseSpec& spec_;
  Engine& engine_;
  std::set<std::string> sealed_;
  Error trouble_ = internal_error("a template that was just made is gone");
};

/// The file whose time says when the template `name` was last used in this project.
std::filesystem::path use_mark(const std::filesystem::path& work_folder, const std::string& name);

}  // namespace provision
