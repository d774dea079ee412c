"""What is watched while env.py and revisions run."""

import time
import weakref


class Statements:
    """The SQL that really ran, with its time."""

    LIMIT = 5000

    def __init__(self):
        self.kept = []
        self.engines = weakref.WeakSet()  # also those of the project's own
        self.wanted = False
        self.began = 0.0

    def listen(self):
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        event.listen(Engine, "before_cursor_execute", self.before)
        event.listen(Engine, "after_cursor_execute", self.after)
        event.listen(Engine, "engine_connect", self.connected)

    def connected(self, connection, *ignored):
        self.engines.add(connection.engine)

    def before(self, connection, cursor, statement, parameters, context, executemany):
        self.began = time.perf_counter()

    def after(self, connection, cursor, statement, parameters, context, executemany):
        if self.wanted and len(self.kept) < self.LIMIT:
            took = (time.perf_counter() - self.began) * 1000
            self.kept.append({"sql": statement[:20000], "ms": round(took, 3)})

    def take(self):
        kept, self.kept = self.kept, []
        return kept


def guard(project):
    """Lets every env.py from now on go on only with a database of ours."""
    from alembic.runtime.environment import EnvironmentContext

    configure = EnvironmentContext.configure

    def guarded(self, connection=None, *args, **kwargs):
        if self.is_offline_mode():
            kwargs["output_buffer"] = project.offline_buffer(kwargs.get("url"))
        else:
            project.check(connection)
        kwargs["include_object"] = without_ours(kwargs.get("include_object"))
        return configure(self, connection, *args, **kwargs)

    EnvironmentContext.configure = guarded


def without_ours(include):
    """`include`, env.py's choice of what autogenerate sees, but for tables of provision and of SQLite."""
    def include_object(thing, name, kind, reflected, compare_to):
        is_ours = kind == "table" and reflected and (
            name.startswith(("_provision_", "sqlite_")) or thing.schema == "provision")
        return not is_ours and (
            include is None or include(thing, name, kind, reflected, compare_to))

    return include_object
