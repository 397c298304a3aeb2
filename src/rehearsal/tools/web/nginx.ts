import { type Machine, NotRehearsed, type Tool } from '../../machine.ts';

const MAIN = '/etc/nginx/nginx.conf';
const ENABLED = '/etc/nginx/sites-enabled';

/** nginx -t, and nginx -T with its files. The only mistakes that it finds are a missing brace and a missing certificate. */
export const nginx: Tool = ({ machine, args }) => {
  const [mode] = args;
  if (mode !== '-t' && mode !== '-T') throw new NotRehearsed(`nginx ${args.join(' ')}`);
  const paths = [MAIN, ...(machine.files.list(ENABLED) ?? []).map((name) => `${ENABLED}/${name}`)];
  const files = paths.map((path) => ({ path, text: machine.files.read(path) ?? '' }));
  const [mistake] = files.flatMap(({ path, text }) => mistakeIn(machine, path, text) ?? []);
  if (mistake !== undefined)
    return {
      exitCode: 1,
      stderr: `nginx: [emerg] ${mistake}\nnginx: configuration file ${MAIN} test failed\n`,
    };
  const stderr = `nginx: the configuration file ${MAIN} syntax is ok\nnginx: configuration file ${MAIN} test is successful\n`;
  const dump = files.map(({ path, text }) => `# configuration file ${path}:\n${text}\n`).join('');
  return { exitCode: 0, stdout: mode === '-T' ? dump : '', stderr };
};

function mistakeIn(machine: Machine, path: string, text: string): string | undefined {
  const clean = text.replace(/#.*$/gm, '');
  if (clean.split('{').length !== clean.split('}').length)
    return `unexpected end of file, expecting "}" in ${path}:${text.split('\n').length}`;
  const certificates = [...clean.matchAll(/^\s*ssl_certificate\s+([^;]+);/gm)].map(([, file = '']) => file);
  const gone = certificates.find((file) => machine.files.read(file) === undefined);
  return gone === undefined
    ? undefined
    : `cannot load certificate "${gone}": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory)`;
}
