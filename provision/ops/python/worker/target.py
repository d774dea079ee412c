"""A database that provision gave us, and the proof of being connected to it."""

import os


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
        if driver.endswith("+asyncpg"):  # knows the words of libpq that matter, by other names
            kept = {"ssl": query.get("sslmode", "prefer")}
            kept.update((key, query[key]) for key in ("host", "port") if key in query)
            query = kept
        elif driver.endswith("+pg8000"):
            folder = query.get("host")
            query = {"unix_sock": "%s/.s.PGSQL.%s" % (folder, query.get("port", "5432"))} \
                if folder else {}
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
