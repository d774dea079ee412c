#include "provision/report/html_overview.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "provision/base/text.h"
#include "provision/report/difference_text.h"
#include "provision/report/html_text.h"
#include "provision/report/subject.h"

namespace provision {
namespace {

constexpr size_t kMostSingle = 1500;  ///< objects; of more, those that are the same are counted
constexpr size_t kMostNamed = 300;    ///< that differ; of more, only the sign is shown
constexpr size_t kMostTiles = 4000;   ///< that differ
constexpr size_t kMostSchemas = 40;

/// The tiles of a kind within a schema.
struct Row {
  std::vector<const Comparison::Object*> objects;
  size_t differing = 0;
};

struct Area {
  std::vector<std::string_view> order;  ///< of its kinds, as they are met
  std::map<std::string_view, Row> rows;
  size_t all = 0;
  size_t differing = 0;
};

std::map<std::string_view, Area> areas_of(const Comparison& comparison) {
  std::map<std::string_view, Area> areas;
  for (const Comparison::Object& object : comparison.objects) {
    const NameParts parts = name_parts(object.name);
    Area& area = areas[parts.schema];
    const auto [row, is_new] = area.rows.try_emplace(parts.kind);
    if (is_new) area.order.push_back(parts.kind);
    const bool differs = object.state != "same";
    row->second.objects.push_back(&object);
    row->second.differing += differs ? 1 : 0;
    area.differing += differs ? 1 : 0;
    ++area.all;
  }
  return areas;
}

std::string_view class_of(std::string_view severity) {
  constexpr std::string_view kClasses[] = {"unjudged", "cosmetic", "risky", "breaking"};
  return kClasses[rank_of(severity)];
}

/// 1 to 6: how wide the tile of an object with so many parts is.
int width_of(int parts) {
  constexpr int kBounds[] = {2, 5, 10, 20, 40};
  return 1 + static_cast<int>(std::upper_bound(std::begin(kBounds), std::end(kBounds), parts) -
                              std::begin(kBounds));
}

std::string state_class(std::string_view state) {
  const char sign = sign_of(state);
  return sign == '-' ? "missing" : sign == '+' ? "extra" : "changed";
}

/// Draws the tiles of one comparison.
class Map {
 public:
  Map(const Compared& compared, const std::vector<Finding>& findings)
      : comparison_(*compared.comparison), areas_(areas_of(comparison_)) {
    for (const ComparedObject& one : compared.objects) {
      numbers_.try_emplace(one.finding->subject, one.finding - findings.data());
    }
    for (const auto& [schema, area] : areas_) differing_ += area.differing;
    is_merged_ = comparison_.objects.size() > kMostSingle;
  }

  std::string html() {
    std::string html =
        "<details class=\"map\" open><summary>Every object: the wider, the more columns, indexes "
        "and "
        "other parts</summary>\n";
    size_t schemas = 0;
    size_t objects = 0;
    for (const auto& [schema, area] : areas_) {
      if (areas_.size() > kMostSchemas && area.differing == 0) {
        ++schemas;
        objects += area.all;
      } else {
        html += area_html(schema, area);
      }
    }
    if (schemas > 0) {
      html += html_element(
          "p", "when-empty",
          fmt::format("{} with {} that are the same",
                      counted(static_cast<std::int64_t>(schemas), "schema more", "schemas more"),
                      counted(static_cast<std::int64_t>(objects), "object")));
    }
    return html + "</details>\n";
  }

 private:
  std::string area_html(std::string_view schema, const Area& area) {
    std::string html = "<div class=\"area\">";
    if (!schema.empty()) html += html_element("h4", "", schema);
    std::string quiet;
    for (const std::string_view kind : area.order) {
      const Row& row = area.rows.at(kind);
      (row.differing > 0 ? html : quiet) += row_html(kind, row);
    }
    if (!quiet.empty()) html += "<div class=\"quiet\">" + quiet + "</div>";
    return html + "</div>\n";
  }

  std::string row_html(std::string_view kind, const Row& row) {
    const std::string count =
        row.differing == 0 ? fmt::format("{}", row.objects.size())
                           : fmt::format("{} of {} differ", row.differing, row.objects.size());
    std::string html =
        fmt::format(R"(<div class="kind"><span class="label">{} {}</span>)",
                    html_escaped(plural(kind)), html_element("span", "count", count));
    html += "<span class=\"tiles\">";
    size_t same = 0;
    size_t untold = 0;
    for (const Comparison::Object* object : row.objects) {
      if (object->state == "same") {
        if (is_merged_) {
          ++same;
        } else {
          html += same_tile(*object);
        }
      } else if (drawn_ < kMostTiles) {
        ++drawn_;
        html += tile(*object);
      } else {
        ++untold;
      }
    }
    if (untold > 0) html += html_element("span", "rest", fmt::format("and {} more", untold));
    if (same > 0) html += html_element("span", "rest", fmt::format("= {} the same", same));
    return html + "</span></div>\n";
  }

  static std::string title_of(const Comparison::Object& object) {
    std::string title = object.name + ": " + (object.state == "same" ? "the same" : object.state);
    if (!object.severity.empty()) title += ", " + object.severity;
    if (object.parts > 0) title += ", " + counted(object.parts, "part");
    return html_escaped(title);
  }

  static std::string same_tile(const Comparison::Object& object) {
    return fmt::format(R"(<i class="tile w{}" title="{}"></i>)", width_of(object.parts),
                       title_of(object));
  }

  std::string tile(const Comparison::Object& object) const {
    const bool is_named = differing_ <= kMostNamed;
    const std::string text =
        fmt::format("{} {}", sign_of(object.state), is_named ? name_parts(object.name).name : "");
    const std::string kind =
        fmt::format("tile {} {} w{}{}", state_class(object.state), class_of(object.severity),
                    width_of(object.parts), is_named ? "" : " bare");
    const auto number = numbers_.find(object.name);
    const std::string link =
        number == numbers_.end() ? "" : fmt::format(R"( href="#f{}")", number->second);
    const std::string title = title_of(object);
    return fmt::format(R"(<a class="{}"{} title="{}"{}>{}</a>)", kind, link, title,
                       is_named ? "" : fmt::format(R"( aria-label="{}")", title),
                       html_escaped(trimmed(text)));
  }

  const Comparison& comparison_;
  std::map<std::string_view, Area> areas_;
  std::map<std::string_view, std::ptrdiff_t> numbers_;
  size_t differing_ = 0;
  size_t drawn_ = 0;
  bool is_merged_ = false;
};

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

}  // namespace

NameParts name_parts(std::string_view object) {
  const size_t end = kind_of(object).size();
  NameParts parts{.kind = object.substr(0, end), .schema = {}, .name = {}};
  if (end >= object.size()) return parts;
  parts.name = object.substr(end + 1);
  if (parts.kind == "schema") parts.schema = parts.name;
  const size_t dot = parts.name.find('.');
  const bool is_in_schema = dot != std::string_view::npos && dot > 0 &&
                            dot + 1 < parts.name.size() && dot < parts.name.find('(');
  if (!is_in_schema || parts.kind == "schema") return parts;
  parts.schema = parts.name.substr(0, dot);
  parts.name = parts.name.substr(dot + 1);
  return parts;
}

std::string plural(std::string_view kind) {
  const std::string word(kind);
  if (word.ends_with("x") || word.ends_with("ss")) return word + "es";
  if (word.ends_with("y")) return word.substr(0, word.size() - 1) + "ies";
  return word.ends_with("s") || word.empty() ? word : word + "s";
}

std::string html_bars(const Compared& compared) {
  constexpr double kFull = 1000;
  constexpr int kLeast = 12;  // a single object among ten thousand is seen
  std::map<std::string_view, std::int64_t> counts;
  for (const Comparison::Object& object : compared.comparison->objects) ++counts[object.state];
  const std::int64_t missing = counts["missing"];
  const std::int64_t extra = counts["extra"];
  const std::int64_t same = counts["same"];
  const auto all = static_cast<std::int64_t>(compared.comparison->objects.size());
  const std::int64_t changed = all - missing - extra - same;
  const auto width = [&](std::int64_t count) {
    if (count == 0) return 0;
    return std::max(
        kLeast, static_cast<int>(static_cast<double>(count) / static_cast<double>(all) * kFull));
  };
  const int lone = width(missing);
  const int both = lone + width(changed);
  const int end = both + width(same);
  const int full = end + width(extra);
  const Comparison& sides = *compared.comparison;
  const std::vector<Piece> common = {{"changed", lone, both - lone}, {"same", both, end - both}};
  std::vector<Piece> left = common;
  left.push_back({"missing", 0, lone});
  std::vector<Piece> right = common;
  right.push_back({"extra", end, full - end});
  std::string html = "<div class=\"bars\">\n";
  html += side("expected", sides.expected, all - extra, bar(left, full));
  html += side("actual", sides.actual, all - missing, bar(right, full));
  html += "<p class=\"legend\">";
  for (const auto& [kind, sign, count] :
       {std::tuple("missing", "−", missing), std::tuple("changed", "~", changed),
        std::tuple("same", "=", same), std::tuple("extra", "+", extra)}) {
    if (count == 0) continue;
    html += fmt::format(R"(<span class="{0}"><i class="key b-{0}"></i>{1} {2} {3}</span>)", kind,
                        sign, count, kind == std::string_view("same") ? "the same" : kind);
  }
  return html + "</p></div>\n";
}

std::string html_map(const Compared& compared, const std::vector<Finding>& findings) {
  return Map(compared, findings).html();
}

}  // namespace provision
