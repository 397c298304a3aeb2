import { VALID_API_KEY } from '../internet/claude/claude.ts';
import { GITHUB_TOKENS } from '../internet/github/accounts.ts';
import { FRESH } from '../script/fresh.ts';
import { PASSWORD, type Scene } from './scene.ts';

/** An answers file for an install with nobody there. */
export const ANSWERS: Readonly<Record<string, string>> = {
  domain: FRESH.domain,
  email: FRESH.email,
  adminEmail: FRESH.adminEmail,
  adminPassword: PASSWORD,
  claude: 'api-key',
  anthropicApiKey: VALID_API_KEY,
  github: 'token',
  githubToken: GITHUB_TOKENS.classic,
};

/** Answers that some reader of theirs (an env file, YAML, nginx, a unit, a command line) cannot bear. */
const HOSTILE: readonly (readonly [key: string, value: string])[] = [
  ['adminName', 'Ann\u0000'],
  ['adminName', 'Ann\u001b]0;PWNED\u0007'],
  ['adminName', 'Ann\nADMIN=1'],
  ['adminPassword', 'correct-horse\u0000battery'],
  ['adminPassword', 'correct-horse\u001b[2Jbattery'],
  ['webuiSecretKey', 'a-key-that-is-long-enough\nENABLE_SIGNUP=true'],
  ['webuiSecretKey', ''],
  ['paperclipSecret', 'a-secret-that-is-long-enough\nPAPERCLIP_AUTH_DISABLE_SIGN_UP=false'],
  ['paperclipSecret', 'a-secret\u0000that-is-long-enough'],
  ['openWebuiImage', '--privileged'],
  ['paperclipImage', '--privileged'],
  ['hermesRepository', '../..'],
  ['hermesBranch', '--upload-pack=/home/cleo/.evil/git-ssh'],
  ['openWebuiData', '/etc'],
  ['paperclipData', '/root/../etc'],
  ['openWebuiData', '/'],
  ['paperclipData', '/home'],
  ['domain', '-otto.example.com'],
  ['email', '-ops@client.example'],
  ['model', '--model'],
  ['modelName', 'otto\u202e'],
];

/** Each of them by `plan`, which changes nothing: it has to be refused as wrong use, and none may keep it waiting. */
export async function hostileAnswers(scene: Scene): Promise<string> {
  let refused = 0;
  const files: (readonly [what: string, path: string])[] = [
    ['the file /dev/full', '/dev/full'],
    ['the file /dev/zero', '/dev/zero'],
    ['a file of 1 TB', '/root/huge-answers.yaml'],
  ];
  await scene.droplet.must(['truncate', '-s', '1T', '/root/huge-answers.yaml']);
  for (const [number, [key, value]] of HOSTILE.entries()) {
    const path = `/root/hostile-${number}.json`;
    await scene.droplet.write(path, JSON.stringify({ ...ANSWERS, [key]: value }), 0o600);
    files.push([`the answer ${key}: ${JSON.stringify(value)}`, path]);
  }
  for (const [what, path] of files) {
    const { exitCode, timedOut } = await scene.otto(`plan --answers ${path}`, { limitS: 20 });
    scene.tried('hostile-answers');
    if (exitCode === 2 && !timedOut) refused += 1;
    else
      scene.effect(
        `${what.startsWith('the answer') ? what : `the answers in ${what}`} ended with ${timedOut ? 'nothing' : exitCode}, not refused`,
      );
  }
  await scene.droplet.exec(['sh', '-c', 'rm -f /root/hostile-*.json /root/huge-answers.yaml']);
  return `${refused} of ${files.length} refused`;
}
