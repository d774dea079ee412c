#include "provision/project/python_imports.h"

#include <span>

#include "provision/project/python_literal.h"
#include "provision/project/python_tokens.h"

namespace provision {
namespace {

using Kind = PythonToken::Kind;
using Tokens = std::span<const PythonToken>;

class ReferenceReader {
 public:
  explicit ReferenceReader(Tokens tokens) : rest_(tokens) {}

  PythonReferences run() && {
    bool is_begin = true;  // of a statement
    while (!rest_.empty()) {
      if (is_begin && (next_is("import") || next_is("from"))) {
        take_import();
      } else if (rest_.front().kind == Kind::string) {
        take_string();
        is_begin = false;
        continue;
      }
      if (rest_.empty()) break;
      is_begin = rest_.front().kind == Kind::newline || next_is(";") || next_is(":");
      rest_ = rest_.subspan(1);
    }
    return std::move(found_);
  }

 private:
  bool next_is(std::string_view text) const {
    return !rest_.empty() && rest_.front().text == text && rest_.front().kind != Kind::string;
  }
  bool take(std::string_view text) {
    if (!next_is(text)) return false;
    rest_ = rest_.subspan(1);
    return true;
  }

  void take_string() {
    if (auto text = take_strings(rest_)) {
      found_.strings.push_back(std::move(*text));
    } else {
      rest_ = rest_.subspan(1);
    }
  }

  std::string take_dotted() {
    std::string name;
    while (!rest_.empty() && rest_.front().kind == Kind::name && !next_is("import")) {
      name += rest_.front().text;
      rest_ = rest_.subspan(1);
      if (!take(".")) break;
      name += '.';
    }
    return name;
  }

  /// Over "as name", or a comma.
  bool take_separator() {
    if (take("as") && !rest_.empty()) rest_ = rest_.subspan(1);
    return take(",");
  }

  void take_import() {
    if (take("import")) {
      do {
        found_.imports.push_back({.module = take_dotted()});
      } while (take_separator());
      return;
    }
    take("from");
    PythonImport import;
    while (next_is(".") || next_is("...")) {
      import.level += static_cast<int>(rest_.front().text.size());
      rest_ = rest_.subspan(1);
    }
    import.module = take_dotted();
    if (!take("import")) return;
    take("(");
    do {
      if (rest_.empty() || rest_.front().kind != Kind::name) break;
      import.names.emplace_back(rest_.front().text);
      rest_ = rest_.subspan(1);
    } while (take_separator());
    found_.imports.push_back(std::move(import));
  }

  Tokens rest_;
  PythonReferences found_;
};

}  // namespace

PythonReferences python_references(std::string_view source, const std::string& file) {
  const std::vector<PythonToken> tokens = python_tokens(source, file);
  return ReferenceReader(tokens).run();
}

}  // namespace provision
