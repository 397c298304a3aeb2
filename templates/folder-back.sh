# otto-install: folder-back
# Puts a folder back as the kept copy has it. Without a whole copy nothing was changed, or it is back already. May be cut off
# at any point and started again.
# Arguments: the folder, the copy.
set -eu
folder=$1 kept=$2
rm -rf -- "$kept.growing"
if [ -d "$kept" ]; then
  if [ -d "$folder" ]; then
    rm -rf -- "$folder.updated"
    mv -T -- "$folder" "$folder.updated"
  fi
  mv -T -- "$kept" "$folder"
  sync -f "$folder"
  echo "the data is as it was before"
else
  echo "no whole copy was kept, so nothing was changed"
fi
rm -rf -- "$folder.updated"
