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
            "signUpClosed": closes_sign_up(copies.get(CONFIG["environment"].get("paperclip"))),
            "holds": sorted({one["part"] for one in manifest["files"] if one["type"] != "folder"}),
            # Older archives do not say.
            "lacks": [*manifest.get("damaged", []), *manifest.get("elsewhere", [])],
            "present": present(manifest),
            "certificateKept": not wants_certificate(manifest),
        }
    finally:
        remove(HOME)


def check_databases(manifest, copy_of):
    """Every database of the archive is whole. Says what Open WebUI's holds."""
    ours = None
    for one in manifest["files"]:
        copy = copy_of(one["path"]) if one.get("database") else None
        if copy is None:
            continue
        said = check_copy(copy)
        if said["check"] != "ok":
            raise Problem("damaged", "A database in %s is damaged: %s (%s)." % (CONFIG["archive"], one["path"], said["check"]))
        if one["path"] == DATABASE:
            ours = said
            if any(manifest["contents"][key] != said[key] for key in ("accounts", "chats")):
                raise Problem("damaged", "%s does not hold the accounts and chats that its manifest names." % CONFIG["archive"])
    if all(one["path"] != DATABASE for one in manifest["files"]):
        raise Problem("foreign", "%s holds no database of Open WebUI at %s." % (CONFIG["archive"], DATABASE))
    return ours


def check_copy(path):
    fd = open_file(path)
    try:
        return read_apart(lambda private: put_copy(fd, private, "database"), 0, "check")
    finally:
        os.close(fd)


def differs(copy, path):
    """Whether the archive has this file, and with another content than the one that is here."""
    if copy is None:
        return False
    try:
        coming, here = read_file(copy, PIECE), read_file(path, PIECE)
    except OSError:
        return True
    return coming != here and not (path == CONFIG["environment"].get("paperclip") and same_but_ids(text_of(copy), text_of(path)))


def same_but_ids(coming, here):
    """Pure. Whether two env files say the same, once who it runs as is taken from the second."""
    return sorted(with_ids_of(coming, here).splitlines()) == sorted(here.splitlines())


def closes_sign_up(copy):
    """Whether nobody can make an account in a Paperclip with this env file: of several lines the last one counts."""
    name = "PAPERCLIP_AUTH_DISABLE_SIGN_UP="
    lines = [] if copy is None else text_of(copy).splitlines()
    return [line[len(name):] for line in lines if line.startswith(name)][-1:] == ["true"]


def present(manifest):
    """What is here now, and how much of it is newer than the backup; None when it cannot be read."""
    made = datetime.datetime.strptime(manifest["madeAt"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc).timestamp()
    try:
        said = look_at_database(DATABASE, made=made)
    except OSError:
        return None
    numbers = ("accounts", "chats", "newChats", "newAccounts")
    return {key: said[key] for key in numbers} if said is not None and all(key in said for key in numbers) else None


def present_bytes(manifest):
    """What would have to be copied to be kept, where it cannot just be renamed."""
    total = 0
    for part in PARTS:
        if "include" in part:
            continue
        try:
            with open_folder(part["root"]) as root:
                wanted = lambda name: belongs(part, os.path.join(part["root"], name))
                # A file of holes is copied with its holes.
                total += sum(found.st_blocks * 512 for _, found, _, _ in walk(root, wanted, lambda found: None, lambda name, why: None, NAMES))
        except OSError:
            # Whether that folder can be restored into, stage() says.
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
    return any(text_of(path) == "" or has_ended(text_of(path)) for path in live)


def has_ended(certificate):
    return bool(shutil.which("openssl")) and run(["openssl", "x509", "-noout", "-checkend", "86400"], stdin=None, input=certificate).returncode != 0
