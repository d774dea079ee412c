#include "provision/engine/postgresql/dump.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <future>

#include "provision/base/compression.h"
#include "provision/base/descriptor.h"
#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/process.h"
#include "provision/base/text.h"
#include "provision/engine/postgresql/client_programs.h"
#include "provision/engine/postgresql/conninfo.h"
#include "provision/engine/postgresql/database.h"
#include "provision/engine/postgresql/database_script.h"

namespace provision::postgresql {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kArchive = "data.dump.zst";
constexpr std::string_view kFolder = "data";
constexpr std::string_view kSettings = "settings.sql";
constexpr std::string_view kPrivileges = "privileges.sql";
constexpr std::string_view kCustom = "custom";
constexpr std::string_view kDirectory = "directory";
constexpr int kPipeSize = 1 << 20;

/// A program of PostgreSQL on the database of `spec`, whose password nobody sees among its
/// arguments.
Command client(const fs::path& program, const DatabaseSpec& spec, const std::string& application) {
  Command command;
  command.program = program;
  command.arguments = {"--no-password", "--dbname=" + client_conninfo(spec)};
  command.variables["PGAPPNAME"] = application;
  command.variables["LC_MESSAGES"] = "C";
  if (!spec.location.password.empty()) {
    command.variables["PGPASSWORD"] = spec.location.password.reveal();
  }
  command.deadline = std::chrono::hours(24 * 7);
  return command;
}

void show(const Command& command, Progress& progress) {
  progress.detail(command.program.string() + " " + joined(command.arguments, " "));
}

/// Throws what `outcome` says went wrong: the first line that is an error, without who says so.
void must_have_worked(const Outcome& outcome, const std::string& program) {
  if (outcome.exit_code == 0) return;
  std::string said;
  for (const std::string_view line : lines_of(outcome.errors)) {
    const size_t at = line.find("error: ");
    if (at == std::string_view::npos) continue;
    said = line.substr(at + 7);
    break;
  }
  const std::string text(trimmed(outcome.errors));
  if (said.empty()) said = text.empty() ? fmt::format("exit code {}", outcome.exit_code) : text;
  // What the server refuses it says with its own words in front.
  const bool is_refused =
      said.find("ERROR:") != std::string::npos && said.find("lock timeout") == std::string::npos;
  throw Error(is_refused ? ErrorKind::refused : ErrorKind::unavailable,
              fmt::format("{}: {}", program, redacted(printable(said))));
}

Pipe wide_pipe() {
  Pipe pipe = open_pipe();
  ::fcntl(pipe.end.number(), F_SETPIPE_SZ, kPipeSize);
  return pipe;
}

/// The files that `pg_dump --format=directory` made, synced and nobody else's to read.
void keep_private(const fs::path& folder) {
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    fs::permissions(entry.path(), fs::perms::owner_read | fs::perms::owner_write);
    sync_path(entry.path());
  }
  fs::permissions(folder, fs::perms::owner_all);
  sync_path(folder);
}

std::string begin_moment(PostgresqlDatabase& database) {
  database.begin();
  database.execute(
      "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; "
      "SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL row_security = off");
  return database.query("SELECT pg_catalog.pg_export_snapshot()").rows.at(0).at(0).value_or("");
}

/// Those that the server knows to be needed by the database. Of the one that it was set up with it
/// keeps no record.
std::vector<std::string> roles_of(Database& database) {
  const Rows rows = database.query(
      "WITH this AS (SELECT oid FROM pg_catalog.pg_database WHERE datname = "
      "pg_catalog.current_database()) SELECT rolname FROM pg_catalog.pg_roles WHERE oid = 10 OR "
      "oid IN (SELECT s.refobjid FROM pg_catalog.pg_shdepend s, this WHERE s.refclassid = 1260 AND "
      "(s.dbid = this.oid OR (s.classid = 1262 AND s.objid = this.oid)) UNION SELECT c.setrole "
      "FROM pg_catalog.pg_db_role_setting c, this WHERE c.setdatabase = this.oid) ORDER BY 1");
  std::vector<std::string> roles;
  for (const Row& row : rows.rows) roles.push_back(row[0].value_or(""));
  std::erase_if(roles, [](const std::string& role) { return role.starts_with("pg_"); });
  return roles;
}

/// pg_dump as one compressed stream.
void dump_stream(Command command, const fs::path& file, Dump& dump) {
  command.arguments.insert(command.arguments.end(), {"--format=custom", "--compress=0"});
  Pipe pipe = wide_pipe();
  command.output_descriptor = pipe.start.number();
  // When it ends, even for want of room, so does its end of the pipe, and with it pg_dump.
  auto written = std::async(std::launch::async, [&file, &pipe] {
    const Descriptor end = std::move(pipe.end);
    return compress(end.number(), file);
  });
  Outcome outcome;
  try {
    outcome = run(command);
  } catch (const Error&) {
    pipe.start.close();
    written.wait();
    throw;
  }
  pipe.start.close();
  dump.files[std::string(kArchive)] = written.get();
  must_have_worked(outcome, "pg_dump");
}

void dump_folder(Command command, const fs::path& folder, int jobs, int major) {
  command.arguments.insert(
      command.arguments.end(),
      {"--format=directory", fmt::format("--jobs={}", jobs), "--file=" + folder.string(),
       major >= 16 ? "--compress=zstd:3" : "--compress=1"});
  must_have_worked(run(command), "pg_dump");
  keep_private(folder);
}

void run_script(const DatabaseSpec& spec, const fs::path& file, const LoadOptions& options) {
  const std::string script = read_text(file);
  if (script.empty()) return;
  PostgresqlDatabase database(spec, {.application = options.application});
  database.execute(script);
}

void restore_stream(Command command, const fs::path& file) {
  command.arguments.emplace_back("--format=custom");
  Pipe pipe = wide_pipe();
  command.input_descriptor = pipe.end.number();
  auto passed = std::async(std::launch::async, [&file, &pipe] {
    const Descriptor start = std::move(pipe.start);
    decompress(file, start.number());
  });
  Outcome outcome;
  try {
    outcome = run(command);
  } catch (const Error&) {
    pipe.end.close();
    passed.wait();
    throw;
  }
  pipe.end.close();
  passed.get();  // a damaged file is why pg_restore failed
  must_have_worked(outcome, "pg_restore");
}

}  // namespace

Dump dump_database(const DatabaseSpec& spec, const fs::path& folder, const DumpOptions& options,
                   const std::function<void(Database&)>& inspect, Progress& progress) {
  PostgresqlDatabase database(spec, {.access = Access::read, .application = options.application});
  const int major = database.version() / 10000;
  const ClientPrograms programs = client_programs(client_folders(), major);
  Command command = client(programs.folder / "pg_dump", spec, options.application);
  command.arguments.push_back("--snapshot=" + begin_moment(database));
  command.arguments.push_back(fmt::format("--lock-wait-timeout={}", options.lock_timeout.count()));
  Dump dump{.format = std::string(options.jobs > 1 ? kDirectory : kCustom),
            .tool = "pg_dump " + programs.version,
            .facts = database.facts(true)};
  show(command, progress);
  auto dumped = std::async(std::launch::async, [&] {
    if (options.jobs > 1) {
      dump_folder(command, folder / kFolder, options.jobs, std::atoi(programs.version.c_str()));
    } else {
      dump_stream(command, folder / kArchive, dump);
    }
  });
  write_file(folder / kSettings, settings_script(database), true);
  write_file(folder / kPrivileges, privileges_script(database), true);
  const Row row = database
                      .query(
                          "SELECT pg_catalog.pg_encoding_to_char(encoding), CASE WHEN "
                          "datcollate = datctype THEN datcollate END FROM "
                          "pg_catalog.pg_database WHERE datname = pg_catalog.current_database()")
                      .rows.at(0);
  const std::vector<std::string> roles = roles_of(database);
  inspect(database);
  dumped.get();
  dump.roles = roles;
  dump.encoding = row[0].value_or("");
  dump.locale = row[1].value_or("");
  return dump;
}

void load_database(const DatabaseSpec& spec, const fs::path& folder, const Dump& dump,
                   const LoadOptions& options, Progress& progress) {
  int major = std::atoi(dump.tool.substr(dump.tool.find(' ') + 1).c_str());
  {
    PostgresqlDatabase database(spec, {.application = options.application});
    major = std::max(major, database.version() / 10000);
  }
  const ClientPrograms programs = client_programs(client_folders(), major);
  run_script(spec, folder / kSettings, options);
  Command command = client(programs.folder / "pg_restore", spec, options.application);
  command.arguments.emplace_back("--exit-on-error");
  // Who reads it later waits for what was written before.
  command.variables["PGOPTIONS"] = "-c synchronous_commit=off";
  if (options.without_roles) {
    command.arguments.insert(command.arguments.end(), {"--no-owner", "--no-privileges"});
  }
  show(command, progress);
  if (dump.format == kDirectory) {
    command.arguments.insert(command.arguments.end(),
                             {fmt::format("--jobs={}", options.jobs), (folder / kFolder).string()});
    must_have_worked(run(command), "pg_restore");
  } else {
    restore_stream(command, folder / kArchive);
  }
  if (!options.without_roles) run_script(spec, folder / kPrivileges, options);
}

}  // namespace provision::postgresql
