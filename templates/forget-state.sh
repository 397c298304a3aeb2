# otto-install: forget-state
# Removes what otto-install remembers of this machine and the logs of its earlier runs. What the run at work needs stays
# until it ends: its lock, its record and its own log, which is the newest; so do the Node that it runs on and, where the one file was
# unpacked, its program, which reads more of itself as it goes.
# Arguments: folder with the state, folder with the logs.
set -u
find "$1" -mindepth 1 -maxdepth 1 ! -name operation.json ! -name 'lock*' ! -name node ! -name program -exec rm -rf -- {} +
ls -1t -- "$2" 2>/dev/null | tail -n +2 | while IFS= read -r name; do rm -f -- "$2/$name"; done
exit 0
