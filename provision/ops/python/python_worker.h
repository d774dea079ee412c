// The project's own Python, kept running: what it is asked, and what it answers.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "provision/base/line_child.h"
#include "provision/base/progress.h"
#include "provision/model/revision.h"
#include "provision/model/revision_graph.h"
#include "provision/ops/python/python_project.h"

namespace provision {

/// A revision that was run.
struct PythonStep {
  std::string revision;
  double milliseconds = 0;
};

/// What a version table held before and after, sorted.
struct PythonHeads {
  std::vector<std::string> before;
  std::vector<std::string> after;
};

/// A database as Alembic sees it.
struct PythonPlace {
  std::vector<std::string> heads;  ///< what the version table says
  bool is_transactional = true;    ///< what a revision that fails has done is taken back
};

/// What autogenerate is to write, or an empty revision.
struct PythonRevision {
  std::string message;
  std::string head;
  bool splice = false;
  bool autogenerate = false;
  std::string label;
  std::string id;
  std::vector<std::string> depends_on;
  std::string version_path = {};  ///< absolute; empty: the project's usual one
};

struct PythonWritten {
  std::vector<std::filesystem::path> files;  ///< none where nothing had to be written
  std::vector<std::string> changes;          ///< "add column users.email"
};

/// Starts when it is first asked something, and again after its death. Throws usage Error, with the
/// line of the project's file, for a project that cannot be loaded or that leads to another
/// database than it was given (nothing was run then); unavailable Error where Python cannot be run.
class PythonWorker {
 public:
  PythonWorker(PythonProject project, Progress& progress);
  ~PythonWorker();
  PythonWorker(const PythonWorker&) = delete;
  PythonWorker& operator=(const PythonWorker&) = delete;

  /// A step that takes longer is killed; by default it may take for ever.
  void set_deadline(std::chrono::milliseconds deadline) { deadline_ = deadline; }
  const PythonProject& project() const { return project_; }
  bool is_running() const { return child_ != nullptr; }

  /// From now on the first of `targets` is what revisions run on; the project's other databases are
  /// those that follow, or empty ones in memory.
  void use(std::vector<PythonTarget> targets);
  bool uses(const DatabaseSpec& spec) const;
  /// Closes the project's connections.
  void release();

  /// Where the first target is, after the proof that the project connects to it.
  PythonPlace probe();
  /// Runs `revisions` in one run of env.py, as `alembic upgrade` does. `done` is called for each
  /// as it comes, before the commit where all share one transaction. Throws refused Error with the
  /// line of the operation that failed, also when Python died or took too long.
  PythonHeads run(const std::vector<const Revision*>& revisions, Direction direction,
                  const std::function<void(const PythonStep&)>& done);

  /// What the revision that failed last has changed all the same, on a database that cannot take
  /// changes of its schema back: "table half".
  const std::vector<std::string>& left_behind() const { return left_; }

  /// Writes a revision file by the project's template.
  PythonWritten write(const PythonRevision& revision);
  PythonWritten merge(const std::vector<std::string>& revisions, const PythonRevision& revision);
  /// Where env.py makes Alembic keep its record; no database is needed.
  VersionTableName version_table();
  /// What the models have and the database has not, and the other way round.
  std::vector<std::string> differences();
  /// The SQL of `revisions`, from a database whose version table says `start`, as Alembic's offline
  /// mode has it.
  std::string offline_sql(const std::vector<std::string>& revisions, Direction direction,
                          const std::vector<std::string>& start);

 private:
  struct Request;
  struct Reply;

  void start();
  void stop();
  Reply ask(const Request& request);
  Reply ask_restarting(const Request& request);
  /// Of what nothing but a new process helps against.
  void ask_or_stop(const Request& request);
  /// Ends Python, for `what` happened while it ran `running`, if anything.
  Error fault(const Revision* running, std::string what);
  Error death(LineChild::End end, const Revision* running);
  /// What Python told of an operation that failed.
  Error trouble(const Reply& reply, const Revision* running);

  PythonProject project_;
  Progress& progress_;
  std::chrono::milliseconds deadline_ = std::chrono::hours(24 * 30);
  std::vector<PythonTarget> targets_;
  std::unique_ptr<LineChild> child_;
  bool is_moved_ = false;  ///< it was started for other targets
  int number_ = 0;
  std::vector<std::string> left_;
};

}  // namespace provision
