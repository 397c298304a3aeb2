# otto-install: look-at-release
# Runs in a container made from the image of another release of Open WebUI, with the data of the one that runs, without
# a network. Says which release it is and how many migrations it would make of this database. Changes nothing.
import ast
import glob
import json
import os
import sqlite3

PATH = os.path.join(os.environ.get("DATA_DIR", "/app/backend/data"), "webui.db")


def version():
    for path in ("/app/package.json", "/app/backend/package.json"):
        try:
            with open(path, encoding="utf-8") as file:
                return str(json.load(file).get("version", ""))
        except (OSError, ValueError):
            continue
    return os.environ.get("WEBUI_VERSION", "")


def assigned(path):
    """The values of `revision` and `down_revision` in a migration, without running it."""
    found = {}
    with open(path, encoding="utf-8") as file:
        for node in ast.parse(file.read()).body:
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(target, ast.Name) and target.id in ("revision", "down_revision"):
                found[target.id] = ast.literal_eval(node.value)
    return found


def migrations():
    parents = {}
    for path in glob.glob("/app/backend/open_webui/migrations/versions/*.py"):
        found = assigned(path)
        if found.get("revision"):
            below = found.get("down_revision")
            parents[found["revision"]] = [] if below is None else [below] if isinstance(below, str) else list(below)
    return parents


def present():
    if not os.path.exists(PATH):
        return None
    database = sqlite3.connect("file:" + PATH + "?mode=ro", uri=True, timeout=5)
    row = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return row[0] if row else None


parents = migrations()
try:
    current = present()
    problem = ""
except sqlite3.Error as error:
    current, problem = None, str(error)
done, todo = set(), [current] if current in parents else []
while todo:
    revision = todo.pop()
    if revision not in done:
        done.add(revision)
        todo.extend(parents.get(revision, []))
print(json.dumps({
    "version": version(),
    "knowsDatabase": current is None or current in parents,
    "migrations": len(parents) - len(done) if parents else None,
    "problem": problem,
    "databaseBytes": os.path.getsize(PATH) if os.path.exists(PATH) else 0,
}))
