#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

#include "provision/base/text.h"
#include "provision/report/html_overview.h"
#include "provision/report/html_text.h"

namespace provision {
namespace {

/// How many objects of both sides are what.
struct Counts {
  std::int64_t missing = 0;
  std::int64_t changed = 0;
  std::int64_t same = 0;
  std::int64_t extra = 0;

  std::int64_t all() const { return missing + changed + same + extra; }
};

Counts counts_of(const Comparison& comparison) {
  Counts counts;
  for (const Comparison::Object& object : comparison.objects) {
    const char sign = sign_of(object.state);
    if (object.state == "same") {
      ++counts.same;
    } else {
      ++(sign == '-' ? counts.missing : sign == '+' ? counts.extra : counts.changed);
    }
  }
  return counts;
}

/// A piece of a bar.
struct Piece {
  std::string_view kind;
  int start;
  int width;
};

std::string bar(const std::vector<Piece>& pieces, int all) {
  std::string html = fmt::format(
      R"(<svg class="side-bar" viewBox="0 0 {} 14" preserveAspectRatio="none" aria-hidden="true">)",
      std::max(all, 1));
  for (const Piece& piece : pieces) {
    if (piece.width == 0) continue;
    fmt::format_to(std::back_inserter(html),
                   R"(<rect class="b-{}" x="{}" width="{}" height="14"/>)", piece.kind, piece.start,
                   piece.width);
  }
  return html + "</svg>";
}

std::string side(std::string_view word, const std::string& name, std::int64_t objects,
                 const std::string& picture) {
  return fmt::format(R"(<div class="side"><p>{} {} {}</p>{}</div>)",
                     html_element("span", "word", word), html_element("b", "", name),
                     html_element("span", "count", counted(objects, "object")), picture) +
         "\n";
}

std::string legend_of(const Counts& counts) {
  std::string html = "<p class=\"legend\">";
  for (const auto& [kind, words, count] : {std::tuple("missing", "− {} missing", counts.missing),
                                           std::tuple("changed", "~ {} changed", counts.changed),
                                           std::tuple("same", "= {} the same", counts.same),
                                           std::tuple("extra", "+ {} extra", counts.extra)}) {
    if (count == 0) continue;
    html += fmt::format(R"(<span><i class="key b-{}"></i>{}</span>)", kind,
                        fmt::format(fmt::runtime(words), count));
  }
  return html + "</p>";
}

}  // namespace

std::string html_bars(const Compared& compared) {
  constexpr double kFull = 1000;
  constexpr int kLeast = 12;  // a single object among ten thousand is seen
  const Comparison& sides = *compared.comparison;
  const Counts counts = counts_of(sides);
  const auto width = [&](std::int64_t count) {
    if (count == 0) return 0;
    const double share = static_cast<double>(count) / static_cast<double>(counts.all());
    return std::max(kLeast, static_cast<int>(share * kFull));
  };
  const int lone = width(counts.missing);
  const int both = lone + width(counts.changed);
  const int end = both + width(counts.same);
  const int full = end + width(counts.extra);
  const Piece changed{"changed", lone, both - lone};
  const Piece same{"same", both, end - both};
  return "<div class=\"bars\">\n" +
         side("expected", sides.expected, counts.all() - counts.extra,
              bar({{"missing", 0, lone}, changed, same}, full)) +
         side("actual", sides.actual, counts.all() - counts.missing,
              bar({changed, same, {"extra", end, full - end}}, full)) +
         legend_of(counts) + "</div>\n";
}

}  // namespace provision
