# otto-install: remove-folder
# Removes folders and files with all that is in them, and says what could not be removed. A folder that another disk is
# mounted on is emptied and stays. Links are removed, never followed. May be done twice.
# Arguments: paths.
set -u
left=0
for path in "$@"; do
  if [ -d "$path" ] && [ ! -L "$path" ] && mountpoint -q -- "$path"; then
    find "$path" -xdev -mindepth 1 -delete || left=1
    continue
  fi
  rm -rf --one-file-system -- "$path" || left=1
  if [ -e "$path" ] || [ -L "$path" ]; then
    echo "$path is still there"
    left=1
  fi
done
exit $left
