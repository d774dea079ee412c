// The library's only voice: what is being done, told to whoever asked for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace provision {

/// Told what is going on; decides itself what of it a person sees. The library never prints.
class Progress {
 public:
  virtual ~Progress() = default;

  /// About to do `what` ("upgrade 20260103 add email").
  virtual void step(std::string_view what) = 0;
  /// The last step is done; said only after the fact.
  virtual void done(std::chrono::duration<double, std::milli> took) = 0;
  /// Something a person must know now: waiting for a lock, a connection that is retried.
  virtual void note(std::string_view text) = 0;
  /// SQL and command lines, for --verbose.
  virtual void detail(std::string_view text) = 0;
};

/// Says nothing.
class Silent final : public Progress {
 public:
  void step(std::string_view) override {}
  void done(std::chrono::duration<double, std::milli>) override {}
  void note(std::string_view) override {}
  void detail(std::string_view) override {}
};

/// Milliseconds since it was made.
class Stopwatch {
 public:
  std::chrono::duration<double, std::milli> elapsed() const {
    return std::chrono::steady_clock::now() - start_;
  }
  std::int64_t milliseconds() const { return static_cast<std::int64_t>(elapsed().count()); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace provision
