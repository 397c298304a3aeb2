# otto-install: backup-database
# Runs in a container made from Open WebUI's image, without a network. Copies the database through SQLite's own backup,
# which takes the write-ahead log along (a copy of webui.db alone may hold nothing), and checks the copy. The copy has its
# name only once it is whole; one that is there already is left as it is.
{{backup}}

DATA = os.environ.get("DATA_DIR", "/app/backend/data")
PATH = os.path.join(DATA, "webui.db")
BACKUP = os.path.join(DATA, {{path}})


def rows(connection):
    """What must not be lost, as numbers; nobody writes meanwhile."""
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return {name: connection.execute('SELECT count(*) FROM "' + name + '"').fetchone()[0] for name in tables}


if os.path.exists(BACKUP):
    print("backup is there: " + BACKUP)
    sys.exit(0)
if not os.path.exists(PATH):
    end("There is no database at " + PATH + ". Nothing was changed.")
backup(sqlite3.connect("file:" + PATH + "?mode=rw", uri=True, timeout=10), BACKUP, rows)
