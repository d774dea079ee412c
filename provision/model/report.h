// What a command answers: facts, tables, findings. Every format is made from this alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace provision {

/// A value of a report; monostate is "nothing" (JSON null, a blank in a table).
using Value =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::string>>;

/// Where a column or fact is shown. JSON always has everything.
enum class Shown { always, verbose, json_only };

/// What a cell means to the eye.
enum class Tone { plain, good, warning, bad, dim, name };

struct Cell {
  Value value;
  Tone tone = Tone::plain;

  Cell(Value v = {}, Tone t = Tone::plain)
      : value(std::move(v)), tone(t) {}  // NOLINT(google-explicit-constructor)
  Cell(const char* text, Tone t = Tone::plain)
      : value(std::string(text)), tone(t) {}  // NOLINT(google-explicit-constructor)
  Cell(std::string text, Tone t = Tone::plain)
      : value(std::move(text)), tone(t) {}  // NOLINT(google-explicit-constructor)
};

struct Column {
  std::string key;           ///< in JSON, snake_case; stable
  std::string heading = {};  ///< in text; empty: the key with blanks
  Shown shown = Shown::always;
};

struct Table {
  std::string key;    ///< in JSON, the name of the array
  std::string title;  ///< a line above it in text; empty: none
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows = {};
  /// Said in text instead of an empty table; empty: nothing at all.
  std::string when_empty = {};
  bool vertical = false;  ///< in text, each row as a block of "heading  value" lines
};

struct Fact {
  std::string key;         ///< in JSON, snake_case; stable
  std::string label = {};  ///< in text; empty: the key with blanks
  Cell value = {};
  Shown shown = Shown::always;
};

/// A row of what differs: an object, or one attribute of it.
struct Difference {
  std::string type;              ///< "missing", "extra", "changed"
  std::string object;            ///< "column users.email"
  std::string attribute = {};    ///< of a changed object: "default"
  std::string expected = {};     ///< as it must be; empty: nothing
  std::string actual = {};       ///< as it is; empty: nothing
  std::string difference_class;  ///< "structure", "order"; "data" for rows
  bool counts = true;            ///< false: a note
  std::string severity = {};     ///< "breaking", "risky", "cosmetic"; empty: nobody judged it
  std::string reason = {};       ///< why it is that severe, a sentence
};

/// Something that was looked for and found wrong; makes the exit code 1.
struct Finding {
  std::string verdict;  ///< one word, stable: "behind", "edited", "residue"
  std::string subject;  ///< what it is about
  std::string message;
  std::string file = {};
  int line = 0;
  std::vector<Difference> differences = {};
  std::string detail = {};    ///< further lines: what the database said
  std::string severity = {};  ///< that of its worst difference
  std::string database = {};  ///< where several are looked at
};

/// One of many things that were looked at, each with a verdict: a revision that was verified. What
/// is wrong with it stands among the findings whose subject is its id.
struct Check {
  enum class Outcome { passed, failed, skipped };
  struct Timing {
    std::string step;  ///< "up", "down", "up again"
    double milliseconds = 0;
  };

  std::string id;
  std::string title = {};  ///< the message of the revision
  std::string verdict;     ///< "ok", "residue", "irreversible"
  Outcome outcome = Outcome::passed;
  std::string reason = {};    ///< why it was skipped or is exempt
  std::string database = {};  ///< where several are looked at
  std::string file = {};
  int line = 0;
  std::vector<std::string> parents = {};  ///< ids, for the picture
  std::vector<Timing> timings = {};
  std::vector<Difference> notes = {};  ///< what differs without being wrong
};

/// Two schemas side by side: what a picture of both is drawn from. What differs stands among the
/// findings whose subject is the object.
struct Comparison {
  struct Object {
    std::string name;           ///< "table shop.users"
    std::string state;          ///< "same", "missing", "extra", "changed"
    std::string severity = {};  ///< of its worst difference
    int parts = 0;              ///< columns, indexes and so on, of the side that has more
  };

  std::string expected;              ///< what the sides are called: "head of staging"
  std::string actual;                ///< "staging"
  std::string database = {};         ///< where several are compared
  std::vector<Object> objects = {};  ///< of both sides, that stand on their own, in their order
};

struct Report {
  std::string command;
  std::vector<Fact> facts;
  std::vector<Table> tables;
  std::string body_key;  ///< in JSON, the name of `body`
  std::string body;      ///< text shown as it is: SQL, a graph, a URL
  std::vector<Check> checks = {};
  std::vector<Comparison> comparisons = {};
  std::vector<Finding> findings;
  std::string summary;             ///< the last line in text: "3 revisions applied in 12 ms"
  std::vector<std::string> hints;  ///< what to try next; stderr in text

  bool ok() const { return findings.empty(); }
};

}  // namespace provision
