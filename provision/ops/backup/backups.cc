#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/readable_size.h"
#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/ops/backup/backup.h"
#include "provision/ops/backup/prove.h"
#include "provision/ops/backup/prune.h"

namespace provision {
namespace {

Finding finding(const std::string& verdict, const std::string& id, const std::string& message) {
  return {.verdict = verdict, .subject = "backup " + id, .message = message};
}

void verify(std::vector<Backup>& backups, bool prove_too, Progress& progress, Report& report) {
  for (Backup& backup : backups) {
    const std::string& id = backup.manifest.id;
    std::vector<std::string> found;
    if (prove_too) {
      const Proof proof = prove(backup, progress);
      found = proof.troubles;
      if (!proof.obstacle.empty()) {
        report.findings.push_back(finding("unproven", id, proof.obstacle));
      }
    } else {
      progress.step(fmt::format("verify backup '{}'", id));
      const Stopwatch watch;
      for (const BackedUpDatabase& database : backup.manifest.databases) {
        const std::vector<std::string> more = damages(backup, database);
        found.insert(found.end(), more.begin(), more.end());
      }
      progress.done(watch.elapsed());
    }
    for (const std::string& trouble : found) {
      report.findings.push_back(finding("damaged", id, trouble));
    }
  }
}

std::vector<Cell> row_of(const Backup& backup) {
  const BackupManifest& manifest = backup.manifest;
  const bool is_proven = !manifest.proven_at.empty();
  std::vector<std::string> names;
  std::vector<std::string> revisions;
  std::int64_t rows = 0;
  for (const BackedUpDatabase& database : manifest.databases) {
    names.push_back(database.name);
    rows += database.rows();
    for (const std::string& id : database.revisions) revisions.push_back(id);
  }
  return {{manifest.id, Tone::name},
          manifest.taken_at,
          manifest.environment,
          joined(names, ", "),
          readable_size(manifest.size()),
          Value(manifest.size()),
          Value(rows),
          joined(revisions, ", "),
          is_proven ? Value(manifest.proven_at) : Value(),
          is_proven ? Cell("yes", Tone::good) : Cell("no", Tone::warning),
          manifest.pinned ? "yes" : "",
          manifest.message,
          manifest.taken_by,
          backup.folder.native()};
}

Table table_of(const std::vector<Backup>& backups) {
  Table table{"backups",
              "",
              {{"id"},
               {"taken_at", "taken"},
               {"environment"},
               {"databases", "", Shown::verbose},
               {"size"},
               {"bytes", "", Shown::json_only},
               {"rows", "", Shown::verbose},
               {"revision"},
               {"proven_at", "", Shown::json_only},
               {"proven"},
               {"pinned"},
               {"message"},
               {"taken_by", "by", Shown::verbose},
               {"folder", "", Shown::json_only}},
              {},
              "there is no backup"};
  for (const Backup& backup : backups) table.rows.push_back(row_of(backup));
  return table;
}

void check_age(const Workspace& workspace, const std::vector<Backup>& backups,
               const BackupsOptions& options, Report& report) {
  const std::string since = utc_before(options.max_age);
  for (const DatabaseSpec& spec : workspace.databases) {
    const BackupManifest* newest = nullptr;
    for (const Backup& backup : backups) {
      const BackupManifest& manifest = backup.manifest;
      if (manifest.environment != spec.environment || manifest.proven_at.empty()) continue;
      if (manifest.find(spec.name) == nullptr) continue;
      newest = &manifest;
      break;
    }
    if (newest == nullptr) {
      report.findings.push_back(
          {.verdict = "missing", .subject = spec.label(), .message = "it has no proven backup"});
    } else if (newest->taken_at < since) {
      report.findings.push_back({.verdict = "old",
                                 .subject = spec.label(),
                                 .message = fmt::format("its newest proven backup, '{}', is of {}",
                                                        newest->id, newest->taken_at)});
    }
  }
}

void prune(const Workspace& workspace, std::vector<Backup>& backups, const BackupsOptions& options,
           Report& report) {
  const BackupRules& rules = workspace.environment.backup;
  const std::vector<Backup> going =
      superfluous(backups, workspace.environment.name, rules,
                  utc_before(std::chrono::hours(24) * rules.keep_days));
  std::int64_t bytes = 0;
  std::int64_t count = 0;
  std::vector<std::string> gone;
  for (const Backup& backup : going) {
    if (!options.dry_run && !remove_backup(backup)) {
      workspace.progress.note(fmt::format("backup '{}' is in use and stays", backup.manifest.id));
      continue;
    }
    bytes += backup.manifest.size();
    ++count;
    gone.push_back(backup.manifest.id);
    if (options.dry_run) continue;
    std::erase_if(backups, [&](const Backup& one) { return one.folder == backup.folder; });
  }
  report.facts.push_back({options.dry_run ? "would_remove" : "removed", "", Value(gone)});
  report.summary =
      fmt::format("{} {}, {}", counted(count, "backup"),
                  options.dry_run ? "would be removed" : "removed", readable_size(bytes));
}

void set_pinned(const Workspace& workspace, const std::string& word, bool is_pinned) {
  if (word.empty()) return;
  Backup backup = BackupStore(workspace.environment.backup.directory)
                      .find(word, workspace.environment.name, workspace.environment.project);
  if (backup.manifest.pinned == is_pinned) return;
  backup.manifest.pinned = is_pinned;
  rewrite_manifest(backup);
}

}  // namespace

Report backups(const Workspace& workspace, const BackupsOptions& options) {
  const BackupStore store(workspace.environment.backup.directory);
  Report report = workspace.report();
  set_pinned(workspace, options.pin, true);
  set_pinned(workspace, options.unpin, false);
  std::vector<Backup> found = store.backups();
  if (options.verify || options.prove) verify(found, options.prove, workspace.progress, report);
  for (const BrokenBackup& broken : store.broken()) {
    report.findings.push_back(finding("damaged", broken.id, broken.trouble));
  }
  if (options.prune) prune(workspace, found, options, report);
  if (options.check) check_age(workspace, found, options, report);
  report.tables.push_back(table_of(found));
  return report;
}

}  // namespace provision
