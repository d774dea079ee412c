// The server's and libpq's words as our errors.
#include <gmock/gmock.h>

#include "provision/base/error.h"
#include "provision/engine/postgresql/conninfo.h"
#include "provision/engine/postgresql/failure.h"

namespace provision::postgresql {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PostgresqlFailure, AMessageIsTakenApart) {
  const ServerMessage message = parsed_message(
      "ERROR:  duplicate key value violates unique constraint \"t_pkey\"\n"
      "LINE 3:   b +)\n             ^\n"
      "DETAIL:  Key (a)=(1) already exists.\n"
      "HINT:  Do otherwise.\n"
      "CONTEXT:  COPY t, line 7\n");

  EXPECT_EQ(message.text,
            "duplicate key value violates unique constraint \"t_pkey\"; Key (a)=(1) already "
            "exists.");
  EXPECT_EQ(message.hint, "Do otherwise.");
  EXPECT_EQ(message.line, 3);
}

TEST(PostgresqlFailure, TheLineOfAQueryWithinAFunctionIsNotOurs) {
  EXPECT_EQ(parsed_message("ERROR:  no\nLINE 4: x\n        ^\nQUERY:  SELECT x\n").line, 0);
}

TEST(PostgresqlFailure, CopySaysItsLineInTheContext) {
  EXPECT_EQ(parsed_message("ERROR:  no\nCONTEXT:  COPY t, line 12, column a: \"x\"\n").line, 12);
}

TEST(PostgresqlFailure, WhatMaySucceedLaterIsUnavailable) {
  for (const char* code :
       {"40001", "40P01", "55P03", "55006", "57014", "57P01", "53300", "08006"}) {
    EXPECT_EQ(statement_error(code, "ERROR:  x\n").kind(), ErrorKind::unavailable) << code;
  }
  for (const char* code : {"42P01", "23505", "25001", "42501"}) {
    EXPECT_EQ(statement_error(code, "ERROR:  x\n").kind(), ErrorKind::refused) << code;
  }
}

TEST(PostgresqlFailure, AStatementThatNeedsNoTransactionSaysHow) {
  EXPECT_THAT(statement_error("25001", "ERROR:  x cannot run inside a transaction block\n").hint(),
              HasSubstr("-- transaction: off"));
}

TEST(PostgresqlFailure, AFailedConnectionSaysWhy) {
  const Error missing = connection_error(
      "connection to server on socket \"/x/.s.PGSQL.5432\" failed: FATAL:  database \"d\" does not "
      "exist\n",
      "'d' on /x:5432");

  EXPECT_EQ(missing.kind(), ErrorKind::unavailable);
  EXPECT_EQ(missing.code(), "3D000");
  EXPECT_EQ(missing.message(), "cannot connect to 'd' on /x:5432: database \"d\" does not exist");
}

TEST(PostgresqlFailure, AServerThatIsNotThereIsNamed) {
  const Error error = connection_error(
      "connection to server at \"h\" (10.0.0.1), port 5432 failed: Connection refused\n"
      "\tIs the server running on that host and accepting TCP/IP connections?\n",
      "'d' on h:5432");

  EXPECT_EQ(error.code(), "08001");
  EXPECT_THAT(error.message(), HasSubstr("h:5432: Connection refused"));
}

DatabaseSpec spec_at(const std::string& host, const std::string& database) {
  DatabaseSpec spec;
  spec.location.host = host;
  spec.location.user = "me";
  spec.location.database = database;
  return spec;
}

TEST(PostgresqlConninfo, EveryValueIsQuoted) {
  const DatabaseSpec spec = spec_at("h", "x' user='evil' dbname='\\y");

  EXPECT_THAT(conninfo(spec, {}, {}), HasSubstr(R"(dbname='x\' user=\'evil\' dbname=\'\\y')"));
}

TEST(PostgresqlConninfo, TheNetworkIsEncryptedAndSocketsAreNot) {
  EXPECT_THAT(conninfo(spec_at("db.example.org", "d"), {}, {}), HasSubstr("sslmode='verify-full'"));
  EXPECT_THAT(conninfo(spec_at("/run/x", "d"), {}, {}), HasSubstr("sslmode='disable'"));
  EXPECT_THAT(conninfo(spec_at("127.0.0.1", "d"), {}, {}), HasSubstr("sslmode='disable'"));
}

TEST(PostgresqlConninfo, AModeThatMayFallBackToPlainTextIsRefused) {
  DatabaseSpec spec = spec_at("h", "d");
  spec.tls = "prefer";

  EXPECT_THROW(conninfo(spec, {}, {}), Error);
}

TEST(PostgresqlConninfo, AnUnknownParameterIsRefused) {
  DatabaseSpec spec = spec_at("h", "d");
  spec.location.parameters["connect_timeoot"] = "1";

  EXPECT_THROW(conninfo(spec, {}, {}), Error);
}

TEST(PostgresqlConninfo, APersonsClientGetsNoPassword) {
  DatabaseSpec spec = spec_at("h", "d");
  spec.location.password = Secret("canary");

  EXPECT_THAT(conninfo(spec, {}, {}), HasSubstr("canary"));
  EXPECT_THAT(client_conninfo(spec), Not(HasSubstr("canary")));
}

}  // namespace
}  // namespace provision::postgresql
