#!/bin/sh
# Boots one droplet; started in a mount namespace of its own, so that its mounts end with it.
# Everything is told by the environment:
#   DROPLET        its name
#   LAYERS         the read-only directories of its root file system, top first, joined by ':'
#   DISK           a directory of a real file system with upper/ work/ root/ docker/
#   FILES          a tar archive laid over the root before boot (ssh key, resolv.conf, …)
#   NETNS          the network namespace that it lives in
#   CGROUPS        its control groups, one directory per line
#   INIT_ARGUMENTS what its systemd is told (may be empty)
#   OWN_CONTAINERD set when Docker may keep its images with containerd (28 and later)
set -eu

printf '%s\n' "$CGROUPS" | while read -r group; do
  [ -z "$group" ] || echo $$ >"$group/cgroup.procs"
done

mount -t overlay "otto-$DROPLET" -o "lowerdir=$LAYERS,upperdir=$DISK/upper,workdir=$DISK/work" "$DISK/root"
tar -C "$DISK/root" --no-overwrite-dir --numeric-owner -xpf "$FILES"

# network: dockerd sets ip_forward itself, which it may not where /proc/sys/net is read-only.
export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
# overlay2 cannot work on an overlay: Docker's data lies on the real file system. So does containerd's, which a saved state
# keeps together with Docker's.
set --
if [ -n "${OWN_CONTAINERD:-}" ]; then
  mkdir -p "$DISK/docker/.containerd" "$DISK/root/var/lib/containerd"
  set -- --bind="$DISK/docker/.containerd:/var/lib/containerd"
fi
# shellcheck disable=SC2086 # INIT_ARGUMENTS is a list of words
exec systemd-nspawn --quiet -D "$DISK/root" --boot --register=no --keep-unit --machine="$DROPLET" --console=pipe \
  --network-namespace-path="$NETNS" --resolv-conf=off --timezone=off --link-journal=no --capability=all \
  --system-call-filter='add_key keyctl bpf' --bind="$DISK/docker:/var/lib/docker" "$@" -- $INIT_ARGUMENTS
