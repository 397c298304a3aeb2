# otto-install: forget-database-mark
# Removes the file with which a PostgreSQL says that it runs, once nothing works in its folder any more. What runs in a container
# is seen from here as well: its working folder is the same one, whatever it is called in there.
# Argument: the folder of the database.
set -u
folder=$1
here=$(stat -Lc %d:%i -- "$folder" 2>/dev/null) || exit 0
for place in /proc/[0-9]*/cwd; do
  if [ "$(stat -Lc %d:%i "$place" 2>/dev/null)" = "$here" ]; then
    echo "Something still works in $folder: process $(echo "$place" | cut -d / -f 3). Its mark was left."
    exit 1
  fi
done
rm -f -- "$folder/postmaster.pid"
