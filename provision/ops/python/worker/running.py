"""What is done with a project."""

import contextlib
import io
import os
import tempfile
import time


class Running(Project):
    """A project that is asked things."""

    def environment(self, fn, **options):
        """Runs env.py once; `fn` is told the heads and the MigrationContext."""
        from alembic.runtime.environment import EnvironmentContext

        script = self.directory()
        self.is_ours = False
        self.seen = []
        connection = None
        if ("attributes" in self.env_text and self.app is None and not self.is_async()
                and not options.get("as_sql")):
            connection = self.engine_of(self.targets[0]).connect()
            self.config.attributes["connection"] = connection
        try:
            with EnvironmentContext(self.config, script, fn=fn, tag=self.tag, **options):
                if self.app is None:
                    script.run_env()
                else:
                    with self.app.app_context():
                        script.run_env()
        finally:
            self.config.attributes.pop("connection", None)
            if connection is not None:
                connection.close()

    def steps(self, request, tell):
        """Runs revisions, in one run of env.py, as `alembic upgrade` does."""
        from alembic.runtime.migration import MigrationStep

        script = self.directory()
        is_up = request["direction"] == "up"
        make = MigrationStep.upgrade_from_script if is_up else MigrationStep.downgrade_from_script
        self.statements.wanted = bool(request.get("sql"))
        self.statements.take()
        state = {"begun": False, "before": []}

        def told(revision, began):
            tell({"revision": revision, "ms": round((time.perf_counter() - began) * 1000, 3),
                  "statements": self.statements.take()})

        def plan(heads, context):
            if not self.is_ours:
                return
            self.load_revisions()
            state["begun"] = True
            is_transactional = context.impl.transactional_ddl
            state["before"] = list(heads)
            began, running = time.perf_counter(), ""
            for revision in request["revisions"]:
                if running:
                    told(running, began)
                began = time.perf_counter()
                running = revision
                if not is_transactional:
                    state["objects"] = objects_of(context.connection)
                yield make(script.revision_map, script.get_revision(revision))
            if running:
                told(running, began)
            state["after"] = list(context.get_current_heads())

        try:
            self.environment(plan)
        except Trouble:
            raise
        except BaseException as error:
            trouble = self.located(error, "step" if state["begun"] else "project")
            if "objects" in state:
                trouble.left = self.changed_since(state["objects"])
            raise trouble
        if not state["begun"]:
            raise self.guard_trouble("env.py ran no migration on the database that provision gave "
                                     "it")
        return {"before": state["before"], "after": state.get("after", [])}

    def changed_since(self, before):
        """The names of what is not as it was, as a new connection sees it."""
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        engine = create_engine(self.targets[0].url("sqlite"), poolclass=NullPool)
        with engine.connect() as connection:
            after = objects_of(connection)
        return sorted("%s %s%s" % (kind, name, "" if (kind, name) in after else " is gone")
                      for kind, name in set(before) | set(after)
                      if before.get((kind, name)) != after.get((kind, name))
                      and not name.startswith("sqlite_"))

    def probe(self, request):
        """Runs env.py, and nothing by it: where does it connect, and what is there?"""
        place = {}

        def look(heads, context):
            if self.is_ours:
                self.load_revisions()
                place["heads"] = sorted(context.get_current_heads())
                place["is_transactional"] = bool(context.impl.transactional_ddl)
            return []

        try:
            self.environment(look, dont_mutate=True)
        except Trouble:
            raise
        except BaseException as error:
            raise self.located(error, "project")
        if not place:
            raise self.guard_trouble("env.py does not connect to the database that provision gave "
                                     "it")
        return place

    def version_table(self, request):
        """Where Alembic keeps its record; no database is asked."""
        place = {}
        self.buffer = io.StringIO()

        def look(heads, context):
            place["name"] = context.version_table
            place["schema"] = context.version_table_schema or ""
            return []

        try:
            with elsewhere("open(" in self.env_text):
                self.environment(look, as_sql=True)
        except Trouble:
            raise
        except BaseException as error:
            raise self.located(error, "project")
        return place

    def command(self, name, *args, **kwargs):
        """One of Alembic's own commands."""
        from alembic import command

        self.directory()
        try:
            if self.app is None:
                return getattr(command, name)(self.config, *args, **kwargs)
            with self.app.app_context():
                return getattr(command, name)(self.config, *args, **kwargs)
        except Trouble:
            raise
        except BaseException as error:
            raise self.located(error, "project")
        finally:
            self.script = None

    def revision(self, request):
        """Writes a revision file from the project's own template."""
        changes = []

        def leave_out_empty(context, revision, directives):
            if not directives or not request.get("autogenerate"):
                return
            for operations in directives[0].upgrade_ops_list:
                changes.extend(described(change) for change in operations.as_diffs())
            if not changes:
                directives[:] = []

        made = self.command(
            "revision", message=request.get("message") or None,
            autogenerate=bool(request.get("autogenerate")), head=request.get("head") or "head",
            splice=bool(request.get("splice")), branch_label=request.get("label") or None,
            version_path=request.get("version_path") or None, rev_id=request.get("rev_id") or None,
            depends_on=request.get("depends_on") or None,
            process_revision_directives=leave_out_empty)
        made = made if isinstance(made, (list, tuple)) else [made]
        return {"files": files_of(made), "changes": changes}

    def merge(self, request):
        made = self.command("merge", request["revisions"], message=request.get("message") or None,
                            branch_label=request.get("label") or None,
                            rev_id=request.get("rev_id") or None)
        return {"files": files_of([made])}

    def differences(self, request):
        """What autogenerate would write, without writing it."""
        from alembic.autogenerate.api import RevisionContext

        script = self.directory()
        arguments = dict(message=None, autogenerate=True, sql=False, head="head", splice=False,
                         branch_label=None, version_path=None, rev_id=None, depends_on=None)
        context = RevisionContext(self.config, script, arguments)

        def retrieve(heads, migration):
            if self.seen and self.seen[-1] is not None:
                context.run_autogenerate(heads, migration)
            return []

        try:
            self.environment(retrieve, template_args={}, revision_context=context)
        except Trouble:
            raise
        except BaseException as error:
            raise self.located(error, "project")
        changes = []
        for operations in context.generated_revisions[-1].upgrade_ops_list:
            changes.extend(described(change) for change in operations.as_diffs())
        return {"changes": changes}

    def offline(self, request):
        """The SQL that Alembic would run, without a database."""
        from alembic.runtime.migration import MigrationStep

        script = self.directory()
        is_up = request["direction"] == "up"
        make = MigrationStep.upgrade_from_script if is_up else MigrationStep.downgrade_from_script
        self.buffer = io.StringIO()

        def plan(heads, context):
            self.load_revisions()
            for revision in request["revisions"]:
                yield make(script.revision_map, script.get_revision(revision))

        try:
            with elsewhere("open(" in self.env_text):
                self.environment(plan, as_sql=True, starting_rev=request["start"] or None)
        except Trouble:
            raise
        except BaseException as error:
            raise self.located(error, "step")
        return {"sql": self.buffer.getvalue()}

    def offline_buffer(self, url):
        """Where the SQL of the database that env.py calls `url` goes: that of others nobody wants."""
        return io.StringIO() if str(url) == "sqlite://" else self.buffer


@contextlib.contextmanager
def elsewhere(is_needed):
    """A working folder that goes away, for an env.py that writes a file a database into it."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder if is_needed else before)
        try:
            yield
        finally:
            os.chdir(before)


def described(change):
    """One entry of autogenerate's list, for people."""
    if isinstance(change, list):
        return "; ".join(described(one) for one in change)
    name = change[0].replace("_", " ")
    if change[0] in ("add_table", "remove_table"):
        return "%s %s" % (name, change[1].fullname)
    if change[0] in ("add_column", "remove_column"):
        return "%s %s.%s" % (name, change[2], change[3].name)
    if change[0].startswith("modify_"):
        return "%s of %s.%s: %s -> %s" % (name, change[2], change[3], change[-2], change[-1])
    thing = change[1]
    table = getattr(getattr(thing, "table", None), "name", "")
    return "%s %s%s" % (name, getattr(thing, "name", None) or "without a name",
                        " on %s" % table if table else "")


def files_of(scripts):
    return [{"path": script.path, "revision": script.revision} for script in scripts
            if script is not None and script is not False]
