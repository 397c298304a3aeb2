# otto-install: put-away
# Moves a file to where nothing reads it, or back; what is done already is left as it is, so it may be done twice.
# Arguments: from, to.
set -eu
from=$1 to=$2
[ -e "$from" ] || [ -L "$from" ] || exit 0
if [ -e "$to" ] || [ -L "$to" ]; then
  echo "$to is there already"
  exit 1
fi
mkdir -p -m 0700 -- "${to%/*}"
mv -T -- "$from" "$to"
