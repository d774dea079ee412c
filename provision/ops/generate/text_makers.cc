// Made-up texts: words, names, addresses, templates.
#include <fmt/format.h>

#include <iterator>

#include "provision/base/text.h"
#include "provision/ops/generate/column_maker.h"
#include "provision/ops/generate/word_lists.h"

namespace provision {
namespace {

using Words = std::span<const std::string_view>;

std::string_view one_of(Words words, const Chance& chance, std::int64_t row, std::uint64_t number) {
  return words[chance.below(words.size(), row, number)];
}

/// Cuts what was appended after `start` to `length` characters, which are ASCII, and ends it in the
/// row's number if it is to be numbered.
void finish(std::string& into, size_t start, std::int64_t row, bool numbered, int length) {
  const std::string number = numbered ? fmt::format(" {}", row + 1) : "";
  if (length > 0) {
    const auto most = static_cast<size_t>(length);
    const size_t room = most > number.size() ? most - number.size() : 0;
    if (into.size() - start > room) into.resize(start + room);
    while (into.size() > start && into.back() == ' ') into.pop_back();
  }
  into += into.size() == start && numbered ? number.substr(1) : number;
}

class WordsMaker : public ColumnMaker {
 public:
  WordsMaker(const Generator& generator, const Chance& chance, bool numbered, int length)
      : least_(generator.from),
        span_(static_cast<std::uint64_t>(generator.to - generator.from) + 1),
        chance_(chance),
        numbered_(numbered),
        length_(length) {}

  bool write(std::int64_t row, std::string& into) const override {
    const size_t start = into.size();
    const std::int64_t count = least_ + static_cast<std::int64_t>(chance_.below(span_, row, 0));
    for (std::int64_t i = 1; i <= count; ++i) {
      if (i > 1) into += ' ';
      into += one_of(plain_words(), chance_, row, static_cast<std::uint64_t>(i));
    }
    finish(into, start, row, numbered_, length_);
    return true;
  }

 private:
  std::int64_t least_;
  std::uint64_t span_;
  Chance chance_;
  bool numbered_;
  int length_;
};

class NameMaker : public ColumnMaker {
 public:
  NameMaker(const Generator& generator, const Chance& chance, bool numbered, int length)
      : has_first_(generator.text != "last"),
        has_last_(generator.text != "first"),
        chance_(chance),
        numbered_(numbered),
        length_(length) {}

  bool write(std::int64_t row, std::string& into) const override {
    const size_t start = into.size();
    if (has_first_) into += one_of(first_names(), chance_, row, 0);
    if (has_first_ && has_last_) into += ' ';
    if (has_last_) into += one_of(last_names(), chance_, row, 1);
    finish(into, start, row, numbered_, length_);
    return true;
  }

 private:
  bool has_first_;
  bool has_last_;
  Chance chance_;
  bool numbered_;
  int length_;
};

class EmailMaker : public ColumnMaker {
 public:
  EmailMaker(const Generator& generator, const Chance& chance)
      : domain_("@" + generator.text), chance_(chance) {}

  bool write(std::int64_t row, std::string& into) const override {
    const size_t start = into.size();
    into += one_of(first_names(), chance_, row, 0);
    into += '.';
    into += one_of(last_names(), chance_, row, 1);
    for (size_t i = start; i < into.size(); ++i) {
      if (into[i] >= 'A' && into[i] <= 'Z') into[i] = static_cast<char>(into[i] - 'A' + 'a');
    }
    const fmt::format_int number(row + 1);
    into.append(number.data(), number.size());
    into += domain_;
    return true;
  }

 private:
  std::string domain_;
  Chance chance_;
};

class TemplateMaker : public ColumnMaker {
 public:
  TemplateMaker(const Generator& generator, const Chance& chance)
      : parts_(generator.parts), chance_(chance) {}

  bool write(std::int64_t row, std::string& into) const override {
    for (size_t i = 0; i < parts_.size(); ++i) write_part(parts_[i], row, i * kDrawsOfPart, into);
    return true;
  }

 private:
  static constexpr std::uint64_t kDrawsOfPart = 32;

  void write_part(const TemplatePart& part, std::int64_t row, std::uint64_t number,
                  std::string& into) const {
    using Kind = TemplatePart::Kind;
    switch (part.kind) {
      case Kind::text:
        into += part.text;
        break;
      case Kind::number:
        fmt::format_to(std::back_inserter(into), "{:0{}}", row + 1, part.width);
        break;
      case Kind::digits:
      case Kind::hex:
        for (int i = 0; i < part.width; ++i) {
          constexpr std::string_view kDigits = "0123456789abcdef";
          into += kDigits[chance_.below(part.kind == Kind::hex ? 16 : 10, row,
                                        number + static_cast<std::uint64_t>(i))];
        }
        break;
      case Kind::word:
        into += one_of(plain_words(), chance_, row, number);
        break;
      case Kind::first:
        into += one_of(first_names(), chance_, row, number);
        break;
      case Kind::last:
        into += one_of(last_names(), chance_, row, number);
        break;
    }
  }

  std::vector<TemplatePart> parts_;
  Chance chance_;
};

}  // namespace

std::unique_ptr<ColumnMaker> words_maker(const Generator& generator, const Chance& chance,
                                         bool numbered, int length) {
  return std::make_unique<WordsMaker>(generator, chance, numbered, length);
}

std::unique_ptr<ColumnMaker> name_maker(const Generator& generator, const Chance& chance,
                                        bool numbered, int length) {
  return std::make_unique<NameMaker>(generator, chance, numbered, length);
}

std::unique_ptr<ColumnMaker> email_maker(const Generator& generator, const Chance& chance) {
  return std::make_unique<EmailMaker>(generator, chance);
}

std::unique_ptr<ColumnMaker> template_maker(const Generator& generator, const Chance& chance) {
  return std::make_unique<TemplateMaker>(generator, chance);
}

}  // namespace provision
