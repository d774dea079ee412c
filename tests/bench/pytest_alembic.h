// What pytest-alembic does with a history, step by step, without pytest.
#pragma once

namespace provision::bench {

/// A Python script for the folder of a project: `up_down` is its `up_down_consistency`, which
/// compares nothing, `no_trace` its `downgrade_leaves_no_trace`, which compares what autogenerate
/// sees. Both keep the revision files loaded and run env.py once a step, as it does.
inline constexpr const char* kPytestAlembic = R"(
import contextlib
import os
import sys

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

config = Config("alembic.ini")
script = ScriptDirectory.from_config(config)
history = [revision.revision for revision in reversed(list(script.walk_revisions()))]


def step(move, target):
    def plan(heads, context):
        return move(target, heads)

    with EnvironmentContext(config, script, fn=plan, destination_rev=target):
        script.run_env()


def up(target):
    step(script._upgrade_revs, target)


def down(target):
    step(script._downgrade_revs, target)


def up_down():
    for target in history:
        up(target)
    for target in reversed(["base"] + history[:-1]):
        down(target)
    for target in history:
        up(target)


def reflected(connection):
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return metadata


def difference(context, metadata):
    return render_python_code(produce_migrations(context, metadata).upgrade_ops)


def check(connection, before, target):
    context = MigrationContext.configure(connection)
    with connection.begin_nested() as savepoint:
        up(target)
        upgraded = reflected(connection)
        savepoint.rollback()
    with connection.begin_nested() as savepoint:
        wanted = difference(context, upgraded)
        up(target)
        down(before)
        reflected(connection)
        if difference(context, upgraded) != wanted:
            sys.exit("a trace of " + target)
        savepoint.rollback()


class Borrowed:
    def __init__(self, connection):
        self.connection = connection

    @contextlib.contextmanager
    def connect(self):
        yield self.connection


def no_trace():
    engine = sa.create_engine(os.environ["DATABASE_URL"])

    @sa.event.listens_for(engine, "connect")
    def leave_transactions_to_us(connection, record):
        connection.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def begin(connection):
        connection.exec_driver_sql("BEGIN")

    with engine.connect() as connection, connection.begin():
        sa.create_engine = lambda *args, **options: Borrowed(connection)
        for before, target in zip(["base"] + history, history):
            check(connection, before, target)
            up(target)


globals()[sys.argv[1]]()
)";

}  // namespace provision::bench
