#include "harness/clean_copy.h"

#include "provision/base/error.h"

namespace harness {

using provision::Revision;
using provision::Script;

void CleanCopy::begin(const std::string& setup, const std::string& setup_file) {
  first_roles_ = scratch_.roles();
  if (!setup.empty()) {
    setup_ = {.id = "setup", .place = {setup_file, 0}, .up = {{.text = setup}}};
  }
  make();
}

void CleanCopy::make() {
  clean_ = scratch_.create();
  upgraded_ = 0;
  if (!setup_.up.empty()) {
    const auto database = scratch_.connect(*clean_);
    runner_.run(*clean_, *database, setup_, setup_.up.front(), [] {});
  }
  roles_ = scratch_.roles();
}

void CleanCopy::make_again(size_t without_rows) {
  scratch_.drop(*clean_);
  scratch_.drop_roles_but(first_roles_);
  without_rows_ = without_rows;
  make();
}

std::optional<provision::DatabaseSpec> CleanCopy::without_rows(
    const std::vector<const Revision*>& revisions) {
  const size_t before = without_rows_;
  make_again(revisions.size() + 1);
  try {
    return with(revisions);
  } catch (const provision::Error& error) {
    if (error.kind() != provision::ErrorKind::refused) throw;
    make_again(before);
    return std::nullopt;
  }
}

provision::DatabaseSpec CleanCopy::with(const std::vector<const Revision*>& revisions) {
  if (upgraded_ < revisions.size()) {
    scratch_.drop_roles_but(roles_);
    const auto database = scratch_.connect(*clean_);
    Filler filler(*database, fill_);
    for (; upgraded_ < revisions.size(); ++upgraded_) {
      const Revision& revision = *revisions[upgraded_];
      if (fill_.rows > 0 && upgraded_ >= without_rows_) {
        provision::Transaction transaction(*database);
        filler.fill();
        transaction.commit();
      }
      runner_.run(*clean_, *database, revision,
                  *revision.script(provision::Direction::up, scratch_.engine().name()), [] {});
    }
    roles_ = scratch_.roles();
  }
  runner_.release();
  return scratch_.copy_of(*clean_);
}

}  // namespace harness
