// A server that stays between commands: whether somebody uses it, and until when it stays.
#pragma once

#include <sys/types.h>

namespace provision::postgresql {

struct KeptServer {
  pid_t process = 0;  ///< a child of ours
  int lock = -1;      ///< its users' lock, held exclusively
  const char* base;   ///< the folder of `keep`
  const char* keep;   ///< the seconds that it stays without use, 0 for ever; its time: the last use
  const char* socket;  ///< what clients connect to
};

/// Returns true when the server is to be stopped: there is no file `keep`, or its time is over,
/// which removes it; the lock is then held exclusively. False when the server ended by itself.
/// Until then the lock is shared with whoever uses the server. For a forked child: system calls
/// only.
bool stay_while_kept(const KeptServer& server);

}  // namespace provision::postgresql
