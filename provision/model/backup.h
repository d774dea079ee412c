// What a backup says of itself: its manifest, as values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace provision {

struct BackedUpFile {
  std::string path;  ///< below the folder of the backup
  std::int64_t size = 0;
  std::string sha256;
};

struct BackedUpTable {
  std::string schema;  ///< empty where the engine has none
  std::string name;
  std::int64_t rows = 0;
};

struct BackedUpDatabase {
  std::string name;  ///< in its environment; also of its folder in the backup
  std::string engine;
  std::string database;   ///< as the server calls it, or the file
  std::string server;     ///< "PostgreSQL 15.18"
  std::string address;    ///< of the server, or the file
  std::string object_id;  ///< what a rename does not change
  std::string uuid;       ///< of its identity; empty where it has none
  std::string encoding;
  std::string locale;
  std::vector<std::string> roles = {};  ///< that own something in it, or may use it
  std::string format;                   ///< of the dump: "custom", "directory", "file"
  std::string tool;                     ///< that wrote it: "pg_dump 15.18"
  std::int64_t size = 0;
  std::vector<std::string> revisions = {};  ///< that it was at
  std::string fingerprint;                  ///< of its schema
  std::vector<BackedUpTable> tables = {};
  std::vector<BackedUpFile> files = {};

  std::int64_t rows() const;
};

struct BackupManifest {
  std::string id;
  std::string environment;
  std::string kind;
  std::string message;
  std::string taken_at;  ///< "2026-11-21T10:20:55Z"
  std::string taken_by;
  std::string program;  ///< the version of provision
  bool pinned = false;
  std::string proven_at;  ///< when it was restored and compared; empty: never
  std::vector<BackedUpDatabase> databases = {};

  /// Bytes of all its files.
  std::int64_t size() const;
  const BackedUpDatabase* find(std::string_view database) const;
};

}  // namespace provision
