// Types as the making of values needs them, seen through domains, arrays, ranges and composites.
#pragma once

#include <map>
#include <set>
#include <string>

#include "provision/engine/postgresql/connection.h"

namespace provision::postgresql {

class RowTypes {
 public:
  /// Asks the server about those of `oids` that it was not born with.
  RowTypes(Connection& connection, const std::set<std::string>& oids);

  /// The type with that OID, spelled `text` with its length and the like.
  ValueType at(const std::string& oid, const std::string& text) const;
  /// True for a domain that is NOT NULL.
  bool refuses_null(const std::string& oid) const;

 private:
  struct Known {
    std::string kind;        ///< typtype, or "a" for an array
    std::string inner;       ///< OID of the base, element or bound
    std::string inner_text;  ///< it, spelled
    std::vector<std::string> labels;
    std::vector<std::string> attributes;  ///< OID and text of one after the other
    std::vector<std::string> checks;
    bool refuses_null = false;
  };

  ValueType domain(const Known& known) const;

  std::map<std::string, Known> known_;
};

}  // namespace provision::postgresql
