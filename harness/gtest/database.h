// For suites of GoogleTest: a fresh, migrated, seeded database for each test, gone after it.
// Nothing of provision but this file is needed to use it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

// Where `environments/` is, or a folder below; CMake says it: the property PROVISION_PROJECT of the
// test program, or else the top folder of its sources.
#ifndef PROVISION_PROJECT
#define PROVISION_PROJECT "."
#endif

namespace provision::testing {

/// Which database a test wants.
struct DatabaseRequest {
  std::filesystem::path project = PROVISION_PROJECT;
  std::string environment = "test";  ///< of kind test or dev
  std::string database = {};         ///< one of its databases; empty: the only one
  std::string to = "heads";          ///< the revision to stop at
  bool seeds = true;
};

/// A database that nobody else has, for as long as this lives. It is taken from the pool of its
/// environment or copied from a template; processes may want as many at once as they like, and what
/// a killed one leaves, the next one removes. The first one makes this process forget its variables
/// PG..., which would lead to other servers. PROVISION_KEEP in the environment, `on-failure` or
/// `always`, leaves those of failed or of all tests there, and says where.
class FreshDatabase {
 public:
  /// Throws std::runtime_error that says what is wrong and what helps.
  explicit FreshDatabase(const DatabaseRequest& request = {});
  ~FreshDatabase();
  FreshDatabase(FreshDatabase&&) noexcept;
  FreshDatabase& operator=(FreshDatabase&&) noexcept;

  /// "postgresql://...", with the password, or "sqlite:////tmp/shop.db".
  const std::string& url() const;
  /// "postgresql" or "sqlite".
  const std::string& engine() const;
  /// What the client library of the engine takes: the URL, or the path of the file.
  const std::string& connection_string() const;
  /// It stays, whatever comes; where is said on standard error.
  void keep();

 private:
  class Taken;
  std::unique_ptr<Taken> taken_;
};

/// The fixture: each of its tests has a database of its own.
class DatabaseTest : public ::testing::Test {
 protected:
  /// Which one; for suites to override.
  virtual DatabaseRequest request() const { return {}; }
  /// Those who override it call it first; a test whose database cannot be had fails and does not
  /// run.
  void SetUp() override;
  /// Those who override it call it last, when they are disconnected.
  void TearDown() override;

  /// Of the test that runs.
  const FreshDatabase& database() const { return *database_; }

 private:
  std::unique_ptr<FreshDatabase> database_;
};

}  // namespace provision::testing
