"""Runs the revisions of an Alembic project for provision, a request a line, an answer a line.

Started with the project's own interpreter. Speaks JSON through what were its standard input and
output; the project's code gets an empty input, and what it prints goes to standard error.
The files of this folder are one script: they are joined in the order of CMakeLists.txt.
"""

import json
import os
import sys


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
        self.owner = os.getpid()
        self.requests = os.fdopen(os.dup(0), "rb")
        self.answers = os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        sys.stdin = open(0, "r", closefd=False)
        sys.stdout = open(1, "w", buffering=1, closefd=False, errors="backslashreplace")
        sys.stderr = open(2, "w", buffering=1, closefd=False, errors="backslashreplace")
        self.streams = sys.stdin, sys.stdout, sys.stderr

    def restore(self, folder):
        """What one revision did to the process, no other one finds."""
        sys.stdin, sys.stdout, sys.stderr = self.streams
        if folder and os.getcwd() != folder:
            os.chdir(folder)

    def send(self, answer):
        if os.getpid() != self.owner:
            os._exit(1)  # a revision has forked, and let the child go on with ours
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:  # the project's code may have put anything there
                pass
        # What the project says may be no valid Unicode.
        text = json.dumps(answer, ensure_ascii=False)
        self.answers.write(text.encode("utf-8", "replace") + b"\n")
        self.answers.flush()


def told(trouble):
    return {"kind": trouble.kind, "message": trouble.message, "hint": trouble.hint,
            "code": trouble.code, "file": trouble.file, "line": trouble.line,
            "left": list(trouble.left)}
