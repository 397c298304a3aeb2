# otto-install: folder-aside
# Keeps a copy of a folder that nobody writes to meanwhile, and checks it: everything that is in the one is in the other, as
# large, as old and owned as there. The copy has its name only once it is whole and on the disk.
# Arguments: the folder, the copy.
set -eu
folder=$1 kept=$2
list() { (cd "$1" && find . \( -type f -printf '%P %m %U %G %s %T@\n' \) -o -printf '%P %y %m %U %G %l\n' | LC_ALL=C sort); }

rm -rf -- "$kept.growing" "$kept"
cp -a --reflink=auto -- "$folder" "$kept.growing"
before=$(list "$folder" | sha256sum)
after=$(list "$kept.growing" | sha256sum)
if [ "$before" != "$after" ]; then
  rm -rf -- "$kept.growing"
  echo "The copy of $folder is not like it. Nothing was changed." >&2
  exit 1
fi
sync -f "$kept.growing"
mv -T -- "$kept.growing" "$kept"
echo "copy checked: $(find "$kept" -type f | wc -l) files, $(du -sm "$kept" | cut -f 1) MB"
