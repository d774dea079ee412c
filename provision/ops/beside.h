// A database that is made beside the place that it is meant for.
#pragma once

#include <string>

#include "provision/engine/engine.h"

namespace provision {

/// A database that is dropped again unless it was published.
class Beside {
 public:
  Beside(Engine& engine, const DatabaseSpec& spec) : engine_(engine), spec_(engine.beside(spec)) {
    engine_.create(spec_);
  }
  ~Beside();
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;

  const DatabaseSpec& spec() const { return spec_; }
  void publish(const DatabaseSpec& place, const std::string& object_id, bool force) {
    engine_.publish(spec_, place, object_id, force);
    published_ = true;
  }

 private:
  Engine& engine_;
  DatabaseSpec spec_;
  bool published_ = false;
};

}  // namespace provision
