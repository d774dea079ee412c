"""Runs commands of Alembic and Flask-Migrate, and keeps what each of them left.

their_tools.py PROJECT STEPS: STEPS is a JSON list of lists of words. Each is run in PROJECT, which is
then copied to PROJECT.0, PROJECT.1 and so on, with what was printed in `output.txt` and the exit code
in `exit.txt`. The tools are loaded once, and a child is forked for each command: their start is most
of what they take.
"""

import json
import os
import shutil
import subprocess
import sys
import traceback

import alembic
import alembic.autogenerate
import alembic.command
import alembic.config
import flask.cli
import flask_migrate
import flask_sqlalchemy
import sqlalchemy.dialects.sqlite


def run_here(words):
    sys.argv = words
    if words[0] == "alembic":
        alembic.config.main(argv=words[1:], prog="alembic")
    else:
        flask.cli.main()


def run_in_child(words, project):
    """As the shell would: the exit code, with standard output in `output.txt`."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255
    code = 1
    try:
        os.chdir(project)
        sys.path.insert(0, project)
        for path, descriptor in ((project + "/output.txt", 1), (project + "/errors.txt", 2)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
        try:
            run_here(words)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code & 255)


def main(project, steps):
    with open(steps, encoding="utf-8") as file:
        commands = json.load(file)
    for number, words in enumerate(commands):
        if words[0] in ("alembic", "flask"):
            code = run_in_child(words, project)
        else:
            code = subprocess.run(words, cwd=project, check=False).returncode
            open(project + "/output.txt", "w").close()
        with open(project + "/exit.txt", "w", encoding="utf-8") as file:
            file.write(str(code))
        shutil.copytree(project, "%s.%d" % (project, number), symlinks=True,
                        ignore=shutil.ignore_patterns("__pycache__"))


main(os.path.realpath(sys.argv[1]), sys.argv[2])
