// All that differs between libpqxx 6.4 and 7, and all that is included of it.
#pragma once

// libpqxx 6 marks as deprecated what it has no other way of doing.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <pqxx/connection>
#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/pipeline>
#include <pqxx/result>
#include <pqxx/version>
#if PQXX_VERSION_MAJOR < 7
#include <pqxx/tablewriter>
#else
#include <pqxx/stream_to>
#endif

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/base/interrupt.h"
#include "provision/model/seed.h"

namespace provision::postgresql::compat {

#if PQXX_VERSION_MAJOR < 7

/// libpqxx 6 reconnects by itself, silently: without our lock, our settings and our transaction.
inline void stay_disconnected_when_lost(pqxx::connection& connection) {
  connection.inhibit_reactivation(true);
}

/// `text` as COPY's text format wants it.
inline void append_copy_value(std::string& line, const std::string& text) {
  size_t begin = 0;
  for (size_t at = text.find_first_of("\\\t\n\r"); at != std::string::npos;
       at = text.find_first_of("\\\t\n\r", begin)) {
    line.append(text, begin, at - begin);
    line += '\\';
    const char escaped = text[at];
    line += escaped == '\t' ? 't' : escaped == '\n' ? 'n' : escaped == '\r' ? 'r' : '\\';
    begin = at + 1;
  }
  line.append(text, begin);
}

/// COPY of the rows of `seed` into `table`; `table` and `columns` are SQL already.
inline void copy_rows(pqxx::nontransaction& work, const std::string& table,
                      const std::vector<std::string>& columns, const SeedTable& seed) {
  // A "line" is handed on as it is, so that many rows go out at once.
  constexpr size_t kChunk = size_t{1} << 16U;
  pqxx::tablewriter writer(work, table, columns.begin(), columns.end());
  std::string chunk;
  chunk.reserve(kChunk + 4096);
  SeedRow space;
  for (std::int64_t number = 0; number < seed.row_count(); ++number) {
    const SeedRow& row = seed.row(number, space);
    if (!chunk.empty()) chunk += '\n';
    const size_t start = chunk.size();
    for (const SeedValue& value : row.values) {
      if (&value != row.values.data()) chunk += '\t';
      if (value) {
        append_copy_value(chunk, *value);
      } else {
        chunk += "\\N";
      }
    }
    // A last line that is empty would be taken for the end of the text.
    if (chunk.size() == start) chunk += '\n';
    if (chunk.size() < kChunk) continue;
    stop_if_interrupted();
    writer.write_raw_line(chunk);
    chunk.clear();
  }
  if (!chunk.empty()) writer.write_raw_line(chunk);
  writer.complete();
}

/// Runs `statement`, a COPY FROM STDIN, with `data`, lines in whatever format it says. `begun` is
/// called once the server has taken the statement.
template <typename Begun>
void copy_lines(pqxx::nontransaction& work, const std::string& statement, const std::string& data,
                Begun begun) {
  // The library writes the statement itself, around what it takes for a table: the rest of it is
  // made a comment.
  pqxx::tablewriter writer(work, statement.substr(std::string_view("COPY").size()) + " --");
  begun();
  if (!data.empty()) writer.write_raw_line(data);
  writer.complete();
}

#else

inline void stay_disconnected_when_lost(pqxx::connection&) {}

inline void copy_rows(pqxx::nontransaction& work, const std::string& table,
                      const std::vector<std::string>& columns, const SeedTable& seed) {
  std::string list;
  for (const std::string& column : columns) list += (list.empty() ? "" : ",") + column;
  auto stream = pqxx::stream_to::raw_table(work, table, list);
  SeedRow space;
  for (std::int64_t number = 0; number < seed.row_count(); ++number) {
    stream.write_row(seed.row(number, space).values);
  }
  stream.complete();
}

/// The values of a line in COPY's text format, which this library escapes again.
inline std::vector<std::optional<std::string> > copied_values(std::string_view line) {
  constexpr std::string_view kEscapes = "bfnrtv";
  constexpr std::string_view kEscaped = "\b\f\n\r\t\v";
  std::vector<std::optional<std::string> > values(1, std::string());
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\t') {
      values.emplace_back(std::string());
    } else if (line[i] == '\\' && i + 1 < line.size()) {
      ++i;
      const size_t escape = kEscapes.find(line[i]);
      if (line[i] == 'N') {
        values.back().reset();
      } else {
        *values.back() += escape == std::string_view::npos ? line[i] : kEscaped[escape];
      }
    } else if (values.back()) {
      *values.back() += line[i];
    }
  }
  return values;
}

/// As above; only in COPY's text format, since nothing else can be handed on.
template <typename Begun>
void copy_lines(pqxx::nontransaction& work, const std::string& statement, const std::string& data,
                Begun begun) {
  auto stream =
      pqxx::stream_to::raw_table(work, statement.substr(std::string_view("COPY").size()) + " --");
  begun();
  for (size_t at = 0; at < data.size();) {
    const size_t end = std::min(data.find('\n', at), data.size());
    stream.write_row(copied_values(std::string_view(data).substr(at, end - at)));
    at = end + 1;
  }
  stream.complete();
}

#endif

}  // namespace provision::postgresql::compat

#pragma GCC diagnostic pop
