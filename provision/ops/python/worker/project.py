"""An Alembic project: how it is loaded, and how it is pointed at our databases."""

import argparse
import os
import sys


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
        self.arguments = request["arguments"]
        self.tag = request["tag"] or None
        self.cwd = ""
        self.app = self.config = self.script = None
        self.targets = []
        self.is_ours = False
        self.seen = []
        self.statements = Statements()
        self.spares = {}

    # Finding and loading.

    def start(self):
        is_plain = self.ini and not self.is_flask
        os.chdir(os.path.dirname(os.path.realpath(self.ini) if is_plain else self.folder))
        self.cwd = os.getcwd()
        sys.path.append(self.cwd)
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
            error, hint = imported(error)
            raise self.located(error, "project", "cannot load the Flask application%s"
                               % (" '%s'" % name if name else ""), hint)
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

    def give_arguments(self, config):
        """What `alembic -x` says, where env.py looks for it."""
        if not self.arguments:
            return
        url = ""
        for target in self.targets[:1]:
            url = url_text(target.url(self.driver(target)))
        config.cmd_opts = config.cmd_opts or argparse.Namespace()
        config.cmd_opts.x = [argument.replace("{url}", url) for argument in self.arguments]

    def directory(self):
        """Alembic's ScriptDirectory; it loads the revision files when it is first asked for one."""
        if self.script is None:
            from alembic.script import ScriptDirectory

            try:
                self.config = self.make_config()
                self.point(self.config)
                self.script = ScriptDirectory.from_config(self.config)
            except Trouble:
                raise
            except BaseException as error:
                self.script = None
                raise self.located(error, "project", "cannot read the configuration")
        return self.script

    def load_revisions(self):
        """To be called within env.py's run, which may prepare what the revisions import."""
        try:
            self.script.get_revisions("heads")
        except BaseException as error:
            raise self.located(error, "project", "cannot load the revisions")

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
        target = self.targets[0]
        target.set_libpq_variables()
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
        self.give_arguments(config)
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
        url = url_text(self.targets[0].url(self.driver(self.targets[0])))
        for option in ("sqlalchemy.url", "url"):  # the second is not Alembic's, but some projects'
            config.set_main_option(option, url.replace("%", "%%"))

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

    # Errors.

    def located(self, error, kind, doing="", hint=""):
        """`error` as a Trouble, at the line of the project that it came from."""
        if isinstance(error, Trouble):
            return error
        # What fails while a revision runs is the revision's, though env.py called it.
        passed = self.env_py if kind == "step" else ""
        file, line = place_of(error, [os.path.join(self.folder, ""), os.path.join(self.root, "")],
                              self.version_folders(), passed)
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


def imported(error):
    """What kept Flask from an application, and what to do about it."""
    cause = error.__context__
    # Flask tells what its modules could not import as the text of a traceback.
    if isinstance(cause, ImportError) and "While importing" in str(error):
        return cause, hint_of(cause)
    return error, ("say which it is with `app: package:create_app` in the environment file, or "
                   "FLASK_APP")


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
