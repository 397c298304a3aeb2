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
