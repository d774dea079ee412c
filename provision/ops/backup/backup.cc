#include "provision/ops/backup/backup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provision/base/error.h"
#include "provision/base/readable_size.h"
#include "provision/base/text.h"
#include "provision/ops/backup/prove.h"
#include "provision/ops/backup/take.h"

namespace provision {
namespace {

std::int64_t size_of_databases(const Backup& backup) {
  std::int64_t size = 0;
  for (const BackedUpDatabase& database : backup.manifest.databases) size += database.size;
  return size;
}

/// Why a backup was not proven, where nobody asked for it; empty if it was.
std::string note_of(const Backup& backup, const Proof& proof) {
  if (!proof.obstacle.empty()) return "it was not proven: " + proof.obstacle;
  if (!backup.manifest.proven_at.empty()) return "";
  return fmt::format("it was not proven, being larger than {}; `--prove` does that",
                     readable_size(kProvenByDefault));
}

std::vector<std::string> labels(const std::vector<DatabaseSpec>& databases) {
  std::vector<std::string> names;
  for (const DatabaseSpec& spec : databases) names.push_back(spec.label());
  return names;
}

Report told(const Workspace& workspace, const Backup& backup) {
  Report report = workspace.report();
  report.facts.push_back({"id", "", Cell(backup.manifest.id, Tone::name)});
  report.facts.push_back({"folder", "", backup.folder.native()});
  report.facts.push_back(
      {"proven", "", Value(!backup.manifest.proven_at.empty()), Shown::json_only});
  Table table{"databases",
              "",
              {{"database"},
               {"revision"},
               {"tables"},
               {"rows"},
               {"format", "", Shown::verbose},
               {"tool", "", Shown::verbose}}};
  for (const BackedUpDatabase& database : backup.manifest.databases) {
    table.rows.push_back({{database.name, Tone::name},
                          joined(database.revisions, ", "),
                          Value(static_cast<std::int64_t>(database.tables.size())),
                          Value(database.rows()),
                          database.format,
                          database.tool});
  }
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace

Report backup(const Workspace& workspace, const BackupOptions& options) {
  const Stopwatch watch;
  Backup taken =
      take_backup(workspace, workspace.databases,
                  {.message = options.message, .jobs = options.jobs, .pinned = options.pin});
  const auto took = watch.elapsed();
  Proof proof;
  if (options.prove.value_or(size_of_databases(taken) <= kProvenByDefault)) {
    proof = prove(taken, workspace.progress);
  }
  if (options.prove == true && !proof.obstacle.empty()) {
    throw unavailable(
        fmt::format("backup '{}' cannot be proven here: {}", taken.manifest.id, proof.obstacle),
        "it is there, unproven");
  }
  Report report = told(workspace, taken);
  for (const std::string& trouble : proof.troubles) {
    report.findings.push_back(
        {.verdict = "unproven", .subject = taken.manifest.id, .message = trouble});
  }
  const std::string note = note_of(taken, proof);
  if (proof.troubles.empty() && !note.empty() && !options.prove) report.hints.push_back(note);
  report.summary = fmt::format(
      "'{}' {} backed up: {}, in {:.0f} ms{}", joined(labels(workspace.databases), "', '"),
      workspace.databases.size() == 1 ? "is" : "are", readable_size(taken.manifest.size()),
      took.count(),
      taken.manifest.proven_at.empty()
          ? ", not proven"
          : fmt::format(", proven in {:.0f} ms", (watch.elapsed() - took).count()));
  return report;
}

std::string back_up_first(const Workspace& workspace, const std::vector<DatabaseSpec>& databases,
                          const std::string& message) {
  Backup taken = take_backup(workspace, databases, {.message = message});
  Proof proof;
  if (size_of_databases(taken) <= kProvenByDefault) proof = prove(taken, workspace.progress);
  if (!proof.troubles.empty()) {
    throw unavailable(fmt::format("backup '{}' does not hold: {}", taken.manifest.id,
                                  joined(proof.troubles, "; ")),
                      "nothing else was done; without a backup nothing will be");
  }
  workspace.progress.note(fmt::format("'{}' is backed up as '{}'",
                                      joined(labels(databases), "', '"), taken.manifest.id));
  if (const std::string note = note_of(taken, proof); !note.empty()) workspace.progress.note(note);
  return taken.manifest.id;
}

std::string way_back(const Workspace& workspace, const std::vector<std::string>& ids) {
  std::vector<std::string> commands;
  for (const std::string& id : ids) {
    commands.push_back(fmt::format("`provision restore {} -e {}`", id, workspace.environment.name));
  }
  return fmt::format("{} {} back what was there before", joined(commands, " and "),
                     ids.size() == 1 ? "brings" : "bring");
}

std::chrono::seconds parse_age(const std::string& text) {
  struct Unit {
    char letter;
    std::int64_t seconds;
  };
  constexpr std::array kUnits = {Unit{'s', 1}, Unit{'m', 60}, Unit{'h', 3600}, Unit{'d', 86400},
                                 Unit{'w', 604800}};
  const size_t digits = text.find_first_not_of("0123456789");
  if (digits != std::string::npos && digits > 0 && digits < 8 && digits + 1 == text.size()) {
    for (const Unit& unit : kUnits) {
      if (unit.letter == text.back()) {
        return std::chrono::seconds(std::stoll(text.substr(0, digits)) * unit.seconds);
      }
    }
  }
  throw usage_error(fmt::format("'{}' is no age", text), "say 90s, 30m, 12h, 1d or 2w");
}

}  // namespace provision
