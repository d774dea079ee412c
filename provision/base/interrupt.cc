#include "provision/base/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>

#include "provision/base/error.h"

namespace provision {
namespace {

// Signals belong to the process as a whole, so this state does too.
std::atomic<int> first_signal = 0;
thread_local int cleanings_up = 0;

struct Cancellations {
  std::mutex mutex;
  std::map<int, std::function<void()>> callbacks;
  int last_id = 0;
};

Cancellations& cancellations() {
  static auto* const all = new Cancellations;  // the watching thread may outlive every destructor
  return *all;
}

/// Who gets the signals instead of us.
struct Receiver {
  std::mutex mutex;
  std::function<void(int)> pass_on;
};

Receiver& receiver() {
  static auto* const one = new Receiver;
  return *one;
}

/// True if it is not for us. A Ctrl-C is the kernel's, and the child hears it as we do.
bool is_passed_on(int signal, bool by_terminal) {
  Receiver& one = receiver();
  const std::lock_guard lock(one.mutex);
  if (!one.pass_on) return false;
  if (!by_terminal) one.pass_on(signal);
  return true;
}

/// What a child must get back; written before there is a second thread.
struct SignalsBefore {
  std::atomic<bool> changed = false;
  sigset_t mask{};
  struct sigaction pipe {};
  struct sigaction file_size {};
};
SignalsBefore signals_before;

void call_cancellations() {
  Cancellations& all = cancellations();
  const std::lock_guard lock(all.mutex);
  for (const auto& [id, cancel] : all.callbacks) {
    try {
      cancel();
    } catch (...) {  // one that cannot be cancelled must not keep the others from it
    }
  }
}

void handle(int signal) {
  int none = 0;
  if (!first_signal.compare_exchange_strong(none, signal)) {
    _exit(signal == SIGINT ? 130 : 143);
  }
  try {
    // In a thread, because a cancellation may hang on a dead network and a second signal must not.
    std::thread(call_cancellations).detach();
  } catch (const std::system_error&) {
    call_cancellations();
  }
}

[[noreturn]] void watch(sigset_t watched) {
  while (true) {
    siginfo_t info{};
    const int signal = sigwaitinfo(&watched, &info);
    if (signal > 0 && !is_passed_on(signal, info.si_code == SI_KERNEL)) handle(signal);
  }
}

bool is_ignored(int signal) {
  struct sigaction action {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

void ignore(int signal, struct sigaction* before) {
  struct sigaction action {};
  action.sa_handler = SIG_IGN;
  sigaction(signal, &action, before);
}

}  // namespace

void watch_for_interrupts() {
  ignore(SIGPIPE, &signals_before.pipe);
  ignore(SIGXFSZ, &signals_before.file_size);
  std::signal(SIGCHLD, SIG_DFL);  // inherited as ignored, it would take exit codes from us

  sigset_t watched;
  sigemptyset(&watched);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // nohup, or a shell that put us in the background, wants it ignored; blocking would undo that.
    if (!is_ignored(signal)) sigaddset(&watched, signal);
  }
  pthread_sigmask(SIG_BLOCK, &watched, &signals_before.mask);
  signals_before.changed = true;
  std::thread(watch, watched).detach();
}

bool interrupted() { return first_signal != 0; }

void stop_if_interrupted() {
  if (cleanings_up > 0) return;
  const int signal = first_signal;
  if (signal == SIGINT) throw Error(ErrorKind::interrupted, "interrupted");
  if (signal != 0) throw Error(ErrorKind::terminated, "terminated");
}

OnInterrupt::OnInterrupt(std::function<void()> cancel) {
  Cancellations& all = cancellations();
  const std::lock_guard lock(all.mutex);
  id_ = ++all.last_id;
  all.callbacks.emplace(id_, std::move(cancel));
}

OnInterrupt::~OnInterrupt() {
  Cancellations& all = cancellations();
  const std::lock_guard lock(all.mutex);
  all.callbacks.erase(id_);
}

SignalsPassedOn::SignalsPassedOn(std::function<void(int)> pass_on) {
  Receiver& one = receiver();
  const std::lock_guard lock(one.mutex);
  one.pass_on = std::move(pass_on);
}

SignalsPassedOn::~SignalsPassedOn() {
  Receiver& one = receiver();
  const std::lock_guard lock(one.mutex);
  one.pass_on = nullptr;
}

CleaningUp::CleaningUp() { ++cleanings_up; }

CleaningUp::~CleaningUp() { --cleanings_up; }

void restore_signals_in_child() {
  if (!signals_before.changed) return;
  sigaction(SIGPIPE, &signals_before.pipe, nullptr);
  sigaction(SIGXFSZ, &signals_before.file_size, nullptr);
  sigprocmask(SIG_SETMASK, &signals_before.mask, nullptr);
}

}  // namespace provision
