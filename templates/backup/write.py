# The archive


def described(one, size, digest):
    import grp
    import pwd

    def name(ask, number):
        try:
            return ask(number)[0]
        except KeyError:
            return str(number)

    stat = one["stat"]
    found = {"path": one["path"], "part": one["part"]["name"], "type": one["type"], "size": size, "mode": stat.st_mode & 0o7777,
             "uid": stat.st_uid, "gid": stat.st_gid, "owner": name(pwd.getpwuid, stat.st_uid), "group": name(grp.getgrgid, stat.st_gid)}
    if digest is not None:
        found["sha256"] = digest
    if one["type"] == "link":
        found["target"] = os.readlink(one.get("copy", one["path"]))
    if one["database"]:
        found["database"] = True
    return found


class Hashing:
    """Passes on what is read, adds it up, and is exactly as long as was announced."""

    def __init__(self, file, size, path):
        self.file, self.left, self.path = file, size, path
        self.digest = hashlib.sha256()

    def read(self, count):
        piece = self.file.read(min(count, self.left))
        if len(piece) == 0 and self.left > 0:
            raise Problem("changed", "%s became shorter while it was read. Start the backup again." % self.path)
        self.left -= len(piece)
        self.digest.update(piece)
        return piece


def header(one, size=0):
    stat = one["stat"]
    member = tarfile.TarInfo(FILES + one["path"])
    member.mode, member.uid, member.gid, member.mtime, member.size = stat.st_mode & 0o7777, stat.st_uid, stat.st_gid, int(stat.st_mtime), size
    return member


def add(archive, one):
    if one["type"] == "folder":
        member = header(one)
        member.type = tarfile.DIRTYPE
        archive.addfile(member)
        return described(one, 0, None)
    if one["type"] == "link":
        member = header(one)
        member.type, member.linkname = tarfile.SYMTYPE, os.readlink(one.get("copy", one["path"]))
        archive.addfile(member)
        return described(one, 0, None)
    try:
        file = open_itself(one.get("copy", one["path"]))
    except FileNotFoundError:
        # Taken away since the list was made, as programs do with what they no longer need.
        return None
    with file:
        size = os.fstat(file.fileno()).st_size
        if size <= IN_MEMORY:
            content = file.read()
            size, source = len(content), Hashing(io.BytesIO(content), len(content), one["path"])
        else:
            source = Hashing(file, size, one["path"])
        archive.addfile(header(one, size), source)
    return described(one, size, source.digest.hexdigest())


def write(growing, entries, contents, left_out):
    """The archive under its temporary name, on the disk. Returns the manifest."""
    said = time.monotonic()
    files = []
    with open(os.open(growing, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        secret = passphrase()
        locking = None
        sink = file
        if secret is not None:
            # Counting rounds for itself would need the agent.
            locking = gpg(["--symmetric", "--cipher-algo", "AES256", "--s2k-digest-algo", "SHA512", "--s2k-count", "65011712",
                           "--compress-algo", "none"], secret, stdin=subprocess.PIPE, stdout=file)
            sink = locking.stdin
        try:
            with gzip.GzipFile(fileobj=sink, mode="wb", compresslevel=5, mtime=0) as packed, \
                    tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive:
                for number, one in enumerate(entries):
                    found = add(archive, one)
                    if found is not None:
                        files.append(found)
                    if time.monotonic() - said > 2:
                        said = time.monotonic()
                        say("%d of %d files" % (number + 1, len(entries)))
                manifest = manifest_of(files, contents, left_out)
                content = json.dumps(manifest, indent=1).encode()
                last = tarfile.TarInfo(MANIFEST)
                last.mode, last.size, last.mtime = 0o600, len(content), int(time.time())
                archive.addfile(last, io.BytesIO(content))
            if locking is not None:
                locking.stdin.close()
                said_by_gpg = locking.stderr.read().decode(errors="replace").strip()
                if locking.wait() != 0:
                    raise Problem("gpg-failed", "gpg could not lock the archive: " + said_by_gpg)
        except BrokenPipeError:
            raise Problem("gpg-failed", "gpg could not lock the archive: " + locking.stderr.read().decode(errors="replace").strip())
        finally:
            if locking is not None and locking.poll() is None:
                locking.kill()
                locking.wait()
        file.flush()
        os.fsync(file.fileno())
    return manifest


def manifest_of(files, contents, left_out):
    return {
        "format": FORMAT,
        "madeAt": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "by": CONFIG["version"],
        "host": socket.gethostname(),
        "domain": CONFIG["domain"],
        "user": CONFIG["user"],
        "answers": answers(),
        "versions": versions(),
        "contents": contents,
        "leftOut": left_out,
        "files": files,
    }
