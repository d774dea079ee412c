#include "provision/ops/python/python_worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/secret.h"
#include "provision/base/text.h"
#include "provision/ops/python/interpreter.h"
#include "provision/ops/python/worker_script.h"

namespace provision {
namespace {

using nlohmann::json;

// Reads the script that precedes the requests: nobody else on the machine sees it as an argument.
constexpr const char* kLoader =
    "import os\n"
    "f = os.fdopen(os.dup(0), 'rb', 0)\n"
    "n = int(f.readline())\n"
    "s = b''\n"
    "while len(s) < n:\n"
    "    s += f.read(n - len(s))\n"
    "f.close()\n"
    "exec(compile(s, '<provision worker>', 'exec'))\n";

// A large application may load for long on a slow disk.
constexpr std::chrono::minutes kStartDeadline{3};

json json_of(const PythonTarget& target) {
  const Location& location = target.spec.location;
  return {{"engine", target.spec.engine},           {"bind", target.bind},
          {"path", location.path.string()},         {"conninfo", target.conninfo},
          {"password", location.password.reveal()}, {"database", location.database},
          {"object_id", target.object_id},          {"nonce", target.nonce}};
}

json json_of(const std::vector<PythonTarget>& targets) {
  json all = json::array();
  for (const PythonTarget& target : targets) all.push_back(json_of(target));
  return all;
}

ErrorKind kind_of(const std::string& kind) {
  if (kind == "step") return ErrorKind::refused;
  if (kind == "unavailable") return ErrorKind::unavailable;
  return ErrorKind::usage;
}

/// The last lines of what was printed, none of which can harm a terminal.
std::string last_lines(const std::string& printed) {
  constexpr size_t kCount = 20;
  const std::vector<std::string_view> lines = lines_of(trimmed(printed));
  std::string text;
  for (size_t i = lines.size() > kCount ? lines.size() - kCount : 0; i < lines.size(); ++i) {
    text += "\n  " + printable(lines[i]);
  }
  return redacted(text);
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

struct PythonWorker::Request {
  std::string op;
  json values = json::object();
  std::function<void(const PythonStep&)> done = {};
  const Revision* first = nullptr;  ///< of the revisions that it runs
  std::map<std::string, const Revision*> revisions = {};
};

struct PythonWorker::Reply {
  json result;
};

PythonWorker::PythonWorker(PythonProject project, Progress& progress)
    : project_(std::move(project)), progress_(progress) {}

PythonWorker::~PythonWorker() = default;

void PythonWorker::use(std::vector<PythonTarget> targets) {
  targets_ = std::move(targets);
  if (!child_) return;
  is_moved_ = true;
  ask_or_stop(
      {.op = "use", .values = {{"targets", json_of(targets_)}, {"variables", project_.variables}}});
}

bool PythonWorker::uses(const DatabaseSpec& spec) const {
  if (targets_.empty()) return false;
  const Location& known = targets_.front().spec.location;
  return known.database == spec.location.database && known.path == spec.location.path;
}

void PythonWorker::release() {
  if (child_ && !child_->exit_code()) ask_or_stop({.op = "release"});
}

void PythonWorker::ask_or_stop(const Request& request) {
  try {
    ask(request);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated) throw;
    stop();  // what a revision left in it is in the way; the next one begins anew
  }
}

void PythonWorker::stop() { child_.reset(); }

void PythonWorker::start() {
  const auto python = find_interpreter(project_.python, project_.folder, project_.root);
  progress_.detail(fmt::format("{} runs the revisions", python.string()));
  child_ = std::make_unique<LineChild>(Command{
      .program = python,
      .arguments = {"-u", "-c", kLoader},
      .variables = {{"PYTHONUNBUFFERED", "1"}, {"PYTHONHASHSEED", "0"}, {"PGAPPNAME", "provision"}},
      .folder = project_.root});
  child_->send(fmt::format("{}\n{}", kWorkerScript.size(), kWorkerScript));
  is_moved_ = false;
  const auto deadline = std::exchange(deadline_, kStartDeadline);
  try {
    ask({.op = "hello",
         .values = {{"project",
                     {{"folder", project_.folder.string()},
                      {"root", project_.root.string()},
                      {"config", project_.config.string()},
                      {"section", project_.section},
                      {"is_flask", project_.is_flask},
                      {"app", project_.app},
                      {"arguments", project_.arguments},
                      {"tag", project_.tag}}},
                    {"targets", json_of(targets_)},
                    {"variables", project_.variables}}});
  } catch (const Error&) {
    deadline_ = deadline;
    stop();
    throw;
  }
  deadline_ = deadline;
}

Error PythonWorker::fault(const Revision* running, std::string what) {
  if (const std::string said = last_lines(child_->take_printed()); !said.empty()) {
    what += "; it last printed:" + said;
  }
  stop();
  const ErrorKind kind = running != nullptr ? ErrorKind::refused : ErrorKind::unavailable;
  const Error error(kind, what);
  return running != nullptr ? error.at(running->place) : error;
}

Error PythonWorker::death(LineChild::End end, const Revision* running) {
  std::string what;
  switch (end) {
    case LineChild::End::overdue:
      what = fmt::format("Python did not answer within {:g} s, so it was killed",
                         std::chrono::duration<double>(deadline_).count());
      break;
    case LineChild::End::too_long:
      what = "Python answers without end, so it was killed";
      break;
    default: {
      const auto code = child_->exit_code();
      what = code ? fmt::format("Python ended with exit code {} in the middle of its work", *code)
                  : "Python ended, or closed the pipe that it answers through";
      child_->kill();
    }
  }
  return fault(running, what);
}

PythonWorker::Reply PythonWorker::ask(const Request& request) {
  json message = request.values;
  const int number = ++number_;
  message["id"] = number;
  message["op"] = request.op;
  child_->send(message.dump(-1, ' ', true, json::error_handler_t::replace) + "\n");
  const Revision* running = request.first;
  size_t next = 0;
  while (true) {
    const LineChild::Answer answer = child_->receive(deadline_);
    if (answer.end != LineChild::End::none) throw death(answer.end, running);
    const json reply = json::parse(answer.line, nullptr, false);
    if (!reply.is_object() || reply.value("id", json()) != number) {
      throw fault(running,
                  "Python gave an answer that cannot be read: does its code write to file "
                  "descriptors that are not its own, or go on in a process that it forked?");
    }
    if (reply.contains("step")) {
      const json& step = reply["step"];
      for (const json& statement : step.value("statements", json::array())) {
        progress_.detail(statement.value("sql", ""));
      }
      if (request.done) request.done({step.value("revision", ""), step.value("ms", 0.0)});
      const auto& ids = request.values["revisions"];
      if (++next < ids.size()) running = request.revisions.at(ids[next]);
      continue;
    }
    const std::string printed = child_->take_printed();
    if (!trimmed(printed).empty()) progress_.detail(redacted(printable(trimmed(printed), true)));
    if (reply.value("ok", false)) return {reply["result"]};
    throw trouble({reply["error"]}, running);
  }
}

Error PythonWorker::trouble(const Reply& reply, const Revision* running) {
  const json& told = reply.result;
  left_ = told.value("left", std::vector<std::string>());
  Error error(kind_of(told.value("kind", "")), redacted(told.value("message", "")),
              told.value("hint", ""));
  if (const std::string code = told.value("code", ""); !code.empty()) {
    error = error.with_code(code);
  }
  const std::string file = told.value("file", "");
  if (!file.empty()) {
    error = error.at({shown_path(file, project_.root), told.value("line", 0)});
  } else if (running != nullptr && error.kind() == ErrorKind::refused) {
    error = error.at(running->place);
  }
  if (told.value("kind", "") == "guard" && is_moved_) error = error.with_code("moved");
  return error;
}

PythonWorker::Reply PythonWorker::ask_restarting(const Request& request) {
  if (child_ && child_->exit_code()) stop();
  if (!child_) start();
  try {
    return ask(request);
  } catch (const Error& error) {
    // A project may read where its database is once, when it is loaded.
    if (error.code() != "moved") throw;
  }
  stop();
  start();
  return ask(request);
}

PythonPlace PythonWorker::probe() {
  const json place = ask_restarting({.op = "probe"}).result;
  return {place.value("heads", std::vector<std::string>()), place.value("is_transactional", true)};
}

PythonHeads PythonWorker::run(const std::vector<const Revision*>& revisions, Direction direction,
                              const std::function<void(const PythonStep&)>& done) {
  Request request{.op = "steps", .done = done, .first = revisions.front()};
  std::vector<std::string> ids;
  for (const Revision* revision : revisions) {
    ids.push_back(revision->id);
    request.revisions[revision->id] = revision;
  }
  request.values = {{"revisions", ids}, {"direction", direction == Direction::up ? "up" : "down"}};
  left_.clear();
  const Reply reply = ask_restarting(request);
  return {sorted(reply.result.value("before", std::vector<std::string>())),
          sorted(reply.result.value("after", std::vector<std::string>()))};
}

PythonWritten PythonWorker::write(const PythonRevision& revision) {
  const Reply reply = ask_restarting({.op = "revision",
                                      .values = {{"message", revision.message},
                                                 {"head", revision.head},
                                                 {"splice", revision.splice},
                                                 {"autogenerate", revision.autogenerate},
                                                 {"label", revision.label},
                                                 {"rev_id", revision.id},
                                                 {"version_path", revision.version_path},
                                                 {"depends_on", revision.depends_on}}});
  PythonWritten written{.changes = reply.result.value("changes", std::vector<std::string>())};
  for (const json& file : reply.result["files"]) written.files.emplace_back(file.value("path", ""));
  return written;
}

PythonWritten PythonWorker::merge(const std::vector<std::string>& revisions,
                                  const PythonRevision& revision) {
  const Reply reply = ask_restarting({.op = "merge",
                                      .values = {{"revisions", revisions},
                                                 {"message", revision.message},
                                                 {"label", revision.label},
                                                 {"rev_id", revision.id}}});
  PythonWritten written;
  for (const json& file : reply.result["files"]) written.files.emplace_back(file.value("path", ""));
  return written;
}

VersionTableName PythonWorker::version_table() {
  const json place = ask_restarting({.op = "version_table"}).result;
  return {.schema = place.value("schema", ""), .name = place.value("name", "")};
}

std::vector<std::string> PythonWorker::differences() {
  return ask_restarting({.op = "differences"}).result.value("changes", std::vector<std::string>());
}

std::string PythonWorker::offline_sql(const std::vector<std::string>& revisions,
                                      Direction direction, const std::vector<std::string>& start) {
  return ask_restarting({.op = "offline",
                         .values = {{"direction", direction == Direction::up ? "up" : "down"},
                                    {"revisions", revisions},
                                    {"start", start}}})
      .result.value("sql", "");
}

}  // namespace provision
