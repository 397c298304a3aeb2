/**
 * Faults that were written and have not been through on a droplet yet: a run of the whole catalogue tries them, a sample and a
 * combination draw from the others, so that what they say is about the change that is looked at. Whoever has seen one found, fixed and
 * harmless takes its name out; the list is to become empty.
 */
export const UNTRIED: ReadonlySet<string> = new Set();
