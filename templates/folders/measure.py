# otto-install: folders/measure
# Says in JSON how much room a folder takes and how much there is, without going to other disks, through links or into files.
# Argument: the folder.
{{descriptors}}

{{trees}}

{{tree}}


def measure(path):
    seen, total = set(), 0
    with open_folder(path) as top:
        for _, found, _, _ in everything(top):
            if found.st_nlink == 1 or stat.S_ISDIR(found.st_mode) or found.st_ino not in seen:
                total += found.st_blocks * 512
                seen.add(found.st_ino)
        disk = os.fstatvfs(top.fd)
    say(json.dumps({"bytes": total, "size": disk.f_blocks * disk.f_frsize, "free": disk.f_bavail * disk.f_frsize}))


started(measure)
