import * as z from 'zod/mini';
import type { Argv } from '../../host/host.ts';

/** Virtual environments and what is in them. */

export const makeVenvArgv = (python: string, venv: string): Argv => [python, '-m', 'venv', venv];

/** Empties what is there first. */
export const recreateVenvArgv = (python: string, venv: string): Argv => [
  python,
  '-m',
  'venv',
  '--clear',
  venv,
];

/**
 * The interpreter gets {@link PROBE} on stdin; behind '-' the project's name and the modules it needs. They are really
 * imported ('import', half a second and more), or only looked for ('find').
 */
export const probeArgv = (
  python: string,
  project: string,
  modules: readonly string[],
  how: 'import' | 'find',
): Argv => [python, '-B', '-I', '-', project, modules.join(','), how];

/**
 * What a venv holds, judged from inside: whether pip is there, whether the project is installed (and from where),
 * which packages that it needs are missing (another version is not judged: somebody may have wanted it), which ones pip left half-written when it was
 * killed (the files RECORD and INSTALLER are written last; what it was going to replace is set aside as '~ame'), and which modules cannot really be imported.
 */
export const PROBE = `# otto-install: what a venv holds
import importlib, importlib.metadata as metadata, importlib.util, json, os, re, sys, sysconfig
project, modules, how = sys.argv[1], sys.argv[2].split(','), sys.argv[3]
result = {'python': '.'.join(map(str, sys.version_info[:3])), 'pip': True, 'installed': None, 'source': None,
          'missing': [], 'halfWritten': [], 'setAside': [], 'unimportable': []}
try:
    from pip._vendor.packaging.requirements import Requirement
    from pip._vendor.packaging.utils import canonicalize_name
except Exception:
    result['pip'] = False
versions = {}
aside = []
for distribution in metadata.distributions():
    name = distribution.metadata['Name']
    if os.path.basename(str(getattr(distribution, '_path', ''))).startswith('~'):
        aside.append(name)
        continue
    if not name or distribution.read_text('RECORD') is None or distribution.read_text('INSTALLER') is None:
        result['halfWritten'].append(name or str(getattr(distribution, '_path', '?')))
        continue
    if result['pip']:
        versions[canonicalize_name(name)] = distribution
def whole(name):
    distribution = versions.get(canonicalize_name(name))
    return distribution is not None and all(file.locate().exists() for file in (distribution.files or [])[::20])
packages = sysconfig.get_path('purelib')
entries = [entry for entry in os.listdir(packages) if entry.startswith('~')] if os.path.isdir(packages) else []
if result['pip']:
    aside += [name for name in versions if any('~' + name.replace('-', '_')[1:] == entry for entry in entries)]
    cut = sorted({name for name in aside if name and name not in result['halfWritten'] and not whole(name)})
    result['halfWritten'] += cut
    if result['halfWritten']:
        result['setAside'] = [os.path.join(packages, entry) for entry in entries]
    # Most of what packages name is for extras that nobody asked for, and to parse it all takes half a second.
    def for_another_extra(text, extras):
        named = re.findall(r'''\\bextra\\s*==\\s*['"]([^'"]+)['"]''', text.partition(';')[2])
        return len(named) == 1 and ' or ' not in text and canonicalize_name(named[0]) not in extras
    def walk(name, extras, seen):
        distribution = versions.get(canonicalize_name(name))
        if distribution is None or (name, extras) in seen:
            return
        seen.add((name, extras))
        for text in distribution.requires or []:
            if for_another_extra(text, [canonicalize_name(extra) for extra in extras]):
                continue
            wanted = Requirement(text)
            if wanted.marker and not any(wanted.marker.evaluate({'extra': extra}) for extra in {*extras, *map(canonicalize_name, extras)}):
                continue
            there = versions.get(canonicalize_name(wanted.name))
            if there is None:
                result['missing'].append(wanted.name)
            else:
                walk(wanted.name, tuple(sorted(wanted.extras)) or ('',), seen)
    own = versions.get(canonicalize_name(project))
    if own is not None:
        result['installed'] = own.version
        url = json.loads(own.read_text('direct_url.json') or '{}').get('url', '')
        result['source'] = url[7:] if url.startswith('file://') else url or None
        # A home may be a link to elsewhere: pip notes the one path, and we know the other.
        result['fromHere'] = url.startswith('file://') and os.path.realpath(url[7:]) == os.path.realpath('.')
        walk(project, ('',), set())
for module in modules:
    try:
        if how == 'import':
            importlib.import_module(module)
        elif importlib.util.find_spec(module) is None:
            raise ModuleNotFoundError(f'No module named {module!r}')
    except BaseException as error:
        result['unimportable'].append({'module': module, 'why': f'{type(error).__name__}: {error}'[:200]})
print(json.dumps(result))
`;

const Probe = z.object({
  python: z.string(),
  pip: z.boolean(),
  installed: z.nullable(z.string()),
  source: z.nullable(z.string()),
  /** Whether that is really the folder that it was asked in, whatever links lead there. */
  fromHere: z.optional(z.boolean()),
  missing: z.array(z.string()),
  halfWritten: z.array(z.string()),
  setAside: z.array(z.string()),
  unimportable: z.array(z.object({ module: z.string(), why: z.string() })),
});
export type VenvProbe = z.infer<typeof Probe>;

/** Reads what {@link PROBE} printed; undefined when that is not it (the interpreter does not start). */
export function parseProbe(output: string): VenvProbe | undefined {
  try {
    return Probe.parse(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
  } catch {
    return undefined;
  }
}
