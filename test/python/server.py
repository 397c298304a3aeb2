# Runs Python programs for the tests, each in a process of its own that is forked from this one: starting an interpreter and
# importing what the programs need takes five times as long as what most of them do. Arguments: two pipes with names, for
# requests ({program, words} as JSON, one a line) and for answers ({code, stdout, stderr}). Ends when nobody asks any more.
#
# What is imported here is only there sooner; a program still imports what it uses.
import datetime
import functools
import grp
import hashlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import urllib.request


# No test cuts the power of the disk itself, and waiting for the disk was most of the time of those that write.
os.fsync = os.fdatasync = lambda descriptor: None
os.sync = lambda: None


# Most tests run the same program again and again: the parts of it that its words name.
@functools.lru_cache(maxsize=8)
def compiled(program):
    return compile(program, "<stdin>", "exec")


def held(file):
    file.seek(0)
    return file.read().decode("utf-8", "replace")


with open(sys.argv[1]) as requests, open(sys.argv[2], "w") as answers:
    for line in requests:
        request = json.loads(line)
        # Files and not pipes: what a program leaves running may hold them without anybody waiting for it.
        with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
            code = compiled(request["program"])
            child = os.fork()
            if child == 0:
                os.dup2(stdout.fileno(), 1)
                os.dup2(stderr.fileno(), 2)
                break
            _, status = os.waitpid(child, 0)
            answers.write(json.dumps({"code": os.waitstatus_to_exitcode(status), "stdout": held(stdout), "stderr": held(stderr)}) + "\n")
            answers.flush()
    else:
        sys.exit(0)

# Only a child comes here: from now on it is the program that it was asked for, which ends as it would by itself.
sys.argv = ["-", *request["words"]]
exec(code, {"__name__": "__main__", "__builtins__": __builtins__})
