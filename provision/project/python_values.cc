#include "provision/project/python_values.h"

#include <fmt/format.h>

#include <charconv>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/process.h"
#include "provision/base/text.h"
#include "provision/project/python_literal.h"
#include "provision/project/python_tokens.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

/// Answers "index line name literal" lines, in the order of the statements; "!" for the name means
/// that the rest is why there is no value.
constexpr std::string_view kScript = R"py(
import ast, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
wanted = set(sys.argv[2].split(","))

def value(node, names):
    def of(part):
        return value(part, names)
    if isinstance(node, ast.Name) and node.id in names:
        return names[node.id]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return of(node.left) + of(node.right)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return of(node.left) % of(node.right)
    if isinstance(node, ast.JoinedStr):
        return "".join(of(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        shown = of(node.value)
        if node.conversion != -1:
            shown = {"s": str, "r": repr, "a": ascii}[chr(node.conversion)](shown)
        return format(shown, of(node.format_spec) if node.format_spec else "")
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(of(part) for part in node.elts)
    if isinstance(node, ast.Set):
        return tuple(sorted(of(part) for part in node.elts))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in ("tuple", "list", "set", "frozenset") and not node.keywords:
            return tuple(*[of(part) for part in node.args])
        if node.func.id == "str" and len(node.args) == 1:
            return str(of(node.args[0]))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        text = of(node.func.value)
        if isinstance(text, str) and node.func.attr in ("format", "lower", "upper", "strip", "join"):
            return getattr(text, node.func.attr)(*[of(part) for part in node.args],
                **{key.arg: of(key.value) for key in node.keywords})
    return ast.literal_eval(node)

def targets(node, found):
    if isinstance(node, ast.Name):
        yield node.id, found
    elif isinstance(node, (ast.Tuple, ast.List)):
        for part, one in zip(node.elts, found):
            yield from targets(part, one)

def read(tree, say):
    names = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            into, source = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value:
            into, source = [statement.target], statement.value
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            into = [statement.target]
            source = ast.BinOp(ast.Name(statement.target.id), statement.op, statement.value)
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        else:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in wanted:
                    say(node.lineno, "!", "'%s' depends on what happens when the file runs" % node.id)
            continue
        stored = {node.id for target in into for node in ast.walk(target) if isinstance(node, ast.Name)}
        try:
            found = value(source, names)
            pairs = [pair for target in into for pair in targets(target, found)]
        except Exception as error:
            for name in sorted(stored & wanted):
                say(statement.lineno, "!", "'%s' is no literal" % name)
            for name in stored:
                names.pop(name, None)
            continue
        names.update(pairs)
        for name, one in pairs:
            if name in wanted:
                say(statement.lineno, name, ascii(one))

with open(sys.argv[1], "w", encoding="ascii") as answer:
    for index, path in enumerate(sys.stdin.read().split("\0")):
        def say(line, name, rest):
            answer.write("%d %d %s %s\n" % (index, line or 0, name, rest))
        try:
            with open(path, "rb") as file:
                tree = ast.parse(file.read())
        except (SyntaxError, ValueError) as error:
            say(getattr(error, "lineno", 0), "!", ascii("it is no Python: %s" % getattr(error, "msg", error))[1:-1])
        else:
            read(tree, say)
)py";

/// Takes the word before the next blank from `text`.
std::string_view take_word(std::string_view& text) {
  const size_t blank = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, blank);
  text.remove_prefix(std::min(blank + 1, text.size()));
  return word;
}

size_t number(std::string_view digits) {
  size_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

void add_answer(std::vector<PythonValues>& answers, std::string_view line) {
  const size_t index = number(take_word(line));
  const auto place = static_cast<int>(number(take_word(line)));
  const std::string name(take_word(line));
  if (index >= answers.size()) return;
  PythonValues& answer = answers[index];
  const auto fail = [&](std::string trouble) {
    if (!answer.trouble.empty()) return;
    answer.line = place;
    answer.trouble = std::move(trouble);
  };
  if (name == "!") return fail(std::string(line));
  std::vector<PythonToken> tokens = python_tokens(line, {});
  tokens.pop_back();  // the end of the line
  const auto literal = literal_of(tokens);
  if (!literal) return fail(fmt::format("'{}' is neither None, nor a string, nor several", name));
  answer.assignments.push_back({name, place, literal});
}

}  // namespace

std::vector<PythonValues> ask_python(const std::vector<fs::path>& files,
                                     const std::vector<std::string>& names) {
  const auto python = find_program("python3");
  if (!python) {
    throw unavailable("some revisions are more than literals, and there is no 'python3' to ask",
                      "install Python, or write their ids as plain strings");
  }
  const TemporaryFolder folder;
  const fs::path answer = folder.path() / "answer";
  std::string input;
  for (const fs::path& file : files)
    input += (input.empty() ? "" : std::string(1, '\0')) + file.string();
  Command command{
      .program = *python,
      .arguments = {"-I", "-S", "-c", std::string(kScript), answer.string(), joined(names, ",")},
      .input = std::move(input)};
  command.deadline = std::chrono::seconds(30);
  const Outcome outcome = run(command);
  if (outcome.exit_code != 0) {
    throw unavailable(fmt::format("'{}' could not read the revisions: {}", python->string(),
                                  trimmed(outcome.errors)));
  }
  std::vector<PythonValues> answers(files.size());
  const std::string text = read_text(answer);
  for (const std::string_view line : lines_of(text)) {
    if (!line.empty()) add_answer(answers, line);
  }
  return answers;
}

}  // namespace provision
