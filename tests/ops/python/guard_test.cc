// An env.py that does not go where it is sent: nothing is run, in no database.
#include <gmock/gmock.h>

#include "tests/ops/python/python_fixture.h"

namespace provision {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class PythonGuardTest : public PythonTest {
 protected:
  PythonGuardTest() : other_(new_spec()) {
    copy("alembic");
    engine().create(other_);
  }

  void expect_refusal(int line) {
    const Error error = upgrade_error();

    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_THAT(error.message(), AllOf(HasSubstr(fmt::format("migrations/env.py:{}: ", line)),
                                       HasSubstr("not the database that provision gave it")));
    EXPECT_THAT(error.hint(), HasSubstr("variables:"));
    EXPECT_FALSE(has_table("alembic_version"));
    EXPECT_FALSE(connect(other_, Access::read)->table_exists("", "alembic_version"));
  }

  static constexpr const char* kChoice = "config.set_main_option(\"sqlalchemy.url\", ";

  DatabaseSpec other_;
};

INSTANTIATE_TEST_SUITE_P(Engines, PythonGuardTest, testing::Values("sqlite", "postgresql"));

TEST_P(PythonGuardTest, AnotherDatabaseOfTheSameServerIsRefusedAndLeftAlone) {
  edit("migrations/env.py", kChoice, fmt::format("{}'{}') or (", kChoice, url_of(other_)));
  expect_refusal(12);

  // One that only an application's own variable moves, which nobody has set.
  edit("migrations/env.py", "'" + url_of(other_) + "'",
       "os.environ.get('LIBRARY_DB', '" + url_of(other_) + "')");
  expect_refusal(12);

  spec_.variables = {{"LIBRARY_DB", "{url}"}};
  upgrade(workspace(), {.target = "1a0000000001"});
  EXPECT_EQ(version_rows(), "1a0000000001");
}

TEST_P(PythonGuardTest, ASecondConnectionToAnotherDatabaseIsRefusedBeforeItsFirstStep) {
  // The first run is as it should be: a multidb env.py goes on to the next database.
  edit("migrations/env.py", "    run_migrations_online()\n",
       "    run_migrations_online()\n    from sqlalchemy import create_engine\n"
       "    with create_engine('" +
           url_of(other_) +
           "').connect() as connection:\n"
           "        context.configure(connection=connection)\n"
           "        with context.begin_transaction():\n            context.run_migrations()\n");

  EXPECT_EQ(upgrade_error().kind(), ErrorKind::usage);

  EXPECT_FALSE(has_table("alembic_version"));
  EXPECT_FALSE(connect(other_, Access::read)->table_exists("", "alembic_version"));
}

}  // namespace
}  // namespace provision
