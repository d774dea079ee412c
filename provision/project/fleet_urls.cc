#include "provision/project/fleet_urls.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "provision/base/file.h"
#include "provision/base/text.h"

namespace provision {
namespace {

/// True if a URL begins with `word`, where a part of a path would not.
bool has_scheme(std::string_view word) {
  const size_t end = word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+");
  return end != std::string_view::npos && end > 1 && word[end] == ':';
}

std::vector<std::string> urls_of(std::string_view text) {
  std::vector<std::string> urls;
  for (const std::string_view line : lines_of(text)) {
    if (trimmed(line).starts_with('#')) continue;
    bool is_first = true;
    for (const std::string& word : split_list(line, ' ')) {
      if (is_first || has_scheme(word)) {
        urls.push_back(word);
      } else {
        urls.back() += " " + word;
      }
      is_first = false;
    }
  }
  return urls;
}

bool can_be_read_by_others(const std::filesystem::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

}  // namespace

std::vector<ParsedUrl> parse_urls(std::string_view text, std::string_view source) {
  const std::vector<std::string> urls = urls_of(text);
  if (urls.empty()) throw usage_error(fmt::format("{} has no URL", source));
  std::vector<ParsedUrl> parsed;
  for (const std::string& url : urls) {
    try {
      parsed.push_back(parse_url(url));
    } catch (const Error& error) {
      if (urls.size() == 1) throw error.within(source);
      throw error.within(fmt::format("{}: URL {} of {}", source, parsed.size() + 1, urls.size()));
    }
  }
  return parsed;
}

std::vector<ParsedUrl> read_urls_file(const std::filesystem::path& path, const Place& place) {
  const std::string shown = fmt::format("file '{}'", path.filename().string());
  std::vector<ParsedUrl> urls = parse_urls(read_text(path), shown);
  const bool has_secrets = std::any_of(urls.begin(), urls.end(), [](const ParsedUrl& url) {
    return !url.location.password.empty();
  });
  if (has_secrets && can_be_read_by_others(path)) {
    throw usage_error(place, fmt::format("{} has passwords, and others can read it", shown),
                      fmt::format("chmod 600 '{}'", path.string()));
  }
  return urls;
}

}  // namespace provision
