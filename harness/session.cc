#include "harness/session.h"

#include <utility>

namespace harness {

Session::Session(provision::Scratch& scratch, const provision::DatabaseSpec& spec,
                 const provision::SchemaScope& scope, const FillOptions& fill)
    : spec_(spec),
      fill_(fill),
      database_(scratch.connect(spec)),
      reader_(database_->schema_reader(scope)),
      filler_(*database_, fill),
      rows_(*database_, fill.left_out, fill.rows > 0),
      begin_(reader_->snapshot()) {
  for (const provision::SchemaObject& object : begin_.objects) fingerprint_.add(object);
  rows_.read();
}

std::vector<UnfilledTable> Session::fill() {
  if (fill_.rows == 0) return {};
  provision::Transaction transaction(*database_);
  FillReport report = is_all_touched_ ? filler_.fill() : filler_.fill(touched_);
  rows_.read(report.tables);
  transaction.commit();
  is_all_touched_ = false;
  touched_.clear();
  return std::move(report.unfilled);
}

Changes Session::look(bool in_transaction) {
  Changes changes{.schema = reader_->changes()};
  fingerprint_.apply(changes.schema);
  if (in_transaction) {
    changes.rows = rows_.read_touched(reader_->touched(), changes.schema);
    for (const auto& [id, unused] : changes.rows) touched_.insert(id);
    touched_.merge(changed_tables(changes.schema));
  } else {
    changes.rows = rows_.read();
    is_all_touched_ = true;
  }
  return changes;
}

void Session::pass(bool in_transaction) {
  // Whoever makes rows must know what has changed.
  if (fill_.rows > 0) {
    look(in_transaction);
  } else {
    is_behind_ = true;
  }
}

void Session::catch_up() {
  if (std::exchange(is_behind_, false)) look(false);
}

}  // namespace harness
