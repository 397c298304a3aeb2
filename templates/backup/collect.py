# What belongs to it


def text_of(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def sites():
    """The files of nginx that serve this domain; a link with what it leads to."""
    name = re.compile(r"^\s*server_name\s[^;]*(?<![\w.-])" + re.escape(CONFIG["domain"]) + r"(?![\w.-])", re.MULTILINE)
    found = []
    for folder in ("sites-enabled", "sites-available", "conf.d"):
        place = os.path.join("/etc/nginx", folder)
        for one in sorted(os.listdir(place)) if os.path.isdir(place) else []:
            path = os.path.join(place, one)
            if os.path.isfile(path) and name.search(text_of(path)):
                found.append(path)
    return found


def lineages():
    """The names under which certbot keeps the certificates of this domain."""
    used = [one for path in sites() for one in re.findall(r"/etc/letsencrypt/live/([^/\s;]+)/", text_of(path))]
    return sorted({CONFIG["domain"], *used})


def named(part):
    """Paths of a part of which only some things are wanted."""
    root = part["root"]
    if part["name"] == "nginx":
        return sites()
    if part["name"] == "certificate":
        own = [one for name in lineages() for one in ("live/" + name, "archive/" + name, "renewal/" + name + ".conf")]
        own += ["accounts", "options-ssl-nginx.conf", "ssl-dhparams.pem", "cli.ini"]
        return [os.path.join(root, one) for one in own]
    return [os.path.join(root, one) for one in part["include"]]


def walk(part):
    """All paths of a part, folders before what is in them."""
    root = part["root"]
    if not os.path.isdir(root):
        return
    yield root
    starts = named(part) if "include" in part else [os.path.join(root, one) for one in sorted(os.listdir(root))]
    seen = {root}
    for start in starts:
        if not os.path.lexists(start):
            continue
        above = []
        parent = os.path.dirname(start)
        while parent not in seen:
            above.append(parent)
            parent = os.path.dirname(parent)
        for path in [*reversed(above), start]:
            if path not in seen and belongs(part, path):
                seen.add(path)
                yield path
        if os.path.isdir(start) and not os.path.islink(start):
            for place, folders, files in os.walk(start):
                folders.sort()
                folders[:] = [one for one in folders if belongs(part, os.path.join(place, one))]
                for one in sorted([*folders, *files]):
                    path = os.path.join(place, one)
                    if path not in seen and belongs(part, path):
                        seen.add(path)
                        yield path


def beside_database(path):
    """SQLite's own files beside a database: its backup has taken in what they hold."""
    for suffix in ("-wal", "-shm", "-journal"):
        if path.endswith(suffix) and os.path.isfile(path[: -len(suffix)]) and is_database(path[: -len(suffix)]):
            return True
    return False


def collect():
    """Everything to be kept, in order, and what is left out because it leads elsewhere."""
    entries, left_out = [], []
    taken = set()
    for part in PARTS:
        for path in walk(part):
            if path in taken or part_of(PARTS, path) is not part:
                continue
            # A folder of ours may itself be reached through a link, to a volume for example.
            stat = os.stat(path) if path == part["root"] else os.lstat(path)
            kind = {0o100000: "file", 0o040000: "folder", 0o120000: "link"}.get(stat.st_mode & 0o170000)
            if kind is None or (kind == "file" and beside_database(path)):
                continue
            if kind == "link" and leads_outward(PARTS, path, os.readlink(path)):
                left_out.append(path)
                continue
            taken.add(path)
            database = kind == "file" and not part.get("pause") and is_database(path)
            entries.append({"path": path, "type": kind, "stat": stat, "part": part, "database": database})
    return entries, left_out


def measure(entries):
    """Bytes in all, and bytes that are copied beside the archive while it is made."""
    size = lambda one: one["stat"].st_size if one["type"] == "file" else 0
    staged = [one for one in entries if one["database"] or one["part"].get("pause")]
    return sum(map(size, entries)), sum(map(size, staged))


def free_bytes():
    place = FOLDER
    while not os.path.isdir(place):
        place = os.path.dirname(place)
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize


def database_path():
    return os.path.join(CONFIG["openWebuiData"], "webui.db")


def survey():
    entries, left_out = collect()
    total, staged = measure(entries)
    print(json.dumps({
        "files": len(entries),
        "bytes": total,
        "needed": total + staged + ROOM_TO_BREATHE,
        "free": free_bytes(),
        "leftOut": left_out[:20],
        "database": os.path.isfile(database_path()),
        "gpg": shutil.which("gpg") is not None,
        "taken": bool(CONFIG["file"]) and os.path.lexists(CONFIG["file"]),
        "folderProblem": folder_problem(),
    }))


def folder_problem():
    place = FOLDER
    while not os.path.lexists(place):
        place = os.path.dirname(place)
    if not os.path.isdir(place):
        return place + " is a file, so no folder can be made there"
    inside = next((part["root"] for part in PARTS if "include" not in part and belongs(part, FOLDER)), None)
    return "" if inside is None else FOLDER + " lies in " + inside + ", which is backed up: it would hold itself"
