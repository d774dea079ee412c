// PostgreSQL's statements, found by tokens alone, as its own parser finds them.
#include "provision/engine/postgresql/split.h"

#include <gmock/gmock.h>

#include "provision/base/error.h"
#include "provision/base/text.h"

namespace provision::postgresql {
namespace {

using testing::ElementsAre;

std::vector<std::string> texts_of(std::string_view script) {
  std::vector<std::string> texts;
  for (const Statement& statement : split(script)) texts.push_back(statement.text);
  return texts;
}

struct SplitCase {
  const char* name;
  const char* script;
  std::vector<std::string> statements;
};

class SplitTest : public testing::TestWithParam<SplitCase> {};

TEST_P(SplitTest, FindsTheStatements) {
  EXPECT_EQ(texts_of(GetParam().script), GetParam().statements);
}

TEST_P(SplitTest, AgreesWithTheServersParser) {
  const std::string_view script = GetParam().script;
  std::vector<std::string> parsed;
  for (const Span& span : parser_spans(script)) {
    // The parser leaves comments and blanks where they are.
    const auto own = split(script.substr(span.begin, span.size));
    for (const Statement& statement : own) parsed.push_back(statement.text);
  }

  EXPECT_EQ(texts_of(script), parsed);
}

const SplitCase kSplitCases[] = {
    {"Nothing", "", {}},
    {"Blanks", " \n\t", {}},
    {"OneWithoutSemicolon", "SELECT 1", {"SELECT 1"}},
    {"Two", "SELECT 1; SELECT 2;", {"SELECT 1", "SELECT 2"}},
    {"Strings", "SELECT ';', 'it''s;';SELECT '\\';", {"SELECT ';', 'it''s;'", "SELECT '\\'"}},
    {"EscapeStrings", "SELECT E'\\';';SELECT 2", {"SELECT E'\\';'", "SELECT 2"}},
    {"EscapeStringGoesOn", "SELECT E'a'\n '\\';';SELECT 2", {"SELECT E'a'\n '\\';'", "SELECT 2"}},
    {"BitAndUnicodeStrings",
     "SELECT B'1', X'f', N';', U&'\\0041;', U&\"d\\0061t;\" FROM (SELECT 1 AS \"dat;\") x;SELECT 2",
     {"SELECT B'1', X'f', N';', U&'\\0041;', U&\"d\\0061t;\" FROM (SELECT 1 AS \"dat;\") x",
      "SELECT 2"}},
    {"QuotedNames", "SELECT 1 AS \"a;\"\"b\";SELECT 2", {"SELECT 1 AS \"a;\"\"b\"", "SELECT 2"}},
    {"DollarQuotes",
     "DO $$ BEGIN; END $$;SELECT $a$;$$;$a$;",
     {"DO $$ BEGIN; END $$", "SELECT $a$;$$;$a$"}},
    {"DollarInAName", "SELECT a$b$c FROM t; SELECT 2", {"SELECT a$b$c FROM t", "SELECT 2"}},
    {"LineComments", "SELECT 1 -- ; '\n;-- '\nSELECT 2", {"SELECT 1", "SELECT 2"}},
    {"NestedComments",
     "SELECT /* ; /* ' */ ; */ 1; SELECT 2",
     {"SELECT /* ; /* ' */ ; */ 1", "SELECT 2"}},
    {"Rules",
     "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b);SELECT 2",
     {"CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b)", "SELECT 2"}},
    {"AtomicBodies",
     "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a "
     "> "
     "1 THEN 2 ELSE 3 END; END;SELECT 2",
     {"CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a "
      "> 1 THEN 2 ELSE 3 END; END",
      "SELECT 2"}},
    {"AtomicProcedures",
     "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); END;SELECT 2",
     {"CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); END", "SELECT 2"}},
    {"Numbers", "SELECT 1e5, .5, 1.;SELECT 2", {"SELECT 1e5, .5, 1.", "SELECT 2"}},
    {"Operators",
     "SELECT 1-1, 2/1, '{}'::jsonb @> '{}';SELECT 2",
     {"SELECT 1-1, 2/1, '{}'::jsonb @> '{}'", "SELECT 2"}},
    {"WordsOfOtherScripts", "SELECT 'ä;' AS größe;SELECT 2", {"SELECT 'ä;' AS größe", "SELECT 2"}},
};

INSTANTIATE_TEST_SUITE_P(Cases, SplitTest, testing::ValuesIn(kSplitCases),
                         [](const auto& the_case) { return the_case.param.name; });

TEST(Split, LeavesAStatementThatDoesNotEndToTheServer) {
  EXPECT_THAT(texts_of("SELECT 1; SELECT 'open; SELECT 2;"),
              ElementsAre("SELECT 1", "SELECT 'open; SELECT 2;"));
  EXPECT_THAT(texts_of("SELECT 1; /* open; SELECT 2;"),
              ElementsAre("SELECT 1", "/* open; SELECT 2;"));
}

TEST(Split, SplitsWhatOnlyANewerParserKnows) {
  EXPECT_THAT(texts_of("FUTURE THING a; FUTURE THING b;"),
              ElementsAre("FUTURE THING a", "FUTURE THING b"));
}

struct ForeignCase {
  const char* script;
  int line;
};

TEST(Split, RefusesWhatIsNotForRevisionsAndSaysWhere) {
  const ForeignCase cases[] = {
      {"SELECT 1;\n\n  BEGIN;", 3},
      {"start transaction", 1},
      {"SELECT 1;\nEND;", 2},
      {"PREPARE TRANSACTION 'a'", 1},
      {"RELEASE a", 1},
      {"ABORT;", 1},
      {"ROLLBACK PREPARED 'a'", 1},
      {"SELECT 1;\n\\connect other\nSELECT 2;", 2},
      {"\\i file.sql", 1},
      {"COPY t (a) FROM stdin;\n1\n\\.\n", 1},
      {"COPY t FROM STDIN WITH CSV;", 1},
  };
  for (const ForeignCase& foreign : cases) {
    try {
      split(foreign.script);
      ADD_FAILURE() << foreign.script;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_EQ(error.place().line, foreign.line) << foreign.script;
    }
  }
}

TEST(Split, TakesTheDataOfCopyInForeignScripts) {
  const auto statements = split(
      "COPY public.t (a, b) FROM stdin;\n1\t;'\n-- no remark\t\\N\n\\.\n\n\nSELECT 1;\n"
      "COPY u FROM STDIN WITH (FORMAT csv);\n\\.\nCOPY v FROM stdin;\nlast",
      Origin::foreign);

  ASSERT_EQ(statements.size(), 4U);
  EXPECT_EQ(statements[0].text, "COPY public.t (a, b) FROM stdin");
  EXPECT_EQ(statements[0].copy_data, "1\t;'\n-- no remark\t\\N\n");
  EXPECT_EQ(statements[1].text, "SELECT 1");
  EXPECT_EQ(statements[1].line, 7);
  EXPECT_FALSE(statements[1].copy_data);
  EXPECT_EQ(statements[2].copy_data, "");
  EXPECT_EQ(statements[3].copy_data, "last");
}

TEST(Split, PassesOverWhatOnlyConcernsPsqlInForeignScripts) {
  const auto statements = split(
      "\\restrict abc\n\\set ON_ERROR_STOP on\n\\echo it's; \\x\nSELECT 1;\n\\encoding 'UTF8'\n"
      "\\unrestrict abc\n",
      Origin::foreign);

  ASSERT_EQ(statements.size(), 1U);
  EXPECT_EQ(statements[0].text, "SELECT 1");
  EXPECT_EQ(statements[0].line, 4);
}

TEST(Split, RefusesWhatForeignScriptsMayNotHaveAndSaysWhere) {
  const ForeignCase cases[] = {
      {"SELECT 1;\n\\i other.sql\n", 2}, {"\\set name 1\n", 1},
      {"\\set AUTOCOMMIT off\n", 1},     {"\n\\connect other\n", 2},
      {"SELECT 1\n\\gset\n", 2},         {"SELECT 1 \\echo x\n", 1},
      {"\\encoding LATIN1\n", 1},        {"SELECT 1;\nPREPARE TRANSACTION 'a';", 2},
      {"COMMIT PREPARED 'a';", 1},
  };
  for (const ForeignCase& foreign : cases) {
    try {
      split(foreign.script, Origin::foreign);
      ADD_FAILURE() << foreign.script;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_EQ(error.place().line, foreign.line) << foreign.script;
    }
  }
}

TEST(Split, RefusesANulByte) {
  EXPECT_THROW(split(std::string_view("SELECT 1\0; DROP TABLE t", 22)), Error);
}

TEST(Split, KnowsWhatTheServerRefusesInATransaction) {
  for (const char* statement : {"CREATE INDEX CONCURRENTLY i ON t (a)",
                                "create unique index concurrently on t (a)",
                                "DROP INDEX CONCURRENTLY i",
                                "REINDEX INDEX CONCURRENTLY i",
                                "REINDEX (VERBOSE, CONCURRENTLY) TABLE t",
                                "REINDEX (CONCURRENTLY on) TABLE t",
                                "REINDEX SCHEMA s",
                                "REINDEX DATABASE d",
                                "REINDEX SYSTEM",
                                "VACUUM",
                                "VACUUM (FULL) t",
                                "CREATE DATABASE d",
                                "DROP DATABASE IF EXISTS d",
                                "CREATE TABLESPACE s LOCATION '/x'",
                                "DROP TABLESPACE s",
                                "ALTER SYSTEM SET work_mem = '1MB'",
                                "ALTER DATABASE d SET TABLESPACE s",
                                "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
                                "DROP SUBSCRIPTION s",
                                "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
                                "CLUSTER",
                                "CLUSTER VERBOSE",
                                "DISCARD ALL",
                                "CALL p()",
                                "DO $$ BEGIN COMMIT; END $$",
                                "/* why */ VACUUM -- now"}) {
    EXPECT_TRUE(needs_autocommit(statement)) << statement;
  }
}

TEST(Split, KnowsWhatChangesTheSessionAlone) {
  const std::vector<Statement> statements =
      split("SET search_path = a; RESET ALL; SET LOCAL x.y = 1; SELECT 1; UPDATE t SET a = 1");
  std::vector<bool> found;
  for (const Statement& statement : statements) found.push_back(statement.sets_session);
  EXPECT_THAT(found, ElementsAre(true, true, false, false, false));
}

TEST(Split, KnowsWhatTheServerTakesInATransaction) {
  for (const char* statement :
       {"CREATE INDEX i ON t (a)", "CREATE INDEX \"concurrently\" ON t (a)", "DROP INDEX i",
        "REINDEX TABLE t", "REINDEX (CONCURRENTLY off) TABLE t", "CLUSTER t USING i",
        "ALTER TABLE t DETACH PARTITION p", "ALTER DATABASE d SET work_mem = '1MB'",
        "ALTER TABLE t SET TABLESPACE s", "DISCARD TEMP", "ANALYZE", "SELECT 'VACUUM'",
        "DO $$ BEGIN PERFORM 'COMMIT'; END $$", "CREATE TABLE vacuum (a int)", ""}) {
    EXPECT_FALSE(needs_autocommit(statement)) << statement;
  }
}

}  // namespace
}  // namespace provision::postgresql
