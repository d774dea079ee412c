#include "provision/engine/sqlite/schema_reader.h"

#include <sqlite3.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "provision/base/text.h"
#include "provision/engine/sqlite/database.h"
#include "provision/engine/sqlite/shadow_tables.h"

namespace provision::sqlite {
namespace {

/// What is read in it is of one moment. Inside a transaction it is so anyway.
class ReadTransaction {
 public:
  explicit ReadTransaction(SQLite::Database& connection)
      : connection_(connection), begun_(sqlite3_get_autocommit(connection.getHandle()) != 0) {
    if (begun_) execute(connection_, "BEGIN");
  }
  ~ReadTransaction() {
    if (begun_) sqlite3_exec(connection_.getHandle(), "COMMIT", nullptr, nullptr, nullptr);
  }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

  /// True if all that it reads is committed.
  bool begun() const { return begun_; }

 private:
  SQLite::Database& connection_;
  bool begun_;
};

bool is_table(const SchemaEntry& entry) {
  return entry.kind == RowKind::table || entry.kind == RowKind::virtual_table;
}

}  // namespace

/// What one look at the database found.
struct SqliteSchemaReader::Step {
  std::vector<SchemaObject> before;
  std::vector<const SchemaObject*> after;
  SchemaEntries gone;
  std::vector<SchemaEntry*> stale;

  /// Takes the objects of an entry that is gone, or is to be read again.
  void put_before(SchemaEntry& entry) {
    std::vector<SchemaObject>& objects = entry.content.objects;
    std::move(objects.begin(), objects.end(), std::back_inserter(before));
  }
};

SqliteSchemaReader::SqliteSchemaReader(SQLite::Database& connection, const SchemaScope& scope,
                                       const Guard* guard)
    : connection_(connection), guard_(guard) {
  for (const std::string& table : scope.left_out) {
    const std::string name = lower(table);
    left_out_.insert(name.starts_with("main.") ? name.substr(5) : name);
  }
}

SchemaSnapshot SqliteSchemaReader::snapshot() {
  entries_.clear();
  tables_.clear();
  shadow_tables_.clear();
  schema_version_.clear();
  advance();
  SchemaSnapshot snapshot{.engine = "sqlite", .version = sqlite3_libversion()};
  std::map<std::string, std::int64_t> unknown;
  snapshot.objects.push_back(*database_);
  for (const auto& entry : entries_) {
    const std::vector<SchemaObject>& objects = entry->content.objects;
    snapshot.objects.insert(snapshot.objects.end(), objects.begin(), objects.end());
    if (entry->kind == RowKind::unknown) ++unknown["schema row of type '" + entry->type + "'"];
  }
  std::sort(snapshot.objects.begin(), snapshot.objects.end(),
            [](const SchemaObject& a, const SchemaObject& b) { return a.id < b.id; });
  for (const auto& [what, count] : unknown) snapshot.not_compared.push_back({what, count});
  return snapshot;
}

SchemaChanges SqliteSchemaReader::changes() {
  Step step = advance();
  std::map<ObjectId, ObjectChange> by_id;
  for (SchemaObject& object : step.before) by_id[object.id].before = std::move(object);
  for (const SchemaObject* object : step.after) by_id[object->id].after = *object;
  SchemaChanges changes;
  for (auto& [unused, change] : by_id) {
    if (change.before != change.after) changes.push_back(std::move(change));
  }
  return changes;
}

std::vector<TouchedTable> SqliteSchemaReader::touched() const {
  std::vector<TouchedTable> tables;
  if (guard_ == nullptr) return tables;
  for (const std::string& table : guard_->written()) tables.push_back({table, true});
  for (const std::string& table : guard_->referenced()) {
    if (!guard_->written().contains(table)) tables.push_back({table, false});
  }
  return tables;
}

SqliteSchemaReader::Step SqliteSchemaReader::advance() {
  const ReadTransaction transaction(connection_);
  Step step;
  // user_version and its like change without it.
  SchemaObject database = read_database_object(connection_);
  if (database_) step.before.push_back(*database_);
  const std::string version = read_schema_version(connection_);
  if (version != schema_version_) {
    step.gone = update_entries(connection_, entries_);
    // What a transaction made of the schema may be rolled back, and the version come again.
    schema_version_ = transaction.begun() ? version : std::string();
    register_tables(step);
    mark_dependants(step);
  }
  database_ = std::move(database);
  step.after.push_back(&*database_);
  for (SchemaEntry* entry : step.stale) {
    if (entry->kind == RowKind::table) read_again(*entry);
  }
  for (SchemaEntry* entry : step.stale) {
    if (entry->kind != RowKind::table) read_again(*entry);
    resolve_references(*entry);
    entry->stale = false;
    for (const SchemaObject& object : entry->content.objects) step.after.push_back(&object);
  }
  return step;
}

void SqliteSchemaReader::register_tables(const Step& step) {
  for (const auto& entry : step.gone) {
    if (is_table(*entry)) tables_.erase(entry->name_key);
  }
  for (const auto& entry : entries_) {
    if (entry->stale && is_table(*entry)) tables_[entry->name_key] = entry.get();
  }
}

std::set<std::string> SqliteSchemaReader::changed_shadow_tables(const Step& step) {
  const auto is_virtual = [](const auto& entry) { return entry->kind == RowKind::virtual_table; };
  const bool changed = std::any_of(step.gone.begin(), step.gone.end(), is_virtual) ||
                       std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
                         return entry->stale && is_virtual(entry);
                       });
  std::set<std::string> differing;
  if (!changed) return differing;
  std::set<std::string> now;
  for (const auto& entry : entries_) {
    if (!is_virtual(entry)) continue;
    const SchemaObject table = virtual_table_object(entry->name_key, entry->sql);
    for (std::string& name : shadow_tables(entry->name_key, table.field("module"))) {
      now.insert(std::move(name));
    }
  }
  std::set_symmetric_difference(shadow_tables_.begin(), shadow_tables_.end(), now.begin(),
                                now.end(), std::inserter(differing, differing.begin()));
  shadow_tables_ = std::move(now);
  return differing;
}

/// What is new, and what means something else since a table changed: its indexes, foreign keys that
/// refer to its primary key, and the tables that a virtual one keeps its data in.
void SqliteSchemaReader::mark_dependants(Step& step) {
  std::set<std::string> changed;
  for (const auto& entry : step.gone) {
    step.put_before(*entry);
    if (is_table(*entry)) changed.insert(entry->name_key);
  }
  for (const auto& entry : entries_) {
    if (entry->stale && is_table(*entry)) changed.insert(entry->name_key);
  }
  const std::set<std::string> shadows = changed_shadow_tables(step);
  for (const auto& entry : entries_) {
    const std::vector<ImplicitReference>& references = entry->content.implicit_references;
    const bool dependant =
        (entry->kind == RowKind::index && changed.contains(entry->table_key)) ||
        (!shadows.empty() && shadows.contains(entry->table_key)) ||
        std::any_of(references.begin(), references.end(), [&](const ImplicitReference& reference) {
          return changed.contains(reference.parent);
        });
    if (!entry->stale && !dependant) continue;
    if (!entry->stale) step.put_before(*entry);
    step.stale.push_back(entry.get());
  }
}

void SqliteSchemaReader::read_again(SchemaEntry& entry) const {
  entry.content = {};
  std::vector<SchemaObject>& objects = entry.content.objects;
  if (entry.kind == RowKind::table) {
    entry.content = table_objects(entry.name_key, entry.sql);
  } else if (entry.kind == RowKind::index) {
    const auto table = tables_.find(entry.table_key);
    const TableFacts* facts = table == tables_.end() ? nullptr : &table->second->content.facts;
    objects.push_back(index_object(entry.table_key, entry.name_key, entry.sql, facts));
  } else if (entry.kind == RowKind::view) {
    objects.push_back(view_object(entry.name_key, entry.sql));
  } else if (entry.kind == RowKind::trigger) {
    objects.push_back(trigger_object(entry.table_key, entry.name_key, entry.sql));
  } else if (entry.kind == RowKind::virtual_table) {
    objects.push_back(virtual_table_object(entry.name_key, entry.sql));
  }
  // Others may still refer to it, so that its facts stay.
  if (is_left_out(entry.table_key)) {
    objects.clear();
    entry.content.implicit_references.clear();
  }
}

void SqliteSchemaReader::resolve_references(SchemaEntry& entry) const {
  for (const auto& [object, parent] : entry.content.implicit_references) {
    const auto table = tables_.find(parent);
    if (table == tables_.end()) continue;
    set_field(entry.content.objects.at(object), "references",
              reference(parent, table->second->content.facts.primary_key));
  }
}

bool SqliteSchemaReader::is_left_out(const std::string& table) const {
  return table.starts_with("sqlite_") || table.starts_with(dialect().state_prefix) ||
         left_out_.contains(table) || shadow_tables_.contains(table);
}

bool SqliteSchemaReader::equivalent(const SchemaObject& one, const SchemaObject& other) {
  const bool text = one.id.kind == ObjectKind::view || one.id.kind == ObjectKind::trigger;
  if (!text || one.id.kind != other.id.kind) return false;
  Names names;
  for (const auto& entry : entries_) {
    if (entry->kind == RowKind::view || is_table(*entry)) names.insert(entry->name_key);
    names.insert(entry->content.facts.names.begin(), entry->content.facts.names.end());
  }
  return std::equal(one.fields.begin(), one.fields.end(), other.fields.begin(), other.fields.end(),
                    [&](const Field& a, const Field& b) {
                      return a.name == b.name && same_but_for_quotes(a.value, b.value, names);
                    });
}

std::unique_ptr<SchemaReader> SqliteDatabase::schema_reader(const SchemaScope& scope) {
  return std::make_unique<SqliteSchemaReader>(connection_, scope, &guard_);
}

}  // namespace provision::sqlite
