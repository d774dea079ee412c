// The reader of goose's files.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/base/variables.h"
#include "provision/project/goose_variables.h"
#include "provision/project/sections.h"

namespace provision {
namespace {

constexpr std::string_view kMark = "+goose";

class Parser {
 public:
  Parser(std::string text, const std::string& file) {
    revision_.text = std::move(text);
    revision_.place = {file, 0};
  }

  Revision parse() &&;

 private:
  using Action = void (Parser::*)();
  struct Annotation {
    std::string_view name;  ///< in lower case
    Action run;
  };
  static const std::array<Annotation, 7> kAnnotations;

  void read(std::string_view line);
  void annotate(std::string_view line);
  void require_end_of_up();
  void begin_up();
  void begin_down();
  void begin_statement();
  void end_statement();
  void leave_transaction() { revision_.transactional = false; }
  void substitute() { substitutes_ = true; }
  void keep() { substitutes_ = false; }

  Error error(std::string_view message, std::string hint = {}) const {
    return usage_error(Place{revision_.place.file, number_}, message, std::move(hint));
  }

  Revision revision_;
  int number_ = 0;
  int block_ = 0;  ///< the line of the open StatementBegin
  LineStatements statements_;
  bool substitutes_ = false;
  Section up_;
  Section down_;
  Section* section_ = nullptr;
};

const std::array<Parser::Annotation, 7> Parser::kAnnotations = {{
    {"up", &Parser::begin_up},
    {"down", &Parser::begin_down},
    {"statementbegin", &Parser::begin_statement},
    {"statementend", &Parser::end_statement},
    {"no transaction", &Parser::leave_transaction},
    {"envsub on", &Parser::substitute},
    {"envsub off", &Parser::keep},
}};

Revision Parser::parse() && {
  const std::vector<std::string_view> lines = lines_of(revision_.text);
  for (const std::string_view line : lines) {
    ++number_;
    const bool is_comment = trimmed(line).starts_with("--");
    if (is_comment && line.find(kMark) != std::string_view::npos) {
      annotate(line);
    } else if (section_ != nullptr) {
      read(line);
    } else if (!is_comment && !trimmed(line).empty()) {
      throw error("there is SQL above '-- +goose Up'");
    }
  }
  if (section_ == nullptr) throw error("there is no line '-- +goose Up'");
  if (block_ > 0) {
    number_ = block_;
    throw error("'StatementBegin' has no 'StatementEnd'");
  }
  require_end_of_up();
  revision_.up = std::move(up_).scripts();
  revision_.down = std::move(down_).scripts();
  return std::move(revision_);
}

/// goose does not apply such a file. What is so of its way down shows when it goes down only.
void Parser::require_end_of_up() {
  if (section_ != &up_ || statements_.begun() == 0) return;
  number_ = statements_.begun();
  throw error("this statement has no semicolon at its end, and goose refuses it");
}

void Parser::read(std::string_view line) {
  if (block_ == 0) statements_.read(number_, line);
  if (!substitutes_ || trimmed(line).starts_with("--")) {
    section_->add(number_, line);
    return;
  }
  static const Variables variables = current_variables();
  try {
    section_->add(number_, substituted(line, variables));
  } catch (const Error& refusal) {
    throw refusal.at({revision_.place.file, number_});
  }
}

void Parser::annotate(std::string_view line) {
  if (!line.starts_with("--")) throw error("an annotation of goose begins its line");
  std::string words = lower(line);
  for (size_t at = words.find("--"); at != std::string::npos; at = words.find("--")) {
    words.erase(at, 2);
  }
  words.erase(words.find(kMark), kMark.size());
  const std::string_view name = trimmed(words);
  const auto found =
      std::find_if(kAnnotations.begin(), kAnnotations.end(),
                   [&](const Annotation& annotation) { return annotation.name == name; });
  if (found == kAnnotations.end()) {
    throw error(fmt::format("unknown annotation '{}' of goose", trimmed(line)),
                "known: Up, Down, StatementBegin, StatementEnd, NO TRANSACTION, ENVSUB ON, "
                "ENVSUB OFF");
  }
  (this->*found->run)();
}

void Parser::begin_up() {
  if (section_ != nullptr) throw error("there is a second '-- +goose Up'");
  section_ = &up_;
  up_.open(number_);
}

void Parser::begin_down() {
  if (section_ != &up_) throw error("'-- +goose Down' does not follow '-- +goose Up'");
  if (block_ > 0) throw error("'-- +goose Down' stands in a statement that has no end");
  require_end_of_up();
  section_ = &down_;
  down_.open(number_);
}

void Parser::begin_statement() {
  if (section_ == nullptr) throw error("'StatementBegin' stands above '-- +goose Up'");
  if (block_ > 0) throw error("'StatementBegin' stands in another statement");
  block_ = number_;
}

void Parser::end_statement() {
  if (block_ == 0) throw error("'StatementEnd' has no 'StatementBegin'");
  block_ = 0;
  statements_.end();
  // What the block holds may lack its semicolon.
  section_->add(number_, ";");
}

}  // namespace

Revision parse_goose(std::string text, const std::string& file) {
  return Parser(std::move(text), file).parse();
}

}  // namespace provision
