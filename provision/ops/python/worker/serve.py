"""The requests, one after the other."""

import json
import os
import sys


def versions():
    import alembic
    import sqlalchemy

    return {"python": "%d.%d.%d" % sys.version_info[:3], "alembic": alembic.__version__,
            "sqlalchemy": sqlalchemy.__version__, "executable": sys.executable}


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
        self.project = Running(request["project"])
        self.project.targets = [Target(target) for target in request["targets"]]
        self.project.set_variables(request.get("variables", {}))
        self.project.start()
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
            self.channel.restore(self.project and self.project.cwd)
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
