// An engine: how databases of one kind come, go and are connected to.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "provision/base/digest.h"
#include "provision/base/progress.h"
#include "provision/engine/database.h"
#include "provision/model/environment.h"
#include "provision/model/report.h"

namespace provision {

class ManagedServers;

/// What a session is for; `read` never changes anything, not even by opening.
enum class Access { read, write };

/// How to connect: the session's name in the server's own lists, and what it is for.
struct ConnectOptions {
  Access access = Access::write;
  std::string application = "provision";  ///< shown to those who wait for us
  /// How long to wait for what another program has locked.
  std::chrono::milliseconds lock_timeout = std::chrono::seconds(5);
  /// A database that is being built and that nobody else knows: no durability until `publish`.
  bool scratch = false;
};

struct DumpOptions {
  int jobs = 1;  ///< tables that are written at once, where the engine can
  std::string application = "provision";
  std::chrono::milliseconds lock_timeout = std::chrono::seconds(60);
};

/// What was written of a database, for `load` to read again.
struct Dump {
  std::string format;    ///< "custom", "directory", "file"
  std::string tool;      ///< that wrote it: "pg_dump 15.18"
  ServerFacts facts;     ///< of what was dumped
  std::string encoding;  ///< of the database, where the engine lets one choose
  std::string locale;    ///< likewise; empty where it is not the same for all purposes
  std::vector<std::string> roles = {};  ///< that own something in it, or may use it
  /// Whose SHA-256 came out of the writing, by path below the folder. There may be others.
  std::map<std::string, FileDigest> files = {};
};

struct LoadOptions {
  int jobs = 1;
  /// Owners and privileges as those of who connects: the roles of the dump are not there.
  bool without_roles = false;
  /// Also looks for what the database itself would only notice when it comes to it.
  bool is_proof = false;
  std::string application = "provision";
};

/// The object id of what stands in the place of a database and cannot be read as one.
inline constexpr std::string_view kDamaged = "damaged";

/// A database that provision made under a name of its own, seen without opening it.
struct KeptDatabase {
  std::string name;
  std::string object_id;
  bool is_sealed = false;    ///< nothing has touched it since `seal`
  std::string made_at = {};  ///< "2026-11-21T10:20:55Z", where it is known
  std::int64_t size = 0;     ///< bytes, where they were asked for
  bool is_in_use = false;    ///< somebody is connected
};

class Engine {
 public:
  virtual ~Engine() = default;

  virtual std::string_view name() const = 0;
  virtual const Dialect& dialect() const = 0;
  /// True if the database of `spec` exists. Throws unavailable Error when that cannot be learnt.
  virtual bool exists(const DatabaseSpec& spec) = 0;
  /// Makes an empty database with the encoding, locale, owner, extensions and settings of `spec`.
  /// Throws refused Error when it exists.
  virtual void create(const DatabaseSpec& spec) = 0;
  /// Removes the database of `spec`, after making sure that it is the one whose `object_id` the
  /// caller inspected: renamed, checked, dropped. `force` ends sessions that are in the way, which
  /// are otherwise named in an unavailable Error.
  virtual void drop(const DatabaseSpec& spec, std::string_view object_id, bool force) = 0;
  /// A database beside the one of `spec`, named after it, for `publish` to put in its place.
  virtual DatabaseSpec beside(const DatabaseSpec& spec) = 0;
  /// Puts `built`, which may be sealed, in the place of the database of `spec`. The old one, if
  /// there is one, must be `object_id` (or `kDamaged`); it is under the name of `built` then, if
  /// anywhere, for the caller to remove.
  virtual void publish(const DatabaseSpec& built, const DatabaseSpec& spec,
                       std::string_view object_id, bool force) = 0;
  /// Makes the database of `to`, with its owner and settings, as a copy of the one of `from`, to
  /// which nobody may be connected.
  virtual void copy(const DatabaseSpec& from, const DatabaseSpec& to) = 0;
  /// Writes all of the database of `spec` into `folder`, which is empty, as of one moment;
  /// `inspect` gets a session that sees that moment, may only read, and ends with the call.
  virtual Dump dump(const DatabaseSpec& spec, const std::filesystem::path& folder,
                    const DumpOptions& options, const std::function<void(Database&)>& inspect) = 0;
  /// Fills the database of `spec`, which `create` made and nobody else knows, with the dump in
  /// `folder`. Throws Error that says what of it cannot be read, or is refused.
  virtual void load(const DatabaseSpec& spec, const std::filesystem::path& folder, const Dump& dump,
                    const LoadOptions& options) = 0;

  /// What decides how a database comes out beside its spec and scripts: the versions of the engine,
  /// and on a server its settings, its roles and who we are to it; `with_extensions`, also what
  /// extensions there are to be made.
  virtual std::string surroundings(const DatabaseSpec& spec, bool with_extensions) = 0;
  /// Gives the complete database of `built` the place of `spec`, closed to all and marked, so that
  /// any later change shows. False, and nothing done, if `copy` would lose something of it.
  virtual bool seal(const DatabaseSpec& built, const DatabaseSpec& spec) = 0;
  /// The databases beside that of `spec` whose names begin with `prefix`, sorted by name.
  virtual std::vector<KeptDatabase> kept(const DatabaseSpec& spec, std::string_view prefix,
                                         bool with_size = false) = 0;
  /// The names of what revisions can make that does not live in one database and survives it:
  /// roles.
  virtual std::set<std::string> roles(const DatabaseSpec& spec) = 0;
  /// Drops roles of the server of `spec`; those that something still needs stay.
  virtual void drop_roles(const DatabaseSpec& spec, const std::set<std::string>& names) = 0;
  virtual std::unique_ptr<Database> connect(const DatabaseSpec& spec,
                                            const ConnectOptions& options) = 0;
  /// The statements of `script`. Throws usage Error (with its line within the script)
  /// for text that revisions may not have: BEGIN and COMMIT, COPY FROM STDIN, client commands. In a
  /// foreign script the first two are marked, and the client's commands passed over that change
  /// nothing.
  virtual std::vector<Statement> split(std::string_view script, Origin origin = Origin::own) = 0;
  /// The command that opens the engine's own client on `spec`, for `provision shell`.
  virtual std::vector<std::string> client_command(const DatabaseSpec& spec) = 0;
  /// What `provision doctor` says of this engine: a row for each check.
  virtual std::vector<Fact> diagnose() = 0;
  /// `spec` with what the engine fills in itself: a managed server started, its socket as host.
  virtual DatabaseSpec located(const DatabaseSpec& spec) = 0;
  /// Gives up what was only kept to be faster the next time, before a long rest.
  virtual void rest() {}
  /// Ends what `located` started for `spec` and that nobody else uses, and waits for its end.
  virtual void release(const DatabaseSpec& spec) = 0;
  /// The servers that the engine runs itself; null if it has none.
  virtual ManagedServers* servers() { return nullptr; }
};

}  // namespace provision
