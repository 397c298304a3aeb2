// Writes docs/pitfalls.md from the source of src/tasks and the faults of test/droplet/faults.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { currentPitfalls } from './pitfalls/index.ts';

const path = fileURLToPath(new URL('../docs/pitfalls.md', import.meta.url));
mkdirSync(new URL('../docs', import.meta.url), { recursive: true });
const page = await currentPitfalls();
writeFileSync(path, page);
console.log(`${path}: ${page.match(/^### /gm)?.length ?? 0} codes`);
