# Another user who swaps things: swap-forever.py UID PLACE THING... What stands at PLACE and each THING change places, in one
# step each (renameat2 with RENAME_EXCHANGE), again and again, until it is ended: at every moment something stands at PLACE.
import ctypes
import os
import sys

uid, place, *things = sys.argv[1:]
os.setgroups([])
os.setresgid(int(uid), int(uid), int(uid))
os.setresuid(int(uid), int(uid), int(uid))
swap = ctypes.CDLL(None, use_errno=True).renameat2
arguments = [(-100, os.fsencode(thing), -100, os.fsencode(place), 2) for thing in things]
for argument in arguments:
    if swap(*argument) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
print("ready", flush=True)
while True:
    for argument in arguments:
        swap(*argument)
