// Whether two definitions that are written differently mean the same: asked of a server that reads
// both, on scratch, never of the databases that are compared.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "provision/ops/drift/scratch.h"

namespace provision {

/// What definitions speak of, made on scratch as it is needed: tables with their columns, types,
/// views, functions, from what a snapshot says of them. What cannot be made is left out.
class Skeleton {
 public:
  Skeleton(Database& database, const SchemaSnapshot& snapshot);

  /// Makes the table of `object` and all that its definition names.
  void make_for(const SchemaObject& object);

 private:
  void make_named_in(std::string_view text);
  void make(const SchemaObject& object);
  void make_schema(const std::string& name);
  std::string statement(const SchemaObject& object) const;
  std::string columns_of(const SchemaObject& object) const;
  void try_execute(const std::string& sql);

  Database& database_;
  std::multimap<std::string, const SchemaObject*, std::less<>> by_name_;
  std::multimap<std::pair<std::string, std::string>, const SchemaObject*> columns_;
  std::set<const SchemaObject*> made_;
  std::set<std::string> schemas_;
};

class DriftEquivalence {
 public:
  DriftEquivalence(DriftScratch& scratch, const SchemaSnapshot& expected,
                   const SchemaSnapshot& actual)
      : scratch_(scratch), expected_(expected), actual_(actual) {}

  bool operator()(const SchemaObject& one, const SchemaObject& other);
  /// Why nothing could be asked; empty if it could, or if nothing had to be.
  const std::string& trouble() const { return trouble_; }

 private:
  void begin();

  DriftScratch& scratch_;
  const SchemaSnapshot& expected_;
  const SchemaSnapshot& actual_;
  ScratchSession session_;
  std::vector<Skeleton> skeletons_;
  std::string trouble_;
};

}  // namespace provision
