// Verification: a report on every revision of a history.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/selection.h"
#include "harness/walk.h"

namespace harness {

/// A history, and what it is verified with.
struct Subject {
  std::string database;  ///< its label, where several are verified
  provision::RevisionGraph graph;
  std::filesystem::path migrations;
  std::filesystem::path project;  ///< what the places of `graph` are relative to
  WalkOptions walk;
};

struct Shard {
  size_t number = 1;  ///< from 1
  size_t count = 1;
};

enum class LockUse {
  read,   ///< what it proves is skipped; it is kept up to date where it exists
  write,  ///< the same, and it is made where there is none
  ignore,
};

struct VerifyOptions {
  SelectionOptions selection;
  size_t jobs = 0;  ///< workers; 0: as many as there is work and a processor for
  Shard shard;
  LockUse lock = LockUse::read;
};

/// A check for every revision and a finding for everything that is wrong with one.
provision::Report verify(const std::vector<Subject>& subjects, const VerifyOptions& options,
                         provision::Progress& progress);

}  // namespace harness
