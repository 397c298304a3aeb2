# otto-install: restore
# Puts a backup in the place of what is here, in steps of which each can be taken back. Arguments: verify (reads the whole
# archive and says what is in it, changes nothing), stage (unpacks it beside what is here), place (puts it in place and keeps
# what was there), put-back (takes that back, also when it was only half done), clear (forgets what was kept), count.
import datetime
import grp
import pwd

{{common}}

CONFIG = json.loads({{config}})
SECRET = json.loads({{secret}})
PARTS = CONFIG["parts"]
WORK = CONFIG["work"]
HOME = WORK + "-check"
NEW = os.path.join(WORK, "new")
OLD = os.path.join(WORK, "old")
UNITS = os.path.join(WORK, "units.json")
LEDGER = os.path.join(CONFIG["stateFolder"], "ledger.json")
DATABASE = os.path.join(CONFIG["openWebuiData"], "webui.db")


# Reading


def verify():
    """The archive as a whole, and what restoring it would mean here."""
    remove(HOME)
    os.makedirs(HOME, mode=0o700)
    try:
        sizes, hashes = [], {}
        folder = os.path.join(HOME, "databases")
        os.mkdir(folder)
        copies = {}

        def keep(member, place, source):
            sizes.append(member.size)
            if place in CONFIG["environment"].values() or place == DATABASE or place.endswith((".db", ".sqlite3")):
                copies[place] = os.path.join(folder, str(len(copies)))
                return open(copies[place], "wb")
            return None

        manifest = read_archive(CONFIG["archive"], SECRET["passphrase"], PARTS, keep)
        check_databases(manifest, copies.get)
        return {
            "ok": True,
            **{key: manifest[key] for key in ("madeAt", "by", "host", "domain", "user", "answers", "versions", "contents")},
            "files": len(manifest["files"]),
            "bytes": sum(sizes),
            "needed": 2 * sum(sizes) + present_bytes(manifest),
            "free": free_bytes(),
            "environmentChanged": [name for name, path in CONFIG["environment"].items() if differs(copies.get(path), path)],
            "holds": sorted({one["part"] for one in manifest["files"] if one["type"] != "folder"}),
            "present": present(manifest),
            "certificateKept": not wants_certificate(manifest),
        }
    finally:
        remove(HOME)


def check_databases(manifest, copy_of):
    for one in manifest["files"]:
        copy = copy_of(one["path"]) if one.get("database") else None
        if copy is None:
            continue
        try:
            database = sqlite3.connect("file:" + copy + "?mode=ro&immutable=1", uri=True)
            said = database.execute("PRAGMA integrity_check").fetchone()[0]
            held = counts(database)
            database.close()
        except sqlite3.Error as error:
            said, held = str(error), {}
        if said != "ok":
            raise Problem("damaged", "A database in %s is damaged: %s (%s)." % (CONFIG["archive"], one["path"], said))
        if one["path"] == DATABASE and any(manifest["contents"][key] != held[key] for key in held):
            raise Problem("damaged", "%s does not hold the accounts and chats that its manifest names." % CONFIG["archive"])
    if all(one["path"] != DATABASE for one in manifest["files"]):
        raise Problem("foreign", "%s holds no database of Open WebUI at %s." % (CONFIG["archive"], DATABASE))


def differs(copy, path):
    """Whether the archive has this file, and with another content than the one that is here."""
    if copy is None:
        return False
    try:
        with open(copy, "rb") as new, open(path, "rb") as here:
            return new.read() != here.read()
    except FileNotFoundError:
        return True


def present(manifest):
    """What is here now, and how much of it is newer than the backup; None when it cannot be read."""
    made = datetime.datetime.strptime(manifest["madeAt"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc).timestamp()
    try:
        database = sqlite3.connect("file:" + DATABASE + "?mode=ro", uri=True, timeout=5)
        found = counts(database)
        newer = lambda query: database.execute(query, (made,)).fetchone()[0]
        found["newChats"] = newer("SELECT count(*) FROM chat WHERE updated_at > ?")
        found["newAccounts"] = newer('SELECT count(*) FROM "user" WHERE created_at > ?')
        database.close()
        return found
    except sqlite3.Error:
        return None


def present_bytes(manifest):
    """What would have to be copied to be kept, where it cannot just be renamed."""
    total = 0
    for part in PARTS:
        for place, _, files in os.walk(part["root"]) if "include" not in part else []:
            for one in files:
                path = os.path.join(place, one)
                if belongs(part, path):
                    try:
                        total += os.lstat(path).st_size
                    except FileNotFoundError:
                        pass
    return total


def free_bytes():
    place = WORK
    while not os.path.isdir(place):
        place = os.path.dirname(place)
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize


def wants_certificate(manifest):
    """Certificates that are at work are newer than those of a backup, so only where one is missing or has ended it is put back."""
    live = [one["path"] for one in manifest["files"] if one["part"] == "certificate" and one["path"].endswith("/fullchain.pem")
            and "/live/" in one["path"]]
    ended = lambda path: shutil.which("openssl") and run(["openssl", "x509", "-in", path, "-noout", "-checkend", "86400"]).returncode != 0
    return any(not os.path.exists(path) or ended(path) for path in live)


# On a machine without an Otto


def whose():
    """Whose backup it is: that says in which folders everything belongs."""
    remove(HOME)
    os.makedirs(HOME, mode=0o700)
    try:
        manifest = read_archive(CONFIG["archive"], SECRET["passphrase"], None, None)
        return {"ok": True, **{key: manifest[key] for key in ("madeAt", "by", "host", "domain", "user", "answers", "versions", "contents")}}
    finally:
        remove(HOME)


def keys():
    """The whole archive is read and compared; the files that hold what an installation asks for are passed on."""
    remove(HOME)
    os.makedirs(HOME, mode=0o700)
    held = {}

    def keep(member, place, source):
        if source is None or place not in CONFIG["keys"].values() or member.size > PIECE:
            return None
        held[place] = Held()
        return held[place]

    try:
        manifest = read_archive(CONFIG["archive"], SECRET["passphrase"], PARTS, keep)
        return {"ok": True, "files": {name: held[path].text for name, path in CONFIG["keys"].items() if path in held},
                "credentials": any(one["path"] == CONFIG["keys"]["claude"] for one in manifest["files"])}
    finally:
        remove(HOME)


class Held(io.BytesIO):
    """What was written to it is still there when it was closed."""

    text = ""

    def close(self):
        if not self.closed:
            self.text = self.getvalue().decode(errors="replace")
        super().close()


def seed():
    """What has to be there before an Otto is installed, so that nobody has to sign in or ask for a certificate again. What is there
    already is left as it is."""
    stage()
    plan = written_down()
    brought = [unit["path"] for unit in plan["units"] if unit["replace"] and unit["part"] in ("certificate", "credentials")]
    for path in brought:
        if not os.path.lexists(path) and os.path.lexists(NEW + path):
            make_way(path, plan["folders"])
            move(NEW + path, path)
    clear()
    say("put in place: %d files for the certificate and for signing in" % len(brought))


# Beside what is here


def stage():
    remove(WORK)
    remove(HOME)
    os.makedirs(NEW, mode=0o700)
    os.mkdir(OLD, mode=0o700)
    os.makedirs(HOME, mode=0o700)
    times = {}

    def keep(member, place, source):
        path = NEW + place
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        times[place] = member.mtime
        if member.issym():
            os.symlink(member.linkname, path)
        elif source is None:
            os.makedirs(path, mode=0o700, exist_ok=True)
        else:
            return open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        return None

    try:
        manifest = read_archive(CONFIG["archive"], SECRET["passphrase"], PARTS, keep)
    finally:
        remove(HOME)
    check_databases(manifest, lambda path: NEW + path)
    for one in reversed(manifest["files"]):
        dress(NEW + one["path"], one, times[one["path"]])
    merge_ledger()
    units = units_of(manifest)
    for one in units:
        check_way(one["path"])
    write_down({"units": units, "folders": [one for one in manifest["files"] if one["type"] == "folder"], "contents": manifest["contents"]})
    say("%d files unpacked and compared; %d accounts, %d chats" % (len(manifest["files"]), manifest["contents"]["accounts"], manifest["contents"]["chats"]))


def numeric(one):
    return any(part["name"] == one["part"] and part.get("numeric") for part in PARTS)


def owner_of(one):
    """By name: another machine may have given the same user another number. What a container's image fixes keeps its number."""
    if numeric(one):
        return one["uid"], one["gid"]
    try:
        uid = pwd.getpwnam(one["owner"]).pw_uid
    except KeyError:
        uid = one["uid"]
    try:
        gid = grp.getgrnam(one["group"]).gr_gid
    except KeyError:
        gid = one["gid"]
    return uid, gid


def dress(path, one, time):
    uid, gid = owner_of(one)
    os.chown(path, uid, gid, follow_symlinks=False)
    if one["type"] != "link":
        os.chmod(path, one["mode"])
    os.utime(path, (time, time), follow_symlinks=False)


def merge_ledger():
    """What this machine knows to be its own stays so, and what the backup brings is its own as well."""
    coming = NEW + LEDGER
    if not os.path.isfile(coming) or not os.path.isfile(LEDGER):
        return
    try:
        with open(LEDGER, encoding="utf-8") as file:
            here = json.load(file)["files"]
        with open(coming, encoding="utf-8") as file:
            there = json.load(file)["files"]
        merged = dict(here)
        for path, entry in there.items():
            known = here.get(path, {}).get("sha256", [])
            merged[path] = {"sha256": list(dict.fromkeys([*entry["sha256"], *known])), "at": entry["at"]}
    except (ValueError, KeyError, TypeError):
        # A damaged ledger makes files somebody else's: they are then kept and shown, never silently replaced.
        return
    with open(coming, "w", encoding="utf-8") as file:
        json.dump({"files": merged}, file, indent=2)


def units_of(manifest):
    """What is put in place as one: the top of a folder that is restored as a whole, single files elsewhere."""
    certificate = wants_certificate(manifest)
    units = []
    for part in PARTS:
        own = [one for one in manifest["files"] if one["part"] == part["name"]]
        if not own or (part["name"] == "certificate" and not certificate):
            continue
        keeps = part.get("keepsPresent") and part["name"] != "certificate"
        if "include" in part:
            paths = [one["path"] for one in own if one["type"] != "folder"]
            wanted = [path for path in paths if not keeps or path == LEDGER or not os.path.lexists(path)]
            units += [{"path": path, "replace": True, "part": part["name"]} for path in wanted]
        else:
            units += tops(part, own)
    return units


def tops(part, own):
    root = part["root"]
    top = lambda path: os.path.join(root, path[len(root) + 1:].split("/")[0])
    coming = sorted({top(one["path"]) for one in own if one["path"] != root})
    here = [os.path.join(root, one) for one in sorted(os.listdir(root))] if os.path.isdir(root) else []
    # Tokens that Hermes has taken over are good only once: those of a backup were used up since.
    kept = [os.path.join(root, one) for one in part.get("keeps", [])]
    goes = [path for path in here if belongs(part, path) and path not in coming]
    return [{"path": path, "replace": path in coming, "part": part["name"]} for path in [*coming, *goes] if not (path in kept and os.path.lexists(path))]


def check_way(path):
    """No link of a user's own on the way: it could lead root anywhere."""
    place = os.path.dirname(path)
    while place != "/":
        if os.path.islink(place) and os.lstat(place).st_uid != 0:
            raise Problem("suspicious", "%s is a link that does not belong to root, so nothing is restored through it." % place)
        place = os.path.dirname(place)


def write_down(plan):
    growing = UNITS + ".growing"
    with open(growing, "w", encoding="utf-8") as file:
        json.dump(plan, file)
        file.flush()
        os.fsync(file.fileno())
    # All that was unpacked is on the disk before anything relies on it.
    os.sync()
    os.rename(growing, UNITS)
    sync(WORK)


def written_down():
    with open(UNITS, encoding="utf-8") as file:
        return json.load(file)


# In place, and back


def move(source, place, copied_whole=lambda: None):
    """A rename where that is possible; otherwise a copy that gets its name only when it is whole. `copied_whole` is called before
    the other one is taken away, which may be cut off in its middle."""
    try:
        os.rename(source, place)
    except OSError as error:
        if error.errno != 18:
            raise
        coming = place + ".otto-coming"
        remove(coming)
        copied = run(["cp", "-a", "--", source, coming])
        if copied.returncode != 0:
            raise Problem("copy-failed", copied.stderr.strip())
        os.sync()
        os.rename(coming, place)
        copied_whole()
        remove(source)


def place():
    plan = written_down()
    for number, unit in enumerate(plan["units"]):
        path, aside = unit["path"], os.path.join(OLD, str(number))
        make_way(path, plan["folders"])
        if not os.path.lexists(aside) and not os.path.exists(aside + ".absent"):
            if os.path.lexists(path):
                move(path, aside)
            else:
                mark(aside + ".absent")
        if unit["replace"] and os.path.lexists(NEW + path):
            # What a copy that was cut off left behind of the old one is kept already.
            remove(path)
            move(NEW + path, path)
    os.sync()
    say("in place: %d of what was backed up; what was there is kept in %s" % (sum(unit["replace"] for unit in plan["units"]), OLD))


def mark(path):
    open(path, "w").close()
    sync(os.path.dirname(path))


def make_way(path, folders):
    above = os.path.dirname(path)
    missing = []
    while not os.path.isdir(above):
        missing.append(above)
        above = os.path.dirname(above)
    known = {one["path"]: one for one in folders}
    for one in reversed(missing):
        os.mkdir(one, 0o755)
        os.chmod(one, known[one]["mode"] if one in known else 0o755)
        if one in known:
            os.chown(one, *owner_of(known[one]))


def put_back():
    if not os.path.exists(UNITS):
        say("nothing was put in place")
        return
    for number, unit in enumerate(written_down()["units"]):
        path, aside = unit["path"], os.path.join(OLD, str(number))
        remove(aside + ".otto-coming")
        if os.path.exists(aside + ".back"):
            remove(aside)
        elif os.path.lexists(aside):
            remove(path)
            move(aside, path, lambda: mark(aside + ".back"))
        elif os.path.exists(aside + ".absent"):
            remove(path)
            os.unlink(aside + ".absent")
        remove(aside + ".back")
        remove(path + ".otto-coming")
    os.sync()
    say("everything lies where it was before")


def clear():
    remove(WORK)
    remove(HOME)


def count():
    return counts(sqlite3.connect("file:" + DATABASE + "?mode=ro", uri=True, timeout=30))


def asked(mode):
    answers = {"verify": verify, "count": count, "whose": whose, "keys": keys}
    if mode in answers:
        try:
            print(json.dumps(answers[mode]()))
        except Problem as problem:
            print(json.dumps({"ok": False, "kind": problem.kind, "words": str(problem)}))
        return
    {"stage": stage, "seed": seed, "place": place, "put-back": put_back, "clear": clear}[mode]()


try:
    asked(sys.argv[1])
except Problem as problem:
    sys.stderr.write(str(problem) + "\n")
    sys.exit(1)
except OSError as error:
    sys.stderr.write("%s: %s\n" % (error.filename or WORK, error.strerror))
    sys.exit(1)
