# otto-install: keep-program
# Copies a program and its Node to where they stay, as a list of checksums says. What is not exactly that never gets its name, and
# a power cut leaves either the earlier one, or the folder beside it that the next time removes.
# Arguments: the folder of the program, its Node, where to put them.
set -eu
from=$1 node=$2 to=$3
incoming=$to.incoming
rm -rf -- "$incoming"
mkdir -m 0755 -- "$incoming"
cat >"$incoming/SHA256SUMS" <<'END-OF-LIST'
{{manifest}}
END-OF-LIST
while read -r _ name; do
  case $name in
    node) install -m 0755 -- "$node" "$incoming/node" ;;
    bin/otto-install) install -D -m 0755 -- "$from/$name" "$incoming/$name" ;;
    *) install -D -m 0644 -- "$from/$name" "$incoming/$name" ;;
  esac
done <"$incoming/SHA256SUMS"
(cd -- "$incoming" && sha256sum --check --quiet SHA256SUMS)
sync -f -- "$incoming"
rm -rf -- "$to"
mv -T -- "$incoming" "$to"
