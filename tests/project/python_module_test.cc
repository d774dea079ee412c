// What is told of a Python file without running it.
#include "provision/project/python_module.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provision/base/error.h"
#include "provision/base/text.h"

namespace provision {
namespace {

using testing::HasSubstr;

/// "None", "'text'", "(a, b)", or "?" where only Python can tell; "-" for no assignment.
std::string shown(const PythonAssignment* assigned) {
  if (assigned == nullptr) return "-";
  if (!assigned->value) return "?";
  switch (assigned->value->kind) {
    case PythonLiteral::Kind::none:
      return "None";
    case PythonLiteral::Kind::text:
      return "'" + assigned->value->items.front() + "'";
    case PythonLiteral::Kind::sequence:
      break;
  }
  return "(" + joined(assigned->value->items, ", ") + ")";
}

/// What `x` is in `source`.
std::string x_in(const std::string& source) {
  const PythonModule module = parse_python_module(source, "f.py");
  return shown(module.assigned("x"));
}

struct ValueCase {
  const char* source;
  const char* value;
};

TEST(PythonModuleTest, ValuesAreReadAsPythonReadsThem) {
  const std::vector<ValueCase> cases = {
      {"x = None", "None"},
      {"x = 'a'", "'a'"},
      {"x: str = \"a\"  # 'b'", "'a'"},
      {"x: Union[str, Sequence[str], None] = None\n", "None"},
      {"x: 'Dict[str, int]' = 'a'", "'a'"},
      {"x: str", "-"},
      {"x = u'a' R\"\\n\" 'b\\n'", "'a\\nb\n'"},
      {"x = '''a'b''c\n'''", "'a'b''c\n'"},
      {"x = \"a\\\"b\\x41\\101\\u00e4\\U0001F600\\q\\\nc\"",
       "'a\"bAA\xC3\xA4\xF0\x9F\x98\x80\\qc'"},
      {"x = ('a')", "'a'"},
      {"x = (\n  'a'  # first\n  'b'\n)", "'ab'"},
      {"x = 'a' \\\n  'b'", "'ab'"},
      {"x = ('a',)", "(a)"},
      {"x = 'a', 'b'", "(a, b)"},
      {"x = 'a',", "(a)"},
      {"x = [\n\n'a', # (\n'b',\n]", "(a, b)"},
      {"x = {'b', 'a'}", "(b, a)"},
      {"x = ()", "()"},
      {"y = x = z = 'a'", "'a'"},
      {"y = 1; x = 'a'; z = 2", "'a'"},
      {"x = 'a'\nx = 'b'", "'b'"},
      {"x=''", "''"},
      {"x = 'a' + 'b'", "?"},
      {"x = f'a'", "?"},
      {"x = b'a'", "?"},
      {"x = 1", "?"},
      {"x = y", "?"},
      {"x = str('a')", "?"},
      {"x = '\\N{BULLET}'", "?"},
      {"x = '\\ud800'", "?"},
      {"x = ('a', ('b',))", "?"},
      {"x = ('a', None)", "?"},
      {"x = 'a'\nx += 'b'", "?"},
      {"x, y = 'a', 'b'", "?"},
      {"(y, x) = z", "?"},
      {"if y:\n  x = 'a'", "?"},
      {"def f():\n  x = 'a'", "-"},
      {"class C:\n  x = 'a'", "-"},
      {"call(x='a')", "-"},
      {"y.x = 'a'", "-"},
      {"x == 'a'", "-"},
      {"y = '''\nx = 'a'\n'''", "-"},
      {"y = f'''{'''q'''}\nx = 'a'\n'''", "-"},
      {"y = f\"{z[\"a\"]:{w}}\"; x = 'a'", "'a'"},
      {"y = f'{{'; x = 'a'", "'a'"},
      {"y = f'{z!r:>{w}}' '}'; x = 'a'", "'a'"},
      {"y = rf'\\{z['k']}'; x = 'a'", "'a'"},
      {"y = r'\\'; x = '; x = 'a'", "'a'"},
      {"y = (1e-5, 0x1e-5, .5, ...)\nx = 'a'", "'a'"},
  };
  for (const ValueCase& each : cases) EXPECT_EQ(x_in(each.source), each.value) << each.source;
}

TEST(PythonModuleTest, FunctionsKeepTheirLines) {
  const PythonModule module = parse_python_module(
      "\"\"\"add users\n\nmore\"\"\"\nimport x\n\n@decorated\ndef upgrade(\n  name: str = "
      "'a:b',\n) -> "
      "None:\n    x('''\nnot indented\n''')\n\n    # a remark\n\n\nasync def downgrade(): pass\nx "
      "= 1\n",
      "f.py");

  EXPECT_EQ(module.docstring, "add users\n\nmore");
  ASSERT_EQ(module.functions.size(), 2U);
  EXPECT_EQ(module.function("upgrade")->line, 7);
  EXPECT_EQ(module.function("upgrade")->last_line, 12);
  EXPECT_TRUE(module.function("upgrade")->text.ends_with("not indented\n''')"));
  EXPECT_EQ(module.function("downgrade")->text, "async def downgrade(): pass");
  EXPECT_EQ(module.function("downgrade")->line, 17);
  EXPECT_EQ(module.function("other"), nullptr);
}

TEST(PythonModuleTest, WhatHasNoEndIsAnErrorAtItsBeginning) {
  const std::vector<ValueCase> cases = {
      {"a = 1\nb = 'x\n'", "f.py:2: a string has no end"},
      {"\nb = '''x\n\n", "f.py:2: a string has no end"},
      {"b = (\n1,\n", "f.py:1: a bracket is never closed"},
      {"b = f'''{x\n\n", "f.py:1: a string has no end"},
      {"\n)", "f.py:2: nothing is open before ')'"},
  };
  for (const ValueCase& each : cases) {
    try {
      parse_python_module(each.source, "f.py");
      ADD_FAILURE() << each.source;
    } catch (const Error& error) {
      EXPECT_EQ(error.message(), each.value);
      EXPECT_EQ(error.kind(), ErrorKind::usage);
    }
  }
}

TEST(PythonModuleTest, WhatABodyDoesIsTold) {
  using Kind = PythonBody::Kind;
  const auto kind = [](const char* text) { return body_of(text).kind; };

  EXPECT_EQ(kind("def d(): pass"), Kind::empty);
  EXPECT_EQ(kind("def d(a: int = {1: 2}[1]) -> None:\n  '''why'''\n  # no\n  ..."), Kind::empty);
  EXPECT_EQ(kind("def d():\n  pass; return\n"), Kind::empty);
  EXPECT_EQ(kind("def d():\n  return None"), Kind::empty);
  EXPECT_EQ(kind("def d():\n  return x()"), Kind::code);
  EXPECT_EQ(kind("def d():\n  pass\n  op.drop_table('t')"), Kind::code);
  EXPECT_EQ(kind("def d():\n  if x: raise NotImplementedError"), Kind::code);
  EXPECT_EQ(kind("def d():\n  raise NotImplementedError"), Kind::raises);
  EXPECT_EQ(kind("def d():\n  raise NotImplementedError() from None"), Kind::raises);
  EXPECT_EQ(kind("def d():\n  raise ValueError"), Kind::code);
  EXPECT_EQ(kind("not python ("), Kind::code);
  EXPECT_EQ(body_of("def d():\n  'doc'\n  raise NotImplementedError('no ' 'way')").message,
            "no way");
}

}  // namespace
}  // namespace provision
