# The archive


def described(one, size, digest):
    import grp

    def name(ask, number):
        try:
            return ask(number)[0]
        except KeyError:
            return str(number)

    status = one["stat"]
    found = {"path": one["path"], "part": one["part"]["name"], "type": one["type"], "size": size, "mode": mode_of(one),
             "uid": status.st_uid, "gid": status.st_gid, "owner": name(pwd.getpwuid, status.st_uid), "group": name(grp.getgrgid, status.st_gid)}
    if digest is not None:
        found["sha256"] = digest
    if one["type"] == "link":
        found["target"] = one["target"]
    if one["database"]:
        found["database"] = True
    return found


def mode_of(one):
    """No file comes back as one that runs with another's rights: it could have been a hard link to such a program."""
    return one["stat"].st_mode & (0o7777 if one["type"] == "folder" else 0o777)


class Hashing:
    """Passes on what is read, adds it up, and is exactly as long as was announced: what a file became shorter by is zeros."""

    def __init__(self, file, size):
        self.file, self.left = file, size
        self.digest = hashlib.sha256()
        self.short = False

    def read(self, count):
        wanted = min(count, self.left)
        piece = self.file.read(wanted)
        if len(piece) == 0 and wanted > 0:
            self.short = True
            piece = bytes(wanted)
        self.left -= len(piece)
        self.digest.update(piece)
        return piece


def header(one, size=0):
    status = one["stat"]
    member = tarfile.TarInfo(FILES + one["path"])
    member.mode, member.uid, member.gid, member.mtime, member.size = mode_of(one), status.st_uid, status.st_gid, int(status.st_mtime), size
    return member


def open_entry(one):
    """(descriptor, os.stat_result) of a file that was listed, in the very folder that was listed. What it is, and whose, is what
    it is now."""
    part = one["part"]
    folder = part["reader"].parent(one["name"])
    fd = folder.file(os.path.basename(one["name"]))
    found = os.fstat(fd)
    why = part["judge"](found)
    if why is None and found.st_size > one["stat"].st_size + ROOM_TO_BREATHE // 2:
        why = "grew while it was read"
    if why is not None:
        os.close(fd)
        raise Unsafe(one["path"], why)
    return fd, found


def add(archive, one, left_out):
    if one["type"] == "folder":
        member = header(one)
        member.type = tarfile.DIRTYPE
        archive.addfile(member)
        return described(one, 0, None)
    if one["type"] == "link":
        member = header(one)
        member.type, member.linkname = tarfile.SYMTYPE, one["target"]
        archive.addfile(member)
        return described(one, 0, None)
    try:
        # A copy lies in a folder of root's.
        fd, status = (os.open(one["copy"], FILE_FLAGS), one["stat"]) if "copy" in one else open_entry(one)
    except FileNotFoundError:
        # Removed since the list was made, as programs do with what they no longer need.
        return None
    except Unsafe as error:
        left_out.append((one["path"], error.strerror))
        return None
    one["stat"] = status
    with open(fd, "rb") as file:
        size = os.fstat(fd).st_size
        if size <= IN_MEMORY:
            content = file.read(IN_MEMORY)
            size, source = len(content), Hashing(io.BytesIO(content), len(content))
        else:
            source = Hashing(file, size)
        archive.addfile(header(one, size), source)
    if source.short:
        left_out.append((one["path"], "became shorter while it was read; its end is missing"))
    return described(one, size, source.digest.hexdigest())


def write(growing, entries, contents, notes):
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
                    found = add(archive, one, notes["leftOut"])
                    if found is not None:
                        files.append(found)
                    if time.monotonic() - said > 2:
                        said = time.monotonic()
                        say("%d of %d files" % (number + 1, len(entries)))
                manifest = manifest_of(files, contents, notes)
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


def manifest_of(files, contents, notes):
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
        "leftOut": [path for path, _ in notes["leftOut"]],
        "damaged": notes["damaged"],
        "elsewhere": notes["elsewhere"],
        "files": files,
    }
