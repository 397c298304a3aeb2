# otto-install: change-settings
# Runs inside Open WebUI's container, or in one made from its image while it is stopped. Writes settings into Open
# WebUI's database, in both layouts that its table has had: after a backup that was opened and checked, in one
# transaction, with bound values. Prints what it did, never a value.
import json
import time

{{backup}}

# [{"path": ["openai", "api_keys"], "index": 0, "index" of an object, or null for the whole, "value": …}, …]
CHANGES = json.loads({{changes}})
DATA = os.environ.get("DATA_DIR", "/app/backend/data")
BACKUP = os.path.join(DATA, "otto-install-backups", time.strftime("webui-%Y%m%d-%H%M%S.db", time.gmtime()))


{{settings}}


def changed(current, index, value):
    if index is None:
        return value
    if isinstance(index, str):
        # A place in an object; what else stands there stays.
        there = dict(current or {})
        there[index] = {**(there.get(index) or {}), **value}
        return there
    items = list(current or [])
    while len(items) <= index:
        items.append("")
    items[index] = value
    return items


# The one that the settings are read from.
PATH = database_path(DATA)
if PATH is None:
    end("Open WebUI keeps its settings in another database. Nothing was changed.")
if not os.path.exists(PATH):
    end("There is no database at " + PATH + ".")
database = sqlite3.connect(PATH, timeout=10, isolation_level=None)
backup(database, BACKUP)
shape = shape_of(database)
database.execute("BEGIN IMMEDIATE")
try:
    if shape == "key-value":
        for change in CHANGES:
            name = ".".join(change["path"])
            row = database.execute("SELECT value FROM config WHERE key = ?", (name,)).fetchone()
            value = changed(json.loads(row[0]) if row else None, change["index"], change["value"])
            database.execute(
                "INSERT INTO config (key, value, updated_at) VALUES (?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
                (name, json.dumps(value), int(time.time())),
            )
    elif shape == "single-row":
        row = database.execute("SELECT id, data FROM config ORDER BY id DESC LIMIT 1").fetchone()
        if row is None:
            # Nothing was ever changed in the Admin Panel: until now everything came from the environment.
            database.execute("INSERT INTO config (data, version) VALUES (?, 0)", (json.dumps({"version": 0}),))
            row = database.execute("SELECT id, data FROM config ORDER BY id DESC LIMIT 1").fetchone()
        settings = json.loads(row[1])
        for change in CHANGES:
            place = settings
            for name in change["path"][:-1]:
                place = place.setdefault(name, {})
            last = change["path"][-1]
            place[last] = changed(place.get(last), change["index"], change["value"])
        if database.execute("UPDATE config SET data = ? WHERE id = ?", (json.dumps(settings), row[0])).rowcount != 1:
            end("The settings could not be written. Nothing was changed.")
    else:
        end("This database has no settings in a form that is known here. Nothing was changed.")
    database.execute("COMMIT")
except BaseException:
    if database.in_transaction:
        database.execute("ROLLBACK")
    raise
print("changed: " + ", ".join(".".join(change["path"]) for change in CHANGES))
