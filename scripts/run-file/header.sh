#!/bin/sh
size=$( (wc -c <"$0") 2>/dev/null | tr -d ' ') whole=@FILE_BYTES@
[ "${size:-0}" -eq "$whole" ] || { printf '%s\n' "$0 is not whole: it has ${size:-0} of $whole bytes. Nothing was started." "Copy or download it again, save it as a file, and start it with: sh FILE" >&2; exit 69; }
# otto-install @VERSION@ for Linux on @ARCH@ in one file: this text, and after its last line a compressed archive with the program and
# the Node that runs it. Nothing else has to be installed. The size is compared before anything else, since a shell obeys the
# beginning of a file that was cut off. The rest is a function, so that all of it is read before any of it is done.
set -u
umask 022

VERSION='@VERSION@'
ARCH='@ARCH@'
HEADER_BYTES=@HEADER_BYTES@
PAYLOAD_SHA256='@PAYLOAD_SHA256@'
# What sha256sum says of the list of checksums in the archive, and so of everything that is unpacked.
MANIFEST_SHA256='@MANIFEST_SHA256@'
NEEDED_KB=@NEEDED_KB@
SELF=$0

main() {
  # What we start must not be what anybody put in front of it; bin/surroundings.js does the same for all that comes later.
  unset NODE_OPTIONS NODE_PATH
  user=$(id -u)
  if [ "$user" -eq 0 ]; then
    PATH='/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
    home='/var/lib/otto-install'
  else
    home="${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/otto-install"
  fi
  export PATH

  payload_is_whole
  case "$#:${1:-}" in
    1:--version | 1:-V) printf '%s\n' "$VERSION" && exit 0 ;;
    1:--help | 1:-h) help && exit 0 ;;
  esac
  machine_is_right

  # The build's own mark is a part of the name: another build of the same version must not replace what is running.
  program="$home/program"
  tree="$program/$VERSION-$ARCH-$(printf '%.12s' "$MANIFEST_SHA256")"
  if ! tree_is_whole "$tree"; then
    unpack
  fi
  starts "$tree/node"
  exec "$tree/node" "$tree/bin/otto-install" "$@"
}

# Ends with words for an operator.
give_up() {
  printf '%s\n' "$@" >&2
  exit 69
}

payload() {
  tail -c "+$((HEADER_BYTES + 1))" "$SELF"
}

payload_is_whole() {
  command -v sha256sum >/dev/null 2>&1 ||
    give_up 'sha256sum is not installed, and this file is checked with it before anything runs.' 'Install it with: apt-get install coreutils'
  case "$(payload | sha256sum)" in
    "$PAYLOAD_SHA256 "*) ;;
    *)
      give_up "$SELF is damaged: its checksum is not the one that it was made with. Nothing was started." \
        'Copy or download it again. SHA256SUMS beside it on the release page has the checksum of the whole file.'
      ;;
  esac
}

machine_is_right() {
  [ "$(uname -s)" = Linux ] || give_up "This file is for Linux; this machine has $(uname -s)."
  case "$(uname -m)" in
    x86_64 | amd64) here=x64 ;;
    aarch64 | arm64) here=arm64 ;;
    *) here=$(uname -m) ;;
  esac
  [ "$here" = "$ARCH" ] && return
  case "$here" in
    x64 | arm64)
      give_up "This file is for Linux on $ARCH; this machine is $here." "Take the other one: otto-install-$VERSION-linux-$here.run"
      ;;
    *) give_up "This file is for Linux on $ARCH; this machine is $here, and there is no otto-install for that." ;;
  esac
}

# Whether a folder holds exactly what was packed. Looked at before every start: half a second for the certainty that what
# runs as root is what was reviewed, and that a power cut while it was written is found.
tree_is_whole() {
  [ -f "$1/SHA256SUMS" ] || return 1
  case "$(sha256sum <"$1/SHA256SUMS")" in
    "$MANIFEST_SHA256 "*) (cd "$1" && sha256sum -c SHA256SUMS) >/dev/null 2>&1 ;;
    *) return 1 ;;
  esac
}

unpack() {
  for tool in xz tar; do
    command -v "$tool" >/dev/null 2>&1 || give_up "$tool is not installed, and otto-install is unpacked with it. Nothing was changed." \
      "Install it with: apt-get install $(printf '%s' "$tool" | sed 's/xz/xz-utils/')"
  done
  said=$( (umask 077 && mkdir -p "$home") 2>&1 && mkdir -p "$program" 2>&1) || could_not "$said"
  is_ours "$home"
  is_ours "$program"
  [ ! -e "$tree" ] || printf '%s\n' "What was unpacked into $tree is damaged. Unpacking it again." >&2
  remove_leftovers
  enough_room
  printf '%s\n' "Unpacking otto-install $VERSION and its Node into $program (once, $((NEEDED_KB / 1000)) MB) ..." >&2

  temporary="$program/unpacking-$$"
  trap 'rm -rf "$temporary"; trap - INT; kill -INT $$' INT
  trap 'rm -rf "$temporary"; trap - TERM; kill -TERM $$' TERM
  trap 'rm -rf "$temporary"; trap - HUP; kill -HUP $$' HUP
  said=$(unpack_into "$temporary" 2>&1) || could_not "$said"
  # Another start may have been faster, and runs from its result by now: a folder that is not empty is not replaced by a rename. Only
  # one that is damaged is removed.
  mv -T "$temporary" "$tree" 2>/dev/null || tree_is_whole "$tree" || { rm -rf "$tree" && mv -T "$temporary" "$tree"; }
  rm -rf "$temporary"
  trap - INT TERM HUP
  remove_older
}

unpack_into() {
  # bash goes on after Ctrl-C when the tool that it waits for had just ended well.
  trap 'exit 1' INT TERM HUP
  LC_ALL=C
  export LC_ALL
  rm -rf "$1"
  mkdir "$1" || return
  # From a copy that nobody else can write, compared once more: the file itself may lie where others can.
  payload >"$1/payload" || return
  case "$(sha256sum <"$1/payload")" in
    "$PAYLOAD_SHA256 "*) ;;
    *) echo 'it changed while it was read' && return 1 ;;
  esac
  xz -dc "$1/payload" | tar -xof - -C "$1" || return
  rm "$1/payload"
  tree_is_whole "$1" || { echo 'what was unpacked is not what was packed' && return 1; }
}

# What an unpacking left that was killed or cut by a power failure; one that is at work is left alone.
remove_leftovers() {
  for left in "$program"/unpacking-*; do
    [ -d "$left" ] || continue
    kill -0 "${left##*-}" 2>/dev/null && continue
    printf '%s\n' 'An earlier start was cut off while it unpacked. What it left is removed.' >&2
    rm -rf "$left"
  done
}

# Other versions, unless something runs from them.
remove_older() {
  for other in "$program"/*-*-*; do
    [ "$other" != "$tree" ] || continue
    case "$other" in */unpacking-*) continue ;; esac
    # shellcheck disable=SC2010 # only the target of each link is looked for, and not split into words
    ls -l /proc/[0-9]*/exe 2>/dev/null | grep -qF " $other/" || rm -rf "$other"
  done
}

enough_room() {
  free=$(df -Pk "$program" 2>/dev/null | { read -r _ && read -r _ _ _ free _ && printf '%s' "$free"; })
  case "$free" in '' | *[!0-9]*) return ;; esac
  [ "$free" -ge "$NEEDED_KB" ] || disk_is_full "$((free / 1000)) MB are free"
}

disk_is_full() {
  give_up "The disk is full: unpacking needs $((NEEDED_KB / 1000)) MB in $program, and $1. Nothing is left behind." \
    'Make room (df -h shows what is full), then run this again.'
}

could_not() {
  [ -z "${temporary:-}" ] || rm -rf "$temporary"
  case "$1" in
    *'No space left'* | *'quota exceeded'*) disk_is_full 'there was no room left' ;;
    *) give_up "otto-install could not be unpacked into $program:" "$1" 'Nothing was started.' ;;
  esac
}

# Refuses a folder in which another user could put something between unpacking and starting it.
is_ours() {
  [ ! -h "$1" ] && [ -n "$(find "$1" -prune -type d -user "$user" ! -perm -020 ! -perm -002)" ] && return
  give_up "$1 is a link, or somebody else's, or others may write there. Nothing was unpacked." \
    "Look at it (ls -ld $1), correct its owner and mode, and run this again."
}

# Says why the Node cannot run, if it cannot; the words of the shell would say neither where nor what to do.
starts() {
  said=$("$1" --version 2>&1) && return
  if [ $? -eq 126 ] && [ -x "$(command -v findmnt || true)" ] && findmnt -no OPTIONS -T "$1" | grep -qw noexec; then
    mounted=$(findmnt -no TARGET -T "$1")
    give_up "$program is on $mounted, which is mounted noexec: no program may start from there." \
      "Allow it with: mount -o remount,exec $mounted" 'Then run this again.'
  fi
  give_up "The Node in $1 cannot run on this machine:" "$said" 'It needs glibc 2.28 or newer, as Ubuntu and Debian have.'
}

help() {
  cat <<'END_OF_HELP'
@HELP@
END_OF_HELP
}

main "$@"
exit 70
