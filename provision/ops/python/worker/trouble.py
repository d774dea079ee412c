"""Where in the project an error comes from, and how it is said."""

import os
import sys
import traceback


def place_of(error, project, versions, passed=""):
    """The deepest frame in a revision file, else the deepest in the project but for file `passed`."""
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno or 0
    while error is not None:
        frames = [(os.path.realpath(frame.filename), frame.lineno)
                  for frame in traceback.extract_tb(error.__traceback__)
                  if not frame.filename.startswith("<")]
        for folders in (versions, project):
            inside = [(file, line) for file, line in frames
                      if file != passed and any(file.startswith(os.path.realpath(folder) + os.sep)
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
    # SQLAlchemy's translation of asyncpg's errors begins with the name of their class.
    text = str(getattr(original, "__cause__", None) or original).strip()
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
