# otto-install: keep-file
# Copies a file, and says it is done only once the copy is on the disk: after a power cut a copy that was only in memory would be
# an empty file, and be put back as one. Without a copy there is nothing to put back: it is back already.
# Arguments: keep or put-back, the file, its copy.
set -eu
what=$1 file=$2 copy=$3
case $what in
keep) from=$file to=$copy ;;
put-back)
  [ -e "$copy" ] || exit 0
  from=$copy to=$file
  ;;
*) exit 2 ;;
esac
cp -p -- "$from" "$to"
sync -- "$to" "${to%/*}"
