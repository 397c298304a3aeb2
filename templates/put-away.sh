# otto-install: put-away
# Moves a file to where nothing reads it, or back; what is done already is left as it is, so it may be done twice. What is put
# back never takes the place of something: it was not moved, then, and what lies there was left by an earlier time.
# Arguments: from, to, and 'back' when it is put back.
set -eu
from=$1 to=$2 way=${3:-away}
[ -e "$from" ] || [ -L "$from" ] || exit 0
if [ "$way" = back ] && { [ -e "$to" ] || [ -L "$to" ]; }; then exit 0; fi
mkdir -p -m 0700 -- "${to%/*}"
mv -T -- "$from" "$to"
