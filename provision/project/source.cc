#include "provision/project/source.h"

#include "provision/base/error.h"
#include "provision/base/file.h"

namespace provision {

std::string read_source(const std::filesystem::path& path, const std::string& shown,
                        std::int64_t limit) {
  try {
    return read_text(path, limit);
  } catch (const Error& error) {
    const std::string lead = error.place().text() + ": ";
    if (error.place().file.empty() || !error.message().starts_with(lead)) throw;
    throw Error(error.kind(), error.message().substr(lead.size()), error.hint())
        .at({shown, error.place().line});
  }
}

}  // namespace provision
