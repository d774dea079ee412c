#include <iterator>
#include <nlohmann/json.hpp>

#include "provision/base/text.h"
#include "provision/project/seed_rows.h"

namespace provision {
namespace {

using Json = nlohmann::json;

/// Walks over the text and counts its lines, which the parser does not tell.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* position, int* line) : position_(position), line_(line) {}

  reference operator*() const { return *position_; }
  CountingIterator& operator++() {
    if (*position_ == '\n') ++*line_;
    ++position_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return position_ == other.position_; }
  bool operator!=(const CountingIterator& other) const { return position_ != other.position_; }

 private:
  const char* position_;
  int* line_;
};

/// Takes the parser's events: level 1 is the array of rows, level 2 a row, below that is text.
class RowEvents {
 public:
  RowEvents(SeedTable& table, const std::string& file, const int& line)
      : rows_(table, file), file_(file), line_(line) {}

  bool null() { return value("null", std::nullopt); }
  bool boolean(bool is_true) { return plain(is_true ? "true" : "false"); }
  bool number_integer(std::int64_t number) { return plain(std::to_string(number)); }
  bool number_unsigned(std::uint64_t number) { return plain(std::to_string(number)); }
  bool number_float(double, const std::string& written) { return plain(written); }
  bool binary(Json::binary_t&) { return false; }
  bool string(std::string& text) {
    if (text.find('\0') != std::string::npos) throw trouble("a text with a NUL character");
    if (depth_ < kInRow) throw not_a_row();
    if (depth_ == kInRow) return value({}, std::move(text));
    return value(Json(text).dump(), {});
  }

  bool start_array(size_t) { return start('['); }
  bool end_array() { return end(']'); }
  bool start_object(size_t) { return start('{'); }
  bool end_object() { return end('}'); }

  bool key(std::string& name) {
    if (depth_ == kInRow) {
      column_ = name;
    } else {
      separate();
      nested_ += Json(name).dump() + ":";
      is_first_ = true;
    }
    return true;
  }

  bool parse_error(size_t, const std::string&, const Json::exception& exception) {
    const std::string_view what = exception.what();
    const size_t column = what.find(", column ");
    const size_t end = column == std::string_view::npos ? column : what.find(": ", column);
    throw trouble(printable(fmt::format(
        "malformed JSON: {}", end == std::string_view::npos ? what : what.substr(end + 2))));
  }

 private:
  static constexpr int kInRow = 2;

  Error trouble(std::string_view what) const { return usage_error(Place{file_, line_}, what); }
  Error not_a_row() const { return trouble("the file must be an array of objects, one for a row"); }

  bool plain(std::string text) { return value(text, text); }

  /// A value as text within nested JSON, and as a column's value.
  bool value(std::string_view json, SeedValue column_value) {
    if (depth_ < kInRow) throw not_a_row();
    if (depth_ == kInRow) {
      row_.emplace_back(std::move(column_), std::move(column_value));
    } else {
      separate();
      nested_ += json;
    }
    return true;
  }

  void separate() {
    if (!is_first_) nested_ += ',';
    is_first_ = false;
  }

  bool start(char bracket) {
    if (depth_ == 0 && bracket != '[') throw not_a_row();
    if (depth_ == 1) {
      if (bracket != '{') throw not_a_row();
      row_line_ = line_;
    }
    if (depth_ >= kInRow) {
      if (depth_ > kInRow) separate();
      nested_ += bracket;
      is_first_ = true;
    }
    ++depth_;
    return true;
  }

  bool end(char bracket) {
    --depth_;
    if (depth_ >= kInRow) {
      nested_ += bracket;
      is_first_ = false;
    }
    if (depth_ == kInRow) row_.emplace_back(std::move(column_), std::exchange(nested_, {}));
    if (depth_ == 1) rows_.add(std::exchange(row_, {}), row_line_);
    return true;
  }

  RowCollector rows_;
  const std::string& file_;
  const int& line_;
  int depth_ = 0;
  int row_line_ = 1;
  NamedValues row_;
  std::string column_;
  std::string nested_;    ///< the JSON text of the value that is being read
  bool is_first_ = true;  ///< nothing needs a comma before it
};

}  // namespace

void add_json_rows(std::string_view text, const std::string& file, SeedTable& table) {
  int line = 1;
  RowEvents events(table, file, line);
  Json::sax_parse(CountingIterator(text.data(), &line),
                  CountingIterator(text.data() + text.size(), &line), &events);
}

}  // namespace provision
