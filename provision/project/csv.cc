#include "provision/project/csv.h"

#include <set>

#include "provision/base/text.h"

namespace provision {
namespace {

/// Reads one field after the other and counts lines on the way.
class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  bool at_end() const { return position_ == text_.size(); }
  int line() const { return line_; }
  /// True if nothing but line breaks is left.
  bool only_blank_lines_left() const {
    return text_.find_first_not_of("\r\n", position_) == std::string_view::npos;
  }

  /// The fields up to the end of the line, in `values`, whose memory is used again.
  void read_row(std::vector<SeedValue>& values) {
    do {
      values.push_back(read_field());
    } while (take(','));
    end_line();
  }

 private:
  SeedValue read_field() {
    if (position_ < text_.size() && text_[position_] == '"') return read_quoted();
    const size_t start = position_;
    while (position_ < text_.size() && !ends_field(text_[position_])) {
      if (text_[position_] == '"') {
        throw trouble(line_, "a quote inside a field that does not begin with one");
      }
      ++position_;
    }
    if (position_ == start) return std::nullopt;
    return std::string(text_.substr(start, position_ - start));
  }

  SeedValue read_quoted() {
    const int first_line = line_;
    std::string value;
    for (++position_;;) {
      const size_t quote = text_.find('"', position_);
      if (quote == std::string_view::npos) throw trouble(first_line, "this quote is never closed");
      const std::string_view part = text_.substr(position_, quote - position_);
      value += part;
      line_ += static_cast<int>(std::count(part.begin(), part.end(), '\n'));
      position_ = quote + 1;
      if (!take('"')) return value;
      value += '"';
    }
  }

  static bool ends_field(char c) { return c == ',' || c == '\n' || c == '\r'; }

  bool take(char c) {
    if (position_ == text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }

  void end_line() {
    if (at_end()) return;
    const bool has_return = take('\r');
    if (!take('\n')) {
      throw trouble(line_, has_return ? "a carriage return without a line feed"
                                      : "text after a closing quote");
    }
    ++line_;
  }

  Error trouble(int line, std::string_view what) const {
    return usage_error(Place{file_, line}, what,
                       "a field with quotes, commas or line breaks stands in quotes, a quote in it "
                       "is doubled");
  }

  std::string_view text_;
  const std::string& file_;
  size_t position_ = 0;
  int line_ = 1;
};

std::vector<std::string> read_header(CsvReader& reader, const std::string& file) {
  const Place place{file, reader.line()};
  if (reader.only_blank_lines_left()) throw usage_error(place, "no header with the columns' names");
  std::vector<SeedValue> fields;
  reader.read_row(fields);
  std::vector<std::string> columns;
  std::set<std::string> seen;
  for (const SeedValue& field : fields) {
    if (!field || field->empty()) {
      throw usage_error(place, fmt::format("column {} has no name", columns.size() + 1));
    }
    if (!seen.insert(*field).second) {
      throw usage_error(place, fmt::format("column '{}' is there twice", *field));
    }
    columns.push_back(*field);
  }
  return columns;
}

}  // namespace

CsvTable parse_csv(std::string_view text, const std::string& file) {
  CsvReader reader(text, file);
  CsvTable table;
  table.columns = read_header(reader, file);
  table.rows.reserve(static_cast<size_t>(std::count(text.begin(), text.end(), '\n')));
  while (!reader.only_blank_lines_left()) {
    SeedRow& row = table.rows.emplace_back();
    row.line = reader.line();
    row.values.reserve(table.columns.size());
    reader.read_row(row.values);
    if (row.values.size() != table.columns.size()) {
      throw usage_error(Place{file, row.line},
                        fmt::format("{}, but the header has {}",
                                    counted(static_cast<std::int64_t>(row.values.size()), "field"),
                                    table.columns.size()));
    }
  }
  return table;
}

}  // namespace provision
