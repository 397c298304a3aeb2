# Makes an Otto look as if it had been worked with for a year. Run as root in the droplet, while Open WebUI is stopped. Arguments: the
# deploy user, the container's log. Prints what there is afterwards as JSON.
import base64
import gzip
import json
import os
import sqlite3
import sys
import time
import uuid

USER, CONTAINER_LOG = sys.argv[1:]
DATA = "/opt/%s/open-webui" % USER
DAY = 86400
NOW = int(time.time())
CHATS, ACCOUNTS, UPLOADS, BACKUPS = 300, 50, 2000, 30
DATABASE_BYTES, UPLOAD_BYTES = 1000 * 1000 * 1000, 5 * 1024 * 1024
# So much of an upload is on the disk, the rest is a hole: all of it is read, packed and unpacked, but an eighth takes room on the
# disk before. (What is nearly all hole is left out of backups.)
UPLOAD_ON_DISK = UPLOAD_BYTES // 8


def at(part):
    """A moment of the year."""
    return NOW - 365 * DAY + int(part * 365 * DAY)


def stamp(seconds, form="%Y-%m-%dT%H:%M:%S"):
    return time.strftime(form, time.gmtime(seconds))


def accounts(db):
    admin = db.execute("select id from user where role = 'admin'").fetchone()[0]
    missing = ACCOUNTS - db.execute("select count(*) from user").fetchone()[0]
    for number in range(missing):
        one, mail = str(uuid.uuid4()), "person%d@client.example" % number
        copy(db, "user", admin, {"id": one, "name": "Person %d" % number, "email": mail, "role": "user", "created_at": at(number / ACCOUNTS)})
        copy(db, "auth", admin, {"id": one, "email": mail})
    return [row[0] for row in db.execute("select id from user")]


def copy(db, table, of, changes):
    """A row like that of the administrator, with other values."""
    cursor = db.execute('select * from "%s" where id = ?' % table, (of,))
    names = [column[0] for column in cursor.description]
    row = {**dict(zip(names, cursor.fetchone())), **changes}
    db.execute('insert into "%s" (%s) values (%s)' % (table, ", ".join(names), ", ".join("?" * len(names))), [row[name] for name in names])


def chats(db, people):
    """Long chats with pictures in them: that is what makes a database large."""
    each = DATABASE_BYTES // CHATS
    for number in range(CHATS - db.execute("select count(*) from chat").fetchone()[0]):
        picture = "data:image/png;base64," + base64.b64encode(os.urandom(each * 3 // 4)).decode()
        question = {"id": "m1", "parentId": None, "childrenIds": ["m2"], "role": "user", "content": "What is in picture %d?" % number,
                    "files": [{"type": "image", "url": picture}], "timestamp": at(number / CHATS)}
        answer = {"id": "m2", "parentId": "m1", "childrenIds": [], "role": "assistant", "content": "An answer. " * 40, "model": "otto", "done": True}
        chat = {"title": "Chat %d" % number, "models": ["otto"], "history": {"currentId": "m2", "messages": {"m1": question, "m2": answer}}}
        db.execute("insert into chat (id, user_id, title, created_at, updated_at, archived, chat, pinned, meta) values (?, ?, ?, ?, ?, 0, ?, 0, '{}')",
                   (str(uuid.uuid4()), people[number % len(people)], chat["title"], at(number / CHATS), at(number / CHATS), json.dumps(chat)))
        if number % 20 == 0:
            db.commit()
            db.execute("pragma wal_checkpoint(truncate)")


def uploads(db, people):
    folder = DATA + "/uploads"
    for number in range(UPLOADS):
        one = str(uuid.uuid4())
        path = "%s/%s_report-%d.pdf" % (folder, one, number)
        with open(path, "wb") as file:
            file.write(os.urandom(UPLOAD_ON_DISK))
            file.truncate(UPLOAD_BYTES)
        db.execute("insert into file (id, user_id, filename, meta, created_at, updated_at, data, path) values (?, ?, ?, '{}', ?, ?, '{}', ?)",
                   (one, people[number % len(people)], "report-%d.pdf" % number, at(number / UPLOADS), at(number / UPLOADS),
                    path.replace(DATA, "/app/backend/data")))


def lines(path, total, line, owner=None):
    """What a program wrote in the course of the year, before what it has written since."""
    newer = open(path, "rb").read() if os.path.exists(path) else b""
    # Written into the file itself, which a program may hold open.
    with open(path, "r+b" if newer else "wb") as file:
        file.write(b"".join(line(number, at(number / total)).encode() for number in range(total)) + newer)
    if owner is not None and not newer:
        os.chown(path, *owner)


def logs():
    lines(CONTAINER_LOG, 1_000_000, lambda n, t: json.dumps({
        "log": '%s | INFO | uvicorn.protocols: "GET /api/v1/chats/?page=%d HTTP/1.1" 200\n' % (stamp(t, "%Y-%m-%d %H:%M:%S.000"), n),
        "stream": "stdout", "time": "%s.%09dZ" % (stamp(t), n % 1_000_000_000)}) + "\n")
    visit = '203.0.113.1 - - [%s +0000] "GET /api/v1/chats/?page=%d HTTP/1.1" 200 4711 "-" "Mozilla/5.0"\n'
    lines("/var/log/nginx/access.log", 400_000, lambda n, t: visit % (stamp(t, "%d/%b/%Y:%H:%M:%S"), n))
    for week in range(2, 54):
        with gzip.open("/var/log/nginx/access.log.%d.gz" % week, "wb", 1) as file:
            file.write("".join(visit % (stamp(NOW - week * 7 * DAY + n, "%d/%b/%Y:%H:%M:%S"), n) for n in range(20_000)).encode())
    own = os.stat("/home/%s/.hermes/logs" % USER)
    for name in ("gateway.log", "agent.log"):
        path = "/home/%s/.hermes/logs/%s" % (USER, name)
        lines(path, 500_000, lambda n, t: "%s INFO gateway.run: request %d was answered in %d ms\n" % (
            stamp(t, "%Y-%m-%d %H:%M:%S,000"), n, n % 9000), (own.st_uid, own.st_gid))
    for day in range(365):
        for mode in ("check", "fix"):
            with open("/var/log/otto-install/%s-%s.log" % (stamp(at(day / 365), "%Y%m%dT%H%M%SZ"), mode), "w") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write("".join('{"at":%d,"type":"task-state","task":"machine","state":"looking","n":%d}\n' % (at(day / 365) * 1000, n) for n in range(400)))


def backups():
    folder = "/var/backups/otto-install"
    first = sorted(name for name in os.listdir(folder) if name.endswith(".tar.gz"))[-1]
    head = first[: -len("20260101-000000.tar.gz")]
    content = open("%s/%s" % (folder, first), "rb").read()
    for night in range(1, BACKUPS):
        with open("%s/%s%s.tar.gz" % (folder, head, stamp(NOW - night * DAY, "%Y%m%d-%H%M%S")), "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)


def size(folder):
    return sum(os.path.getsize(os.path.join(at_, name)) for at_, _, names in os.walk(folder) for name in names)


db = sqlite3.connect(DATA + "/webui.db")
people = accounts(db)
chats(db, people)
uploads(db, people)
db.commit()
db.execute("pragma wal_checkpoint(truncate)")
counts = {table: db.execute('select count(*) from "%s"' % table).fetchone()[0] for table in ("user", "chat", "file")}
db.close()
logs()
backups()
json.dump({**counts, "database": os.path.getsize(DATA + "/webui.db"), "uploads": size(DATA + "/uploads"),
           "logs": size("/var/log") + size("/home/%s/.hermes/logs" % USER) + os.path.getsize(CONTAINER_LOG),
           "backups": len(os.listdir("/var/backups/otto-install"))}, sys.stdout)
