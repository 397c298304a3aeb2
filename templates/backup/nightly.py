# Every night


def written_before():
    try:
        return [one for one in json.loads(text_of(CONFIG["written"])) if isinstance(one, dict)]
    except ValueError:
        return []


def keep_newest(path):
    """Removes what is more than wanted, of what these runs wrote themselves and nobody has changed since."""
    stat = os.stat(path)
    known = [one for one in written_before() if unchanged(one)]
    known.append({"path": path, "size": stat.st_size, "mtime": stat.st_mtime_ns})
    for one in known[: -CONFIG["keep"]]:
        os.unlink(one["path"])
        say("removed, since %d are kept: %s" % (CONFIG["keep"], one["path"]))
    put(CONFIG["written"], known[-CONFIG["keep"]:])


def unchanged(one):
    try:
        stat = os.stat(one["path"])
        return stat.st_size == one["size"] and stat.st_mtime_ns == one["mtime"]
    except (OSError, KeyError):
        return False


def put(path, value):
    growing = path + ".growing"
    remove(growing)
    with open(os.open(growing, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(json.dumps(value) + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.rename(growing, path)
