"""Runs the revisions of an Alembic project for provision: a request a line, an answer a line.

Started with the project's own interpreter. Speaks JSON through what were its standard input and
output; the project's code gets an empty input, and what it prints goes to standard error.
"""

import io
import json
import os
import sys
import time
import traceback
import weakref


class Trouble(Exception):
    """An answer that is no success. `kind` is project, guard, step or unavailable."""

    left = ()  # what a step that failed has changed all the same

    def __init__(self, kind, message, file="", line=0, hint="", code=""):
        super().__init__(message)
        self.kind, self.message, self.hint, self.code = kind, message, hint, code
        self.file, self.line = file, line


class Channel:
    """The private ends of two pipes."""

    def __init__(self):
        self.requests = os.fdopen(os.dup(0), "rb")
        self.answers = os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        sys.stdin = open(0, "r", closefd=False)
        sys.stdout = open(1, "w", buffering=1, closefd=False, errors="backslashreplace")
        sys.stderr = open(2, "w", buffering=1, closefd=False, errors="backslashreplace")

    def send(self, answer):
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:  # the project's code may have put anything there
                pass
        self.answers.write(json.dumps(answer).encode("ascii") + b"\n")
        self.answers.flush()


class Target:
    """A database that provision gave us, and the proof of being connected to it."""

    def __init__(self, request):
        self.engine = request["engine"]
        self.bind = request.get("bind") or ""
        self.parts = request
        self.nonce = request.get("nonce")
        self.object_id = request.get("object_id")

    def url(self, driver):
        from sqlalchemy.engine import URL

        make = getattr(URL, "create", URL)
        if self.engine == "sqlite":
            return make(driver, database=self.parts["path"])
        query = conninfo_parts(self.parts["conninfo"])
        user, database = query.pop("user", None), query.pop("dbname", None)
        host, port = query.get("host"), query.get("port")
        if host and host[0] not in "/@":  # the folder of a socket has no place in a URL's host
            del query["host"]
            query.pop("port", None)
        else:
            host = port = None
        return make(driver, username=user, password=self.parts.get("password") or None, host=host,
                    port=int(port) if port else None, database=database, query=query)

    def is_behind(self, connection):
        """True if `connection` is one to this very database."""
        if connection.dialect.name != self.engine:
            return False
        if self.engine == "sqlite":
            return file_of(connection) == self.object_id
        number = int(self.nonce)
        return 1 == scalar(
            connection,
            "SELECT count(*) FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d "
            "ON d.oid = l.database WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
            "AND d.datname = pg_catalog.current_database() AND d.oid::text = '%s' "
            "AND l.classid = %d AND l.objid = %d"
            % (self.object_id.replace("'", ""), number >> 32, number & 0xFFFFFFFF))


def conninfo_parts(text):
    """libpq's "key='value' ..." as a dict."""
    import re

    text = text.split("--dbname=", 1)[-1]
    found = re.findall(r"(\w+)='((?:[^'\\]|\\.)*)'", text)
    return {key: re.sub(r"\\(.)", r"\1", value) for key, value in found if value}


def scalar(connection, sql):
    """The one value of `sql`, asked without leaving a transaction open that was not."""
    from sqlalchemy import text

    was_open = connection.in_transaction()
    try:
        return connection.execute(text(sql)).scalar()
    finally:
        if not was_open and connection.in_transaction():
            connection.rollback()


def objects_of(connection):
    """The text of what is in a SQLite database, by kind and name."""
    from sqlalchemy import text

    was_open = connection.in_transaction()
    rows = connection.execute(text("SELECT type, name, sql FROM sqlite_master")).fetchall()
    if not was_open and connection.in_transaction():
        connection.rollback()
    return {(row[0], row[1]): row[2] for row in rows}


def file_of(connection):
    """"device:inode" of the main file of a SQLite connection; empty for one in memory."""
    from sqlalchemy import text

    was_open = connection.in_transaction()
    rows = connection.execute(text("PRAGMA database_list")).fetchall()
    if not was_open and connection.in_transaction():
        connection.rollback()
    path = next((row[2] for row in rows if row[1] == "main"), "")
    if not path:
        return ""
    status = os.stat(path)
    return "%d:%d" % (status.st_dev, status.st_ino)


def is_spare(connection):
    """True for a database in memory, in which nothing can be lost."""
    return connection.dialect.name == "sqlite" and file_of(connection) == ""


def shown_url(connection):
    url = connection.engine.url
    try:
        return url.render_as_string(hide_password=True)
    except AttributeError:
        return repr(url)


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


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
        if not self.is_offline_mode():
            project.check(connection)
        return configure(self, connection, *args, **kwargs)

    EnvironmentContext.configure = guarded


class Project:
    """An Alembic folder, and the application around it if there is one."""

    def __init__(self, request):
        self.folder = os.path.realpath(request["folder"])
        self.root = os.path.realpath(request["root"])
        self.app_name = request.get("app") or ""
        self.env_py = os.path.join(self.folder, "env.py")
        self.env_text = read(self.env_py)
        self.is_flask = request["is_flask"]
        self.ini = request["config"]
        self.section = request["section"]
        self.app = None
        self.config = None
        self.script = None
        self.targets = []
        self.is_ours = False
        self.seen = []
        self.statements = Statements()
        self.spares = {}

    # Finding and loading.

    def start(self):
        is_plain = self.ini and not self.is_flask
        os.chdir(os.path.dirname(os.path.realpath(self.ini) if is_plain else self.folder))
        sys.path.append(os.getcwd())
        self.statements.listen()
        guard(self)
        if self.is_flask:
            sys.path.insert(0, os.getcwd())
            self.app = self.load_app()

    def load_app(self):
        try:
            from flask.cli import ScriptInfo, load_dotenv
        except ImportError as error:
            raise Trouble("project", "env.py is Flask-Migrate's, and this Python has no Flask: %s"
                          % error, self.env_py, 0, "say in the environment file which Python has "
                          "the project's packages: `python: .venv/bin/python`")
        load_dotenv()
        name = self.app_name or os.environ.get("FLASK_APP") or only_app(os.getcwd())
        try:
            app = ScriptInfo(app_import_path=name or None).load_app()
        except BaseException as error:
            raise self.located(error, "project", "cannot load the Flask application%s"
                               % (" '%s'" % name if name else ""),
                               "say which it is with `app: package:create_app` in the environment "
                               "file, or FLASK_APP")
        if "migrate" not in app.extensions:
            raise Trouble("project", "the Flask application%s does not use Flask-Migrate"
                          % (" '%s'" % name if name else ""), self.env_py)
        return app

    def plain_config(self):
        from alembic.config import Config

        if not self.ini:
            config = Config()
            config.set_main_option("script_location", self.folder.replace("%", "%%"))
            return config
        if not self.ini.endswith(".toml"):
            return Config(self.ini, ini_section=self.section)
        try:
            return Config(toml_file=self.ini)
        except TypeError:
            raise Trouble("project", "this Alembic does not read pyproject.toml", self.ini)

    def make_config(self):
        if self.app is not None:
            with self.app.app_context():
                extension = self.app.extensions["migrate"]
                config = extension.migrate.get_config(self.folder)
        else:
            config = self.plain_config()
        config.attributes["configure_logger"] = False
        return config

    def directory(self):
        """Alembic's ScriptDirectory with every revision file loaded."""
        if self.script is None:
            from alembic.script import ScriptDirectory

            try:
                self.config = self.make_config()
                self.point(self.config)
                self.script = ScriptDirectory.from_config(self.config)
                self.script.get_revisions("heads")
            except Trouble:
                raise
            except BaseException as error:
                self.script = None
                raise self.located(error, "project", "cannot load the revisions")
        return self.script

    # Where env.py is pointed.

    def is_async(self):
        return any(word in self.env_text for word in
                   ("async_engine_from_config", "create_async_engine", "AsyncEngine"))

    def driver(self, target):
        """What SQLAlchemy calls the way to this database, as the project does if that is known."""
        is_async = self.is_async()
        if target.engine == "sqlite":
            return "sqlite+aiosqlite" if is_async else "sqlite"
        said = self.said_driver()
        if said and ("async" in said) == is_async:
            return said
        order = ["asyncpg", "psycopg"] if is_async else ["psycopg2", "psycopg", "pg8000"]
        for name in order:
            if has_module(name):
                return "postgresql+" + name if name != "psycopg2" else "postgresql"
        raise Trouble("project", "this Python has no driver for PostgreSQL (%s)"
                      % " or ".join(order), hint="install one beside Alembic")

    def said_driver(self):
        texts = [read(self.ini) if self.ini else ""] + list(os.environ.values())
        if self.app is not None:
            texts.append(str(self.app.config.get("SQLALCHEMY_DATABASE_URI")))
        for text in texts:
            at = text.find("postgresql+")
            if at >= 0:
                return text[at:].split("://")[0].strip()
        return ""

    def set_variables(self, variables):
        """Before the project's code is loaded, for it may read them only once."""
        os.environ.update(variables)
        if not self.targets:
            return
        for target in self.targets[:1]:
            url = url_text(target.url(self.driver(target)))
            for name in ("DATABASE_URL", "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_DATABASE_URL",
                         "FLASK_SQLALCHEMY_DATABASE_URI"):
                if name not in variables:
                    os.environ[name] = url
            for name, value in variables.items():
                os.environ[name] = value.replace("{url}", url)

    def engine_of(self, target):
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        url = target.url(self.driver(target))
        return create_engine(url, poolclass=NullPool)

    def spare(self, key):
        from sqlalchemy import create_engine
        from sqlalchemy.pool import StaticPool

        if key not in self.spares:
            self.spares[key] = create_engine("sqlite://", poolclass=StaticPool,
                                             connect_args={"check_same_thread": False})
        return self.spares[key]

    def by_bind(self):
        return {target.bind: target for target in self.targets}

    def point(self, config):
        """Tells `config` and the application where the databases are; the guard looks later."""
        if not self.targets:
            return
        if self.app is not None:
            self.point_app()
        known = self.by_bind()
        sections = ini_databases(config)
        if sections and not any(name in known for name in sections):
            known[sections[0]] = self.targets[0]
        for name in sections:
            target = known.get(name)
            url = url_text(target.url(self.driver(target))) if target else "sqlite://"
            config.set_section_option(name, "sqlalchemy.url", url.replace("%", "%%"))
        first = self.targets[0]
        url = url_text(first.url(self.driver(first)))
        config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))

    def point_app(self):
        known = self.by_bind()
        database = self.app.extensions["sqlalchemy"]
        config = self.app.config
        binds = config.get("SQLALCHEMY_BINDS") or {}
        main = known.get("") or self.targets[0] if not binds else known.get("")
        config["SQLALCHEMY_DATABASE_URI"] = (
            url_text(main.url(self.driver(main))) if main else "sqlite://")
        for key in binds:
            target = known.get(key)
            url = url_text(target.url(self.driver(target))) if target else "sqlite://"
            binds[key] = dict(binds[key], url=url) if isinstance(binds[key], dict) else url
        with self.app.app_context():
            engines = getattr(database, "engines", None)
            if engines is None:  # Flask-SQLAlchemy 2 makes its engines from the configuration
                getattr(database, "connectors", {}).clear()
                return
            for key in set(engines) | set(binds) | {None}:
                target = main if key is None else known.get(key)
                engines[key] = self.engine_of(target) if target else self.spare(key)

    def use(self, request):
        self.targets = [Target(target) for target in request["targets"]]
        self.release()
        self.set_variables(request.get("variables", {}))

    def release(self):
        """Closes what is connected."""
        for engine in list(self.statements.engines):
            if engine not in self.spares.values():
                engine.dispose()
        if self.config is not None and self.targets:
            self.point(self.config)

    # The guard.

    def check(self, connection):
        """Goes on only with a database that was given to us, or one that holds nothing."""
        self.is_ours = False
        if connection is None:
            raise self.guard_trouble("env.py configures Alembic without a connection")
        for number, target in enumerate(self.targets):
            if target.is_behind(connection):
                self.is_ours = number == 0
                self.seen.append(target.bind)
                return
        if not is_spare(connection):
            raise self.guard_trouble("env.py connects to '%s', which is not the database that "
                                     "provision gave it" % shown_url(connection))

    def guard_trouble(self, message):
        file, line = self.env_py, 0
        for number, text in enumerate(self.env_text.split("\n"), 1):
            code = text.split("#")[0]
            if any(word in code for word in (
                    "sqlalchemy.url", "create_engine(", "engine_from_config(", "get_engine_url(",
                    "environ", "getenv", "DATABASE_U")):
                line = line or number
                if "set_main_option" in code or "create_engine(" in code:
                    line = number
                    break
        hint = ("nothing was run; make env.py take the URL from DATABASE_URL or alembic.ini, or "
                "say what it reads: `variables: {NAME: \"{url}\"}` of the database in the "
                "environment file")
        return Trouble("guard", message, file, line, hint)

    # Doing.

    def environment(self, fn, **options):
        """Runs env.py once; `fn` is told the heads and the MigrationContext."""
        from alembic.runtime.environment import EnvironmentContext

        script = self.directory()
        self.is_ours = False
        self.seen = []
        connection = None
        if "attributes" in self.env_text and self.app is None and not self.is_async():
            connection = self.engine_of(self.targets[0]).connect()
            self.config.attributes["connection"] = connection
        try:
            with EnvironmentContext(self.config, script, fn=fn, **options):
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

        def leave_out_nothing(context, revision, directives):
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
            version_path=request.get("version_path") or None, rev_id=request.get("id") or None,
            depends_on=request.get("depends_on") or None,
            process_revision_directives=leave_out_nothing)
        made = made if isinstance(made, (list, tuple)) else [made]
        return {"files": files_of(made), "changes": changes}

    def merge(self, request):
        made = self.command("merge", request["revisions"], message=request.get("message") or None,
                            branch_label=request.get("label") or None,
                            rev_id=request.get("id") or None)
        return {"files": files_of([made])}

    def stamp(self, request):
        self.command("stamp", request["revisions"], purge=bool(request.get("purge")))
        return {}

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
        self.directory()
        self.config.output_buffer = buffer = io.StringIO()
        self.command("upgrade" if request["direction"] == "up" else "downgrade",
                     request["range"], sql=True)
        return {"sql": buffer.getvalue()}

    # Errors.

    def located(self, error, kind, doing="", hint=""):
        """`error` as a Trouble, at the line of the project that it came from."""
        if isinstance(error, Trouble):
            return error
        file, line = place_of(error, [os.path.join(self.folder, ""), os.path.join(self.root, "")],
                              self.version_folders())
        message, code, is_connection = message_of(error)
        if kind == "project" and is_connection:
            kind = "unavailable"
        return Trouble(kind, "%s: %s" % (doing, message) if doing else message, file, line,
                       hint or hint_of(error), code)

    def version_folders(self):
        folders = [os.path.join(self.folder, "versions", "")]
        try:
            folders += [os.path.join(os.path.abspath(folder), "")
                        for folder in self.script._version_locations]
        except Exception:
            pass
        return folders


def place_of(error, project, versions):
    """The deepest frame in a revision file, else the deepest in the project."""
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno or 0
    while error is not None:
        frames = [(os.path.realpath(frame.filename), frame.lineno)
                  for frame in traceback.extract_tb(error.__traceback__)
                  if not frame.filename.startswith("<")]
        for folders in (versions, project):
            inside = [(file, line) for file, line in frames
                      if any(file.startswith(os.path.realpath(folder) + os.sep)
                             for folder in folders) and "site-packages" not in file]
            if inside:
                return inside[-1]
        error = error.__cause__ or error.__context__
    return "", 0


def message_of(error):
    """What to say, the database's code for it, and whether no connection came about."""
    original = getattr(error, "orig", None)
    if original is None:
        text = str(error).strip()
        name = type(error).__name__
        if name == "CommandError":
            return text, "", False
        return "%s: %s" % (name, text) if text else name, "", False
    code = (getattr(original, "pgcode", None) or getattr(original, "sqlstate", None)
            or getattr(original, "sqlite_errorname", None) or "")
    text = str(original).strip()
    statement = getattr(error, "statement", None)
    if statement:
        text += "\nin: %s" % statement.strip()[:2000]
    is_connection = type(error).__name__ == "OperationalError" and not statement and not code
    return text, code, is_connection


def hint_of(error):
    if isinstance(error, EOFError):
        return "the project's code asks something, and nobody is there to answer"
    if isinstance(error, ImportError):
        return ("does this Python (%s) have the project's packages? `python: .venv/bin/python` in "
                "the environment file chooses another" % sys.executable)
    return ""


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


def url_text(url):
    try:
        return url.render_as_string(hide_password=False)
    except AttributeError:
        return str(url)


def has_module(name):
    import importlib.util

    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def ini_databases(config):
    """The sections of a multidb template's alembic.ini."""
    names = config.get_main_option("databases") or ""
    return [name.strip() for name in names.split(",") if name.strip()]


def only_app(root):
    """"package" where it is the one below `root` that makes a Flask application."""
    for name in ("wsgi.py", "app.py"):
        if os.path.isfile(os.path.join(root, name)):
            return ""
    found = []
    for name in sorted(os.listdir(root)):
        path = os.path.join(root, name)
        module = os.path.join(path, "__init__.py") if os.path.isdir(path) else path
        if module.endswith(".py") and any(
                word in read(module) for word in ("def create_app", "def make_app", "= Flask(")):
            found.append(name[:-3] if name.endswith(".py") else name)
    return found[0] if len(found) == 1 else ""


def versions():
    import alembic
    import sqlalchemy

    return {"python": "%d.%d.%d" % sys.version_info[:3], "alembic": alembic.__version__,
            "sqlalchemy": sqlalchemy.__version__, "executable": sys.executable}


def told(trouble):
    return {"kind": trouble.kind, "message": trouble.message, "hint": trouble.hint,
            "code": trouble.code, "file": trouble.file, "line": trouble.line,
            "left": list(trouble.left)}


class Worker:
    def __init__(self, channel):
        self.channel = channel
        self.project = None

    def hello(self, request):
        try:
            answer = versions()
        except ImportError as error:
            raise Trouble("project", "this Python (%s) cannot run Alembic: %s"
                          % (sys.executable, error),
                          hint="say which one has the project's packages: `python: "
                               ".venv/bin/python` in the environment file")
        self.project = Project(request["project"])
        self.project.targets = [Target(target) for target in request["targets"]]
        self.project.set_variables(request.get("variables", {}))
        self.project.start()
        script = self.project.directory()
        answer["heads"] = list(script.get_heads())
        return answer

    def handle(self, request):
        name = request["op"]
        if name == "hello":
            return self.hello(request)
        if name == "use":
            return self.project.use(request)
        if name == "release":
            return self.project.release()
        if name == "steps":
            return self.project.steps(
                request, lambda step: self.channel.send({"id": request["id"], "step": step}))
        if name in ("probe", "revision", "merge", "stamp", "offline", "differences"):
            return getattr(self.project, name)(request)
        return {}  # ping

    def serve(self):
        for line in self.channel.requests:
            request = json.loads(line.decode("utf-8"))
            if request["op"] == "quit":
                break
            try:
                answer = {"id": request["id"], "ok": True, "result": self.handle(request) or {}}
            except Trouble as trouble:
                answer = {"id": request["id"], "ok": False, "error": told(trouble)}
            except BaseException as error:
                project = self.project
                if project is not None:
                    trouble = project.located(error, "project")
                else:
                    trouble = Trouble("project", message_of(error)[0], hint=hint_of(error))
                answer = {"id": request["id"], "ok": False, "error": told(trouble)}
            self.channel.send(answer)


if sys.path and sys.path[0] == "":
    del sys.path[0]
Worker(Channel()).serve()
os._exit(0)  # nothing of the project's may keep us
