const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * Reads what `--since` takes: '90s', '30m', '2h', '3d', '10:00' (today), '2026-11-22', '2026-11-22 10:00', or an ISO
 * time with its zone. A time without a zone is in ours. ms since 1970; undefined when it is none of these.
 */
export function parseSince(text: string, nowMs: number): number | undefined {
  const [, amount, unit] = /^(\d+)\s*(s|m|min|h|d|w)$/.exec(text.trim()) ?? [];
  if (amount !== undefined) return nowMs - Number(amount) * (UNITS[(unit ?? '').charAt(0)] ?? 0);
  const clock = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text.trim());
  if (clock !== null) {
    const at = new Date(nowMs);
    at.setHours(Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0), 0);
    return Number(clock[1]) < 24 && Number(clock[2]) < 60 ? at.getTime() : undefined;
  }
  const [, day, time, zone] =
    /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text.trim()) ?? [];
  if (day === undefined) return undefined;
  const at = Date.parse(`${day}T${time ?? '00:00'}${zone ?? ''}`);
  return Number.isNaN(at) ? undefined : at;
}
