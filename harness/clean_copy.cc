#include "harness/clean_copy.h"

#include "provision/base/error.h"

namespace harness {

using provision::Revision;
using provision::Script;

void CleanCopy::begin(const std::string& setup, const std::string& setup_file) {
  clean_ = scratch_.create();
  if (!setup.empty()) {
    setup_ = {.id = "setup", .place = {setup_file, 0}, .up = {{.text = setup}}};
    const auto database = scratch_.connect(*clean_);
    runner_.run(*clean_, *database, setup_, setup_.up.front(), [] {});
  }
  roles_ = scratch_.roles();
}

provision::DatabaseSpec CleanCopy::with(const std::vector<const Revision*>& revisions) {
  if (upgraded_ < revisions.size()) {
    scratch_.drop_roles_but(roles_);
    const auto database = scratch_.connect(*clean_);
    Filler filler(*database, fill_);
    for (; upgraded_ < revisions.size(); ++upgraded_) {
      const Revision& revision = *revisions[upgraded_];
      if (fill_.rows > 0) {
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
