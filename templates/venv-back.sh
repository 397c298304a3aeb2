# otto-install: venv-back
# Puts the kept copy of a virtual environment back in its place. Without a whole copy nothing was changed, and nothing is
# to be put back. May be interrupted at any point and started again.
# Arguments: the copy, the environment.
set -eu
kept=$1 venv=$2
if [ ! -d "$kept" ]; then
  echo "no whole copy was kept, so nothing was changed"
  exit 0
fi
rm -rf -- "$venv.coming"
cp -a --reflink=auto -- "$kept" "$venv.coming"
rm -rf -- "$venv"
mv -T -- "$venv.coming" "$venv"
echo "the environment is as it was before"
