import json
import time
import urllib.request


def docker(*words, may_fail=False):
    ran = subprocess.run(["docker", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if ran.returncode != 0 and not may_fail:
        raise Problem(ran.stderr.strip()[-600:] or "docker %s failed." % words[0])
    return ran.returncode == 0


def there(name):
    return docker("inspect", "--type", "container", name, may_fail=True)


def write_note(path, note):
    with open(path + ".new", "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        json.dump(note, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".new", path)
    sync(os.path.dirname(path))


def undo(path):
    try:
        with open(path) as file:
            note = json.load(file)
    except FileNotFoundError:
        say("there is nothing to take back")
        return
    folder, name = note["folder"], note["name"]
    before = name + "-before"
    if there(before):
        docker("rm", "-f", name, may_fail=True)
    elif there(name):
        docker("stop", "-t", "60", name)
    fresh = renewed(folder)
    if os.path.isdir(fresh) and os.lstat(fresh).st_ino == note["inode"]:
        exchange(folder, fresh)
    remove(fresh)
    if os.path.isdir(folder):
        return_to(folder, note["uid"], note["gid"], note["others"])
        if os.lstat(folder).st_uid == note["uid"]:
            os.chmod(folder, note["mode"])
    if there(before):
        docker("rename", before, name)
    if there(name):
        docker("update", "--restart", note["policy"], name)
        docker("start", name)
    os.unlink(path)
    say("the container from before runs again, and its data belongs to whom it belonged")


def answers(url, expected):
    try:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        return expected in direct.open(url, timeout=5).read(65536).decode(errors="replace")
    except OSError:
        return False


def move(path, uid, gid, folder, name, policy, url, expected, seconds, words):
    below_root(folder)
    if os.path.exists(path):
        undo(path)
    top = os.lstat(folder)
    needed = int(subprocess.run(["du", "-sxB1", folder], capture_output=True, text=True).stdout.split()[0])
    room = os.statvfs(os.path.dirname(folder))
    if room.f_bavail * room.f_frsize < needed * 1.1 + 50_000_000:
        raise Problem("No space left on device: %d MB are needed for a copy of the data. Nothing was changed." % (needed // 1000000 + 50))
    note = {"folder": folder, "name": name, "policy": policy, "uid": top.st_uid, "gid": top.st_gid,
            "mode": stat.S_IMODE(top.st_mode), "inode": top.st_ino, "others": {}}
    write_note(path, note)
    try:
        say("stopping %s" % name)
        docker("update", "--restart", "no", name)
        docker("stop", "-t", "60", name)
        note_others(folder, top, note)
        write_note(path, note)
        give(folder, uid, gid)
        renew(folder)
        docker("rename", name, name + "-before")
        docker("run", *words)
        end = time.monotonic() + seconds
        while not answers(url, expected):
            if time.monotonic() > end:
                logged = subprocess.run(["docker", "logs", "--tail", "15", name], capture_output=True, text=True)
                say((logged.stdout + logged.stderr)[-2000:])
                raise Problem("The new container did not answer.")
            time.sleep(0.5)
    except (Problem, OSError) as error:
        undo(path)
        raise Problem("%s The container from before runs again." % error)
    say("%s answers, with an ID of its own" % name)
    docker("rm", "-f", name + "-before")
    os.unlink(path)
    remove(renewed(folder))


def note_others(folder, top, note):
    """Whose the files are that are not the owner's own, so that they go back to them."""

    def one(_, seen, __):
        if seen.st_dev != top.st_dev:
            return False
        if (seen.st_uid, seen.st_gid) != (top.st_uid, top.st_gid):
            note["others"][str(seen.st_ino)] = [seen.st_uid, seen.st_gid]
        return True

    walk(folder, None, one)


def main(mode, *words):
    if mode == "give":
        ours_alone(words[0], int(words[1]), int(words[2]))
    elif mode == "undo":
        undo(*words)
    elif mode == "move":
        path, uid, gid, folder, name, policy, url, expected, seconds = words[:9]
        move(path, int(uid), int(gid), folder, name, policy, url, expected, int(seconds), words[9:])
    else:
        raise Problem("unknown: " + mode)


try:
    main(*sys.argv[1:])
except (Problem, OSError) as error:
    sys.exit(str(error))
