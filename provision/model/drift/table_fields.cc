// What fields of tables, their columns, constraints and indexes mean, and those of any kind.
#include "provision/model/drift/fields.h"

namespace provision {
namespace {

using enum ObjectKind;

constexpr Kinds kTables = kinds(table, foreign_table);
constexpr Kinds kViews = kinds(view, materialized_view);
constexpr Kinds kRelations = kTables | kViews | kinds(composite_type);
constexpr Kinds kKeys = kinds(primary_key, unique, exclude);
constexpr Kinds kConstraints = kKeys | kinds(check, foreign_key, not_null);

constexpr Meaning kOtherRule = breaks("writes are held to another rule");
constexpr Meaning kOtherRows = breaks("queries on it give other rows or columns");
constexpr Meaning kOtherConflict = breaks("writes that break it are handled in another way");

constexpr FieldRow kAnywhere[] = {
    {kAnyKind, "comment", shows("readers of the schema are told something else")},
    {kinds(column), "identity comment", shows("readers of the schema are told something else")},
    {kKeys, "index comment", shows("readers of the schema are told something else")},
    {kAnyKind, "owner", risks("another role may change and drop it")},
    {kinds(composite_type), "column order", risks("row values that name no columns mean others")},
    {kAnyKind, "column order",
     shows("only SELECT * and inserts that name no columns give another order")},
    {kAnyKind, "tablespace", risks("it lies on another disk, a faster or a slower one")},
    {kAnyKind, "clustered", shows("only CLUSTER asks for it")},
    {kAnyKind, "statistics target", kOtherPlans},
    {kAnyKind, "statistics targets", kOtherPlans},
};

constexpr FieldRow kRelationFields[] = {
    {kTables, "unlogged", risks("writes are slower"), risks("its rows are lost in a crash")},
    {kinds(view), "options", risks("queries through it have other rights or checks")},
    {kRelations, "options", risks("it is stored or vacuumed in another way, which may be slower")},
    {kRelations, "toast options", risks("long values are vacuumed in another way")},
    {kRelations, "access method", risks("it is stored in another way, which may be slower")},
    {kTables, "partition key", breaks("rows go to other partitions, or are refused")},
    {kTables, "partition bound", breaks("other rows belong in it, and some may have no place")},
    {kTables, "inherits", breaks("queries on its parents give other rows")},
    {kTables, "of type", risks("its columns no longer follow the same type")},
    {kTables, "row security", breaks("its policies hold nobody back"),
     breaks("rows that no policy lets through are hidden, and refused")},
    {kTables, "row security forced", risks("its owner is not held back by its policies"),
     breaks("its owner sees only rows that a policy lets through")},
    {kRelations, "replica identity", risks("updates and deletes may not be replicated")},
    {kRelations | kinds(virtual_table), "definition", kOtherRows},
    {kViews, "columns", kOtherRows},
    {kViews, "not populated", shows("it can be queried here"),
     breaks("queries on it fail until it is refreshed")},
    {kTables | kinds(column), "foreign options", kOtherSource},
    {kTables, "server", kOtherSource},
    {kTables, "strict", risks("values of any type get in"),
     breaks("writes of values of another type fail")},
    {kTables, "without rowid", risks("it is stored in another way, which may be slower"),
     breaks("queries that name its rowid fail")},
    {kinds(virtual_table), "module", kOtherRows},
    {kinds(virtual_table), "arguments", kOtherRows},
};

constexpr FieldRow kColumnFields[] = {
    {kinds(column), "collation", kOtherOrder},
    {kinds(column), "default", breaks("inserts that leave it out give NULL"),
     breaks("inserts that leave it out give another value")},
    {kinds(column), "generated", breaks("nothing computes its values"), breaks("writes to it fail"),
     breaks("its values are computed in another way")},
    {kinds(column), "identity", breaks("inserts that leave it out fail"),
     breaks("inserts that give it a value fail")},
    {kinds(column), "not null", risks("NULL gets in"), breaks("writes of NULL fail"),
     breaks("writes of NULL are handled in another way")},
    {kinds(column), "inherited", shows("it stays where its parent loses it"),
     shows("it goes where its parent loses it")},
    {kinds(column), "storage", kOtherSpeed},
    {kinds(column), "compression", kOtherSpeed},
    {kinds(column), "options", kOtherPlans},
};

constexpr FieldRow kConstraintFields[] = {
    {kConstraints, "not valid", shows("rows from before are known to keep it"),
     risks("rows from before may break it")},
    {kinds(foreign_key), "deferrable", breaks("writes that break it until the commit fail"),
     risks("what breaks it may be told as late as at the commit")},
    {kConstraints, "deferrable", breaks("writes that break it until the commit fail"),
     breaks("ON CONFLICT on it fails")},
    {kinds(primary_key), "autoincrement", risks("numbers of deleted rows are given again"),
     shows("numbers of deleted rows are not given again")},
    {kinds(primary_key), "definition",
     breaks("rows are told apart by other columns, and ON CONFLICT on it fails")},
    {kinds(primary_key), "columns",
     breaks("rows are told apart by other columns, and ON CONFLICT on it fails")},
    {kConstraints, "definition", kOtherRule},
    {kConstraints, "columns", kOtherRule},
    {kConstraints, "on conflict", kOtherConflict},
    {kinds(foreign_key), "references", kOtherRule},
    {kinds(foreign_key), "match", kOtherRule},
    {kinds(foreign_key), "on update", breaks("updates of what it points to do something else")},
    {kinds(foreign_key), "on delete", breaks("deletes of what it points to do something else")},
    {kKeys, "options", kOtherSpeed},
    {kKeys | kinds(index), "invalid", shows("it is whole here"),
     risks("queries do not use it, and what it forbids may be there")},
    {kinds(index), "unique", breaks("duplicates get in, and ON CONFLICT on it fails"),
     breaks("writes of duplicates fail")},
    {kinds(index), "definition", risks("queries that it serves may be slower")},
    {kinds(index), "columns", risks("queries that it serves may be slower")},
    {kinds(index), "where", risks("queries that it serves may be slower")},
    {kinds(statistics), "definition", kOtherPlans},
};

}  // namespace

std::array<std::span<const FieldRow>, 4> table_fields() {
  return {kAnywhere, kRelationFields, kColumnFields, kConstraintFields};
}

}  // namespace provision
