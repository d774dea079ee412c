#include "provision/project/seed_generate.h"

#include <fmt/format.h>

#include <array>
#include <functional>

#include "provision/base/text.h"
#include "provision/project/generator_values.h"
#include "provision/project/template_text.h"

namespace provision {
namespace {

using Kind = GeneratorKind;
using NodeKind = YamlNode::Kind;

constexpr std::int64_t kMostRows = 1'000'000'000;
constexpr std::int64_t kMostWords = 1'000;
constexpr std::int64_t kMostWeight = 1'000'000'000;

std::int64_t number_within(const YamlNode& node, std::string_view what, std::int64_t least,
                           std::int64_t most) {
  const std::int64_t value = node.as_integer(what);
  if (value >= least && value <= most) return value;
  throw usage_error(node.place,
                    fmt::format("{} must be {} to {}, not {}", what, least, most, value));
}

const YamlNode& needed(const YamlNode& node, std::string_view key, std::string_view what) {
  if (const YamlNode* found = node.find(key)) return *found;
  throw usage_error(node.place, fmt::format("no '{}' in {}", key, what));
}

void in_order(const Generator& generator, const YamlNode& node, std::string_view what) {
  if (generator.from <= generator.to) return;
  throw usage_error(node.place, fmt::format("'from' is beyond 'to' in {}", what));
}

void read_sequence(const YamlNode& node, Generator& generator) {
  generator.from = 1;
  if (node.kind == NodeKind::null) return;
  node.must_be(NodeKind::mapping, "'sequence'");
  node.allow_keys({"from", "step"}, "'sequence'");
  constexpr std::int64_t kFar = 1'000'000'000'000'000;
  if (const YamlNode* from = node.find("from")) {
    generator.from = number_within(*from, "'from'", -kFar, kFar);
  }
  if (const YamlNode* step = node.find("step")) {
    generator.step = number_within(*step, "'step'", -1'000'000, 1'000'000);
    if (generator.step == 0) throw usage_error(step->place, "'step' must not be 0");
  }
}

/// The node's two ends, read by `read`.
template <typename Read>
void read_ends(const YamlNode& node, std::string_view what, Generator& generator, Read read) {
  node.must_be(NodeKind::mapping, what);
  node.allow_keys({"from", "to"}, what);
  generator.from = read(needed(node, "from", what), "'from'");
  generator.to = read(needed(node, "to", what), "'to'");
  in_order(generator, node, what);
}

void read_range(const YamlNode& node, Generator& generator) {
  node.must_be(NodeKind::mapping, "'range'");
  for (const char* end : {"from", "to"}) {
    if (const YamlNode* value = node.find(end)) {
      generator.scale = std::max(generator.scale, decimals_of(*value, fmt::format("'{}'", end)));
    }
  }
  read_ends(node, "'range'", generator, [&](const YamlNode& value, std::string_view what) {
    return decimal_units(value, what, generator.scale);
  });
}

void read_choice(const YamlNode& node, Generator& generator) {
  std::int64_t total = 0;
  if (node.kind == NodeKind::sequence) {
    for (const std::string& value : node.as_list("'choice'")) {
      generator.choices.emplace_back(value, 1);
      ++total;
    }
  } else {
    node.must_be(NodeKind::mapping, "'choice'");
    for (size_t i = 0; i < node.keys.size(); ++i) {
      const std::string what = fmt::format("the weight of '{}'", node.keys[i].text);
      const std::int64_t weight = number_within(node.items[i], what, 0, kMostWeight);
      if (weight > 0) generator.choices.emplace_back(node.keys[i].text, weight);
      total += weight;
    }
  }
  if (total == 0) throw usage_error(node.place, "'choice' has nothing to choose from");
}

void read_date(const YamlNode& node, Generator& generator) {
  read_ends(node, "'date'", generator, day_number);
}

void read_timestamp(const YamlNode& node, Generator& generator) {
  read_ends(node, "'timestamp'", generator, second_number);
}

void read_words(const YamlNode& node, Generator& generator) {
  generator.from = 2;
  generator.to = 6;
  if (node.kind == NodeKind::null) return;
  const auto count = [](const YamlNode& value, std::string_view what) {
    return number_within(value, what, 1, kMostWords);
  };
  if (node.kind == NodeKind::mapping) return read_ends(node, "'words'", generator, count);
  generator.from = generator.to = count(node, "'words'");
}

void read_name(const YamlNode& node, Generator& generator) {
  generator.text = "full";
  if (node.kind == NodeKind::null) return;
  const std::vector<std::string> known = {"full", "first", "last"};
  generator.text = node.as_text("'name'");
  if (std::find(known.begin(), known.end(), generator.text) != known.end()) return;
  throw usage_error(node.place, fmt::format("unknown name '{}'", generator.text),
                    name_hint(generator.text, known));
}

void read_email(const YamlNode& node, Generator& generator) {
  generator.text = node.kind == NodeKind::null ? "example.com" : node.as_text("'email'");
}

void read_template(const YamlNode& node, Generator& generator) {
  generator.parts = parse_template(node.as_text("'template'"), node.place);
}

void read_reference(const YamlNode& node, Generator& generator) {
  if (node.kind == NodeKind::null) return;
  const YamlNode* word = &node;
  if (node.kind == NodeKind::mapping) {
    node.allow_keys({"distribution"}, "'fk'");
    word = &needed(node, "distribution", "'fk'");
  }
  const std::string& text = word->as_text("'distribution'");
  generator.zipf = text == "zipf";
  if (generator.zipf || text == "uniform") return;
  const std::vector<std::string> known = {"uniform", "zipf"};
  throw usage_error(word->place, fmt::format("unknown distribution '{}'", text),
                    name_hint(text, known));
}

void read_constant(const YamlNode& node, Generator& generator) {
  generator.text = node.as_text("'constant'");
}

void read_nothing(const YamlNode& node, Generator&) {
  if (node.kind != NodeKind::null) throw usage_error(node.place, "'default' takes no value");
}

struct KnownGenerator {
  std::string_view name;
  Kind kind;
  void (*read)(const YamlNode&, Generator&);
};

constexpr std::array kGenerators = {
    KnownGenerator{"sequence", Kind::sequence, &read_sequence},
    KnownGenerator{"range", Kind::range, &read_range},
    KnownGenerator{"choice", Kind::choice, &read_choice},
    KnownGenerator{"date", Kind::date, &read_date},
    KnownGenerator{"timestamp", Kind::timestamp, &read_timestamp},
    KnownGenerator{"words", Kind::words, &read_words},
    KnownGenerator{"name", Kind::name, &read_name},
    KnownGenerator{"email", Kind::email, &read_email},
    KnownGenerator{"template", Kind::pattern, &read_template},
    KnownGenerator{"fk", Kind::reference, &read_reference},
    KnownGenerator{"constant", Kind::constant, &read_constant},
    KnownGenerator{"default", Kind::database_default, &read_nothing},
};

const KnownGenerator* known_generator(std::string_view name) {
  for (const KnownGenerator& known : kGenerators) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

std::vector<std::string> generator_names() {
  std::vector<std::string> names;
  for (const KnownGenerator& known : kGenerators) names.emplace_back(known.name);
  return names;
}

/// A generator that is a word alone: `sequence`.
Generator read_word(const YamlNode& node) {
  Generator generator{.place = node.place};
  const std::string& name = node.as_text("a generator");
  const KnownGenerator* known = known_generator(name);
  if (known == nullptr) {
    throw usage_error(node.place, fmt::format("unknown generator '{}'", name),
                      name_hint(name, generator_names()));
  }
  generator.kind = known->kind;
  YamlNode nothing;
  nothing.place = node.place;
  known->read(nothing, generator);
  return generator;
}

/// `{range: {...}, null_rate: 0.1}`; without a generator it is the one for the column's type.
Generator read_generator(const YamlNode& node, const std::string& column) {
  if (node.kind == NodeKind::scalar) return read_word(node);
  const std::string what = fmt::format("the generator of column '{}'", column);
  node.must_be(NodeKind::mapping, what);
  std::vector<std::string> keys = generator_names();
  keys.emplace_back("null_rate");
  node.allow_keys(keys, what);
  Generator generator{.place = node.place};
  for (size_t i = 0; i < node.keys.size(); ++i) {
    const KnownGenerator* known = known_generator(node.keys[i].text);
    if (known == nullptr) {
      generator.nulls_per_million = rate_per_million(node.items[i], "'null_rate'");
      continue;
    }
    if (generator.kind != Kind::by_type) {
      throw usage_error(node.keys[i].place,
                        fmt::format("{} is more than one: '{}' too", what, known->name));
    }
    generator.kind = known->kind;
    known->read(node.items[i], generator);
  }
  return generator;
}

/// All that a node holds, so that another text of the same meaning is the same.
void append_text(const YamlNode& node, std::string& text) {
  if (node.kind == NodeKind::scalar) text += "\x01" + node.text;
  if (node.items.empty()) return;
  text += '{';
  for (size_t i = 0; i < node.items.size(); ++i) {
    if (i < node.keys.size()) text += node.keys[i].text + ":";
    append_text(node.items[i], text);
    text += ',';
  }
  text += '}';
}

}  // namespace

Generation read_generation(const YamlNode& node, std::string_view set) {
  node.must_be(NodeKind::mapping, "'generate'");
  node.allow_keys({"rows", "seed", "columns"}, "'generate'");
  Generation generation;
  generation.set = std::string(set);
  generation.rows = number_within(needed(node, "rows", "'generate'"), "'rows'", 0, kMostRows);
  if (const YamlNode* seed = node.find("seed")) generation.seed = seed->as_integer("'seed'");
  if (const YamlNode* columns = node.find("columns")) {
    columns->must_be(NodeKind::mapping, "'columns'");
    for (size_t i = 0; i < columns->keys.size(); ++i) {
      const std::string& column = columns->keys[i].text;
      Generator generator = read_generator(columns->items[i], column);
      generator.place = columns->keys[i].place;
      generation.columns.emplace_back(column, std::move(generator));
    }
  }
  append_text(node, generation.text);
  return generation;
}

}  // namespace provision
