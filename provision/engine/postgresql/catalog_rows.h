// Rows of the catalog put together to objects.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "provision/engine/postgresql/catalog.h"
#include "provision/engine/postgresql/connection.h"
#include "provision/model/schema.h"

namespace provision::postgresql {

/// A row of a catalog.
struct Address {
  Oid catalog = 0;
  Oid oid = 0;

  friend auto operator<=>(const Address&, const Address&) = default;
};

struct HashOfAddress {
  size_t operator()(const Address& address) const {
    return (size_t{address.catalog} << 32U) ^ address.oid;
  }
};

/// What is read, and read again, together: a table with all its parts, a function.
struct Unit {
  std::vector<SchemaObject> objects;   ///< sorted by id
  std::map<int, std::string> columns;  ///< their names, also of those that it inherits
  std::vector<Oid> sequences;          ///< that its columns own
  std::uint64_t sources = 0;           ///< a bit for each of `catalog_queries` that it has rows of
};
/// The table, the type, the function: the object that the parts of a unit belong to.
const SchemaObject* whole(const Unit& unit);
using Units = std::unordered_map<Address, Unit, HashOfAddress>;

/// What of the catalog is nobody's own: members of extensions, and tables of bookkeeping.
struct LeftOut {
  std::set<Address> members = {};
  std::set<std::string, std::less<>> tables = {};  ///< "schema.name" or "name"
};

/// Takes the rows of several queries, then gives the units that they make.
class CatalogRows {
 public:
  explicit CatalogRows(const LeftOut& left_out) : left_out_(left_out) {}

  /// A statement, and what becomes of its rows: objects of `query`, or else something for `use`.
  struct Step {
    std::string sql;
    const CatalogQuery* query = nullptr;
    bool is_locked = false;  ///< as in QueryPart
    RowReader use = nullptr;
  };
  /// Runs `steps` in one message.
  void read(Connection& connection, const std::vector<Step>& steps);
  /// Runs `sql`, which is `query` rendered, and takes its rows.
  void read(Connection& connection, const CatalogQuery& query, std::string_view sql);
  /// The same for several queries and the SQL of each, in one message that ends with `last_words`.
  void read(Connection& connection,
            const std::vector<std::pair<const CatalogQuery*, std::string>>& queries,
            const std::vector<std::string>& last_words);
  Units finished();

 private:
  struct Columns;
  /// An object, and what it takes to say whether its name was made up.
  struct Part {
    SchemaObject object;
    std::string stem;
    std::string stem_parts;
    std::string stem_table;
    std::string sequence;
  };

  struct Parts {
    std::vector<Part> parts;
    std::map<int, std::string> columns;
    std::vector<Oid> sequences;
    std::uint64_t sources = 0;
    bool is_ordered = false;

    Unit unit();

   private:
    bool is_made_up(const Part& part) const;
    void settle_sequences();
    void set_column_order();
  };

  void add(const CatalogQuery& query, const Columns& columns, const RowView& row,
           bool is_locked = false);
  bool is_left_out(const Address& unit, const Columns& columns, const RowView& row) const;

  const LeftOut& left_out_;
  std::unordered_map<Address, Parts, HashOfAddress> parts_;
};

SchemaChanges changes_between(const Units& before, const Units& after);

/// Puts the units of `read` in the place of those of `known` that have one of `addresses`, and says
/// what that changes. An address that was not read is gone.
SchemaChanges replace(Units& known, const std::set<Address>& addresses, Units read);

/// True if `name` is what the server makes up from the names of a table and of columns: cut to 63
/// bytes, with a number at its end where that was taken.
bool is_made_up(std::string_view name, std::string_view table, std::string_view columns,
                std::string_view label);

/// Adds a field for each role that has other privileges by `acl` than by `usual`, both the elements
/// of an aclitem[] with a space between them.
void add_privileges(std::vector<Field>& fields, std::string_view acl, std::string_view usual,
                    std::string_view suffix);

}  // namespace provision::postgresql
