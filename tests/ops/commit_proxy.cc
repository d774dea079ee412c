#include "tests/ops/commit_proxy.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>

namespace provision {
namespace {

constexpr int kPatience = 100;  // milliseconds; how soon an end is noticed

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path) throw std::length_error(path.native());
  std::strcpy(address.sun_path, path.c_str());
  return address;
}

Descriptor new_socket() { return Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

/// What has arrived; empty at the end.
std::string received(const Descriptor& from) {
  std::array<char, 65536> buffer{};
  const ssize_t size = ::recv(from.number(), buffer.data(), buffer.size(), 0);
  return size <= 0 ? std::string() : std::string(buffer.data(), static_cast<size_t>(size));
}

void send_all(const Descriptor& to, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::send(to.number(), text.data(), text.size(), MSG_NOSIGNAL);
    if (size <= 0) return;
    text.remove_prefix(static_cast<size_t>(size));
  }
}

/// A simple query that is COMMIT alone.
bool is_commit(const std::string& message) {
  return message == std::string(
                        "Q\0\0\0\x0b"
                        "COMMIT\0",
                        12);
}

}  // namespace

CommitProxy::CommitProxy(std::filesystem::path server, Fault fault)
    : server_(std::move(server)), fault_(fault), listener_(new_socket()) {
  const sockaddr_un address = address_of(folder_.path() / ".s.PGSQL.5432");
  if (::bind(listener_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
          0 ||
      ::listen(listener_.number(), 8) != 0) {
    throw std::runtime_error("cannot listen");
  }
  thread_ = std::thread([this] { serve(); });
}

CommitProxy::~CommitProxy() {
  ends_ = true;
  thread_.join();
}

void CommitProxy::serve() {
  while (!ends_) {
    pollfd waiting{listener_.number(), POLLIN, 0};
    if (::poll(&waiting, 1, kPatience) <= 0) continue;
    Session session{Descriptor(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC)),
                    new_socket()};
    if (faults_ > 0 && fault_ == Fault::nobody_answers_again) continue;
    const sockaddr_un address = address_of(server_);
    if (::connect(session.server.number(), reinterpret_cast<const sockaddr*>(&address),
                  sizeof address) == 0) {
      pass_on(session);
    }
  }
}

void CommitProxy::pass_on(const Session& session) {
  while (!ends_) {
    std::array<pollfd, 2> waiting = {pollfd{session.client.number(), POLLIN, 0},
                                     pollfd{session.server.number(), POLLIN, 0}};
    if (::poll(waiting.data(), waiting.size(), kPatience) <= 0) continue;
    if (waiting[1].revents != 0) {
      const std::string reply = received(session.server);
      if (reply.empty()) return;
      send_all(session.client, reply);
    }
    if (waiting[0].revents != 0) {
      const std::string request = received(session.client);
      if (request.empty()) return;
      if (is_struck(request)) return strike(session, request);
      send_all(session.server, request);
    }
  }
}

bool CommitProxy::is_struck(const std::string& request) const {
  const bool is_reading = request.find("pg_constraint") != std::string::npos;
  if (fault_ == Fault::reading_always_breaks) return is_reading;
  if (faults_ > 0) return false;
  return fault_ == Fault::reading_breaks ? is_reading : is_commit(request);
}

void CommitProxy::strike(const Session& session, const std::string& request) {
  ++faults_;
  if (fault_ != Fault::reply_is_lost && fault_ != Fault::nobody_answers_again) return;
  send_all(session.server, request);
  received(session.server);
}

}  // namespace provision
