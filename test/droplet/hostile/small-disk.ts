/** Small disks over folders of the droplet: its own disk is the machine's, and is never filled. Each is a script for sh -eu. */

/** A disk over a folder, with what is in it now, and only so much room besides. */
const over = (folder: string, options: string) => `
mkdir -p ${folder}
rm -rf /run/held-copy
cp -a ${folder} /run/held-copy
mount -t tmpfs -o ${options},mode="$(stat -c %a /run/held-copy)" tmpfs ${folder}
chown --reference=/run/held-copy ${folder}
cp -a /run/held-copy/. ${folder}/
rm -r /run/held-copy
`;

/** Not a byte is left. */
export const full = (folder: string) => `
${over(folder, `size=$(($(du -sm ${folder} 2>/dev/null | cut -f1) + 4))m`)}
dd if=/dev/zero of=${folder}/.filler bs=4k 2>/dev/null || true
[ "$(df --output=avail ${folder} | tail -1)" -eq 0 ]
`;

/** There is room for bytes, and for no file. */
export const withoutInodes = (folder: string) => `
${over(folder, `size=900m,nr_inodes=$(($(find ${folder} 2>/dev/null | wc -l) + 3))`)}
n=0; while touch ${folder}/.filler-$n 2>/dev/null; do n=$((n + 1)); done
[ "$(df --output=iavail ${folder} | tail -1)" -eq 0 ]
`;

export const emptied = (folder: string) => `umount ${folder}`;

/** As Linux makes a disk after an error. */
export const readOnly = (folder: string) =>
  `mkdir -p ${folder}; mount --bind ${folder} ${folder}; mount -o remount,bind,ro ${folder}`;
export const writable = (folder: string) => `umount -l ${folder}`;
