# otto-install: restore-database
# Runs in a container made from Open WebUI's image, without a network, while Open WebUI is stopped. Puts the database back
# as the backup has it. Without a whole backup nothing was changed, and nothing is to be put back. After a power cut people may
# have worked on for days before anybody comes to take it back: what they wrote is kept beside the backup.
import shutil

{{since}}

DATA = os.environ.get("DATA_DIR", "/app/backend/data")
PATH = os.path.join(DATA, "webui.db")
BACKUP = os.path.join(DATA, {{backup}})
COMING = PATH + ".coming"

if not os.path.exists(BACKUP):
    print("there is no whole backup, so nothing was changed")
    sys.exit(0)
shutil.copyfile(BACKUP, COMING)
if os.path.exists(PATH):
    shutil.copystat(PATH, COMING)
if sqlite3.connect("file:" + COMING + "?mode=ro", uri=True).execute("PRAGMA integrity_check").fetchone()[0] != "ok":
    sys.stderr.write("The backup is damaged. The database was left as it is.\n")
    sys.exit(1)
with open(COMING, "rb") as file:
    os.fsync(file.fileno())
if os.path.exists(PATH):
    keep_what_came_since(PATH, newest(BACKUP), os.path.dirname(BACKUP))
# What the write-ahead log holds belongs to the database that goes.
for suffix in ("-wal", "-shm", "-journal"):
    if os.path.exists(PATH + suffix):
        os.unlink(PATH + suffix)
os.rename(COMING, PATH)
folder = os.open(DATA, os.O_RDONLY)
os.fsync(folder)
print("the database is as it was before")
