#include "provision/report/html_overview.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "provision/base/text.h"
#include "provision/report/difference_text.h"
#include "provision/report/html_text.h"

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
    std::string calm;
    size_t schemas = 0;
    size_t left_out = 0;
    for (const auto& [schema, area] : areas_) {
      const bool is_calm = area.differing == 0 && (is_merged_ || areas_.size() > kMostSchemas);
      if (!is_calm) {
        html += area_html(schema, area);
      } else if (++schemas <= kMostSchemas) {
        calm += calm_html(schema, area);
      } else {
        ++left_out;
      }
    }
    if (left_out > 0) {
      calm += html_element(
          "span", "rest",
          fmt::format("and {} that are the same",
                      counted(static_cast<std::int64_t>(left_out), "schema more", "schemas more")));
    }
    return html + (calm.empty() ? "" : "<p class=\"calm\">" + calm + "</p>\n") + "</details>\n";
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

  /// A schema in which nothing differs, in a few words.
  static std::string calm_html(std::string_view schema, const Area& area) {
    std::vector<std::string> kinds;
    for (const std::string_view kind : area.order) {
      kinds.push_back(counted(static_cast<std::int64_t>(area.rows.at(kind).objects.size()), kind,
                              plural(kind)));
    }
    return fmt::format("<span>{} = {}</span>\n", html_element("b", "", schema),
                       html_escaped(joined(kinds, ", ")));
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

std::string html_map(const Compared& compared, const std::vector<Finding>& findings) {
  return Map(compared, findings).html();
}

}  // namespace provision
