# Reading an archive


def gpg(words, passphrase, **streams):
    """Starts gpg with the passphrase in a pipe of its own: neither arguments nor files hold it. It needs no agent and leaves no keyring."""
    reading, writing = os.pipe()
    # No passphrase fills a pipe, so nobody has to read it meanwhile.
    os.write(writing, passphrase.encode() + b"\n")
    os.close(writing)
    home = os.path.join(HOME, "gpg")
    os.makedirs(home, mode=0o700, exist_ok=True)
    command = ["gpg", "--homedir", home, "--batch", "--quiet", "--no-tty", "--no-symkey-cache", "--pinentry-mode", "loopback",
               "--passphrase-fd", str(reading)] + words
    try:
        return subprocess.Popen(command, pass_fds=(reading,), stderr=subprocess.PIPE, **streams)
    except FileNotFoundError:
        raise Problem("no-gpg", "gpg is not installed; it locks and opens archives with a passphrase: apt-get install gpg")
    finally:
        os.close(reading)


def open_archive(path):
    """The descriptor of an archive. It says what becomes root's here, so nobody else may have been able to change it."""
    folder, name = open_parent(path)
    with folder:
        kind = what_is(folder.stat(name))
        if kind is not None:
            raise Problem("no-file", "%s is %s, not a file, so it is no archive." % (path, kind))
        fd = folder.file(name)
        found = os.fstat(fd)
        if not folder.kept(found) or found.st_nlink > 1:
            os.close(fd)
            raise Unsafe(path, "could have been changed by another user than root: it has to belong to root, in a folder where nobody "
                         "else can put another one in its place. Copy it again from where it was kept, to /root for example")
        return fd


def what_is(found):
    """Pure. What stands there instead of a file, in words; None for a file, for nothing, and for a link, of which folder.file() says why
    it is not followed. Nothing of it was opened: a FIFO would be waited for, a device never ends."""
    if found is None or stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode):
        return None
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(found.st_mode), "a device")


class Opened:
    """An archive as a stream of tar, unlocked and unpacked."""

    def __init__(self, path, passphrase):
        self.gpg = None
        self.path = path
        try:
            # Unbuffered: gpg reads on from where the descriptor stands.
            self.file = open(open_archive(path), "rb", buffering=0)
        except Unsafe as error:
            raise Problem("exposed", "%s." % error)
        except OSError as error:
            raise Problem("unreadable", "%s cannot be read: %s." % (path, error.strerror))
        first = self.file.read(2)
        self.file.seek(0)
        if first == b"\x1f\x8b":
            source = io.BufferedReader(self.file, PIECE)
        elif first[:1] and first[0] & 0x80:
            if not passphrase:
                raise Problem("passphrase-needed", "%s is locked with a passphrase." % path)
            self.gpg = gpg(["--decrypt"], passphrase, stdin=self.file, stdout=subprocess.PIPE)
            source = self.gpg.stdout
        else:
            raise Problem("foreign", "%s is no archive that otto-install wrote." % path)
        self.stream = gzip.GzipFile(fileobj=source, mode="rb")

    def why(self):
        """What gpg says of a stream that broke off; None when it is not gpg's fault."""
        if self.gpg is None:
            return None
        self.gpg.stdout.close()
        said = self.gpg.stderr.read().decode(errors="replace")
        code = self.gpg.wait()
        if "Bad session key" in said or "bad passphrase" in said.lower():
            return Problem("wrong-passphrase", "The passphrase does not open %s." % self.path)
        if code != 0:
            return Problem("damaged", "%s is damaged: gpg says %s" % (self.path, (said.strip().splitlines() or ["nothing"])[-1]))
        return None

    def close(self):
        if self.gpg is not None and self.gpg.poll() is None:
            self.gpg.kill()
            self.gpg.wait()
        self.file.close()


def read_archive(path, passphrase, parts, keep):
    """Reads the whole archive and compares it with its manifest. `keep(entry, place, file)` gets each entry while it passes and
    returns where the content of a file is passed on to, or None. Returns the manifest. Raises Problem for whatever is not as it
    should be. Without `parts` nothing but the manifest is looked at: it says where things belong."""
    opened = Opened(path, passphrase)
    try:
        try:
            return compare(opened, path, parts, keep)
        except Problem:
            # A damaged one can look like anything: whether it is whole is told by the checksum at its end.
            drain(opened)
            raise
    except (EOFError, OSError, tarfile.TarError, gzip.BadGzipFile, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile) and error.errno is not None:
            raise Problem("no-room" if error.errno == 28 else "unreadable", "%s: %s" % (error.filename or path, error.strerror))
        raise opened.why() or Problem("damaged", "%s is damaged or was cut off: %s." % (path, str(error).rstrip(".") or type(error).__name__))
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise opened.why() or Problem("damaged", "%s is damaged: %s." % (path, error))
        raise
    finally:
        opened.close()


def drain(opened):
    """The checksum of the whole stream is only looked at when it is read to its end."""
    while opened.stream.read(PIECE):
        pass


def compare(opened, path, parts, keep):
    found = {}
    manifest = None
    with tarfile.open(fileobj=opened.stream, mode="r|") as archive:
        for member in archive:
            if manifest is not None:
                raise Problem("damaged", "%s has something behind its manifest: %s." % (path, member.name))
            if member.name == MANIFEST and member.isreg():
                manifest = parse_manifest(archive.extractfile(member).read(), path)
                continue
            if parts is None:
                continue
            place = checked_place(member, parts, path)
            if place in found:
                raise Problem("suspicious", "%s holds %s twice." % (path, place))
            if any(found.get(above, FOLDER_FOUND) != FOLDER_FOUND for above in folders_above(place)):
                # Unpacking would go through the link, out of the folder where it is unpacked.
                raise Problem("suspicious", "%s holds something below a link or a file: %s." % (path, place))
            found[place] = taken(archive, member, place, keep)
    drain(opened)
    broken = opened.why()
    if broken is not None:
        raise broken
    if manifest is None:
        raise Problem("foreign", "%s has no manifest: it is no backup that otto-install wrote, or it was cut off." % path)
    if parts is not None:
        check_against(manifest, found, parts, path)
    return manifest


FOLDER_FOUND = {"type": "folder"}


def folders_above(place):
    while place != "/":
        place = os.path.dirname(place)
        yield place


def parse_manifest(content, path):
    try:
        manifest = json.loads(content)
        known = manifest["format"]
        for one in manifest["files"]:
            (one["path"], one["part"], one["type"], one["size"], one["mode"], one["owner"], one["group"], one["uid"], one["gid"])
        (manifest["contents"]["accounts"], manifest["contents"]["chats"], manifest["domain"], manifest["user"], manifest["madeAt"])
    except (ValueError, KeyError, TypeError):
        raise Problem("foreign", "The manifest of %s was not written by otto-install." % path)
    if known != FORMAT:
        raise Problem("newer", "%s was written by a newer otto-install (format %s; this one knows %s)." % (path, known, FORMAT))
    return manifest


def checked_place(member, parts, path):
    """Where an entry belongs. Nothing outside the expected places, nothing but files, folders and links, no link outward."""
    name = member.name
    place = name[len(FILES):]
    if not name.startswith(FILES + "/"):
        raise Problem("foreign", "%s is no backup that otto-install wrote: it holds %s." % (path, name))
    if os.path.normpath(place) != place or "\0" in name:
        raise Problem("suspicious", "%s holds an entry that leads elsewhere: %s." % (path, name))
    if not (member.isreg() or member.isdir() or member.issym()):
        raise Problem("suspicious", "%s holds something that is neither file, folder nor link: %s." % (path, place))
    if part_of(parts, place) is None:
        raise Problem("suspicious", "%s holds a file for a place that does not belong to an Otto: %s." % (path, place))
    if member.issym() and leads_outward(parts, place, member.linkname):
        raise Problem("suspicious", "%s holds a link that leads out of an Otto's folders: %s." % (path, place))
    return place


def taken(archive, member, place, keep):
    if member.issym():
        keep(member, place, None)
        return {"type": "link", "target": member.linkname}
    if member.isdir():
        keep(member, place, None)
        return {"type": "folder"}
    digest = hashlib.sha256()
    source = archive.extractfile(member)
    sink = keep(member, place, source)
    try:
        while True:
            piece = source.read(PIECE)
            if not piece:
                break
            digest.update(piece)
            if sink is not None:
                sink.write(piece)
    finally:
        if sink is not None:
            sink.close()
    return {"type": "file", "size": member.size, "sha256": digest.hexdigest()}


def check_against(manifest, found, parts, path):
    expected = {one["path"]: one for one in manifest["files"]}
    for place in expected.keys() - found.keys():
        raise Problem("damaged", "%s lacks a file of its manifest: %s." % (path, place))
    for place in found.keys() - expected.keys():
        raise Problem("suspicious", "%s holds a file that its manifest does not name: %s." % (path, place))
    for place, one in expected.items():
        if one["part"] != part_of(parts, place)["name"]:
            raise Problem("suspicious", "%s says of a file that it belongs to another part of an Otto: %s." % (path, place))
        for key, value in found[place].items():
            if one.get(key) != value:
                raise Problem("damaged", "A file in %s is not what its manifest says: %s." % (path, place))
