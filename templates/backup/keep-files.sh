# otto-install: keep-files
# Copies of the files that are about to change, as they are now; put back, or forgotten. Arguments: keep, put-back or forget,
# then the files. A file that was not there is away again after put-back. Each may be done twice.
set -eu
umask 077
what=$1
shift
for file in "$@"; do
  case $what in
  keep) if [ -e "$file" ]; then cp -p -- "$file" "$file.before"; else rm -f -- "$file.before"; fi ;;
  put-back) if [ -e "$file.before" ]; then cp -p -- "$file.before" "$file"; else rm -f -- "$file"; fi ;;
  forget) rm -f -- "$file.before" ;;
  esac
done
# A copy that was only in memory would be an empty file after a power cut, and be put back as one.
[ "$what" = forget ] || sync
