import type { Change } from './changes.ts';
import type { Item, Snapshot } from './snapshot.ts';

/** What differs between `then` and `now`. What could not be read in one of them is not compared. Pure. */
export function compare(then: Snapshot, now: Snapshot): readonly Change[] {
  const keys = new Set([...Object.keys(now.items), ...Object.keys(then.items)]);
  const unread = [...then.unknown, ...now.unknown];
  return [...keys]
    .filter((key) => !unread.some((part) => belongs(key, part)))
    .flatMap((key) => {
      const change = difference(then.items[key], now.items[key]);
      return change === undefined ? [] : [change];
    });
}

/** Whether an item comes from a part that could not be read. */
function belongs(key: string, part: string): boolean {
  const groups: Readonly<Record<string, readonly string[]>> = {
    packages: ['package:'],
    machine: ['boot', 'kernel'],
    'container:open-webui': ['image:open-webui', 'container:open-webui'],
    'container:paperclip': ['image:paperclip', 'container:paperclip'],
  };
  return (groups[part] ?? [part]).some((start) => key.startsWith(start));
}

function difference(then: Item | undefined, now: Item | undefined): Change | undefined {
  const item = now ?? then;
  if (item === undefined) return undefined;
  const { what, tasks } = item;
  const at = now?.at === undefined ? {} : { at: now.at };
  if (then === undefined) return { what, how: 'new', tasks, ...at };
  if (now === undefined) return { what, how: 'gone', tasks };
  if (then.value !== now.value) return { what, how: `${then.value} → ${now.value}`, tasks, ...at };
  if (then.hash !== now.hash) return { what, tasks, ...at };
  // Changing the owner or the mode does not change the modification time.
  if (then.owner !== now.owner) return { what, how: ownerChange(then.owner, now.owner), tasks };
  return undefined;
}

/** 'mode 0600 → 0644', 'owner cleo:cleo → root:root', from two of 'cleo:cleo 0600'. */
function ownerChange(then = '', now = ''): string {
  const [oldOwner, oldMode] = then.split(' ');
  const [owner, mode] = now.split(' ');
  const parts = [
    oldOwner === owner ? undefined : `owner ${oldOwner} → ${owner}`,
    oldMode === mode ? undefined : `mode ${oldMode} → ${mode}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}
