import type { Droplet } from '../machine/droplet.ts';

/** What a local user who wants to be Open WebUI's administrator has come to. */
export interface Claims {
  readonly tries: number;
  /** Each answer that was none of a refusal: 'http://127.0.0.1:8080 200 {"token":…'. */
  readonly successes: readonly string[];
  /** How often something said no: it was reached, and had its administrator. */
  readonly refusals: number;
}

export const CLAIMANT = { user: 'mallory', email: 'mallory@elsewhere.example' } as const;

/**
 * A user of the droplet who signs up in a tight loop, at every address at which Open WebUI could be reached from inside: the
 * published port, every address of Docker's bridge that containers get, and through nginx. It goes on after a reboot.
 */
export async function startClaimant(droplet: Droplet, domain: string): Promise<void> {
  await droplet.write('/usr/local/bin/claimant', program(domain), 0o755);
  await droplet.write('/etc/systemd/system/claimant.service', UNIT);
  await droplet.must([
    'sh',
    '-euc',
    `id ${CLAIMANT.user} >/dev/null 2>&1 || useradd -m ${CLAIMANT.user}
systemctl daemon-reload
systemctl enable --now --quiet claimant`,
  ]);
}

export async function stopClaimant(droplet: Droplet): Promise<void> {
  await droplet.must(['systemctl', 'disable', '--now', '--quiet', 'claimant']);
}

export async function claimsOf(droplet: Droplet): Promise<Claims> {
  const read = (name: string) =>
    droplet.must(['sh', '-c', `cat /home/${CLAIMANT.user}/${name} 2>/dev/null || true`]);
  const [count, lines] = await Promise.all([read('count'), read('answers')]);
  const answers = lines.split('\n').filter((line) => line !== '');
  const refused = answers.filter((line) => / (403|30\d|404|502|503) /.test(line));
  return {
    tries: Number(count),
    successes: answers.filter((line) => !refused.includes(line)),
    refusals: answers.filter((line) => / 403 /.test(line)).length,
  };
}

const UNIT = `[Service]
User=${CLAIMANT.user}
ExecStart=/usr/local/bin/claimant
Restart=always
[Install]
WantedBy=multi-user.target
`;

/** One process: a new curl for each try would be too slow to find a window of a tenth of a second. */
const program = (domain: string): string => `#!/usr/bin/python3
import http.client, json, os, ssl
BODY = json.dumps({"name": "Mallory", "email": "${CLAIMANT.email}", "password": "Mallory-was-here-1"})
HEADERS = {"Content-Type": "application/json", "Host": "${domain}"}
PLACES = [("127.0.0.1", 8080, False), ("127.0.0.1", 80, False), ("127.0.0.1", 443, True)]
PLACES += [("172.17.0.%d" % last, 8080, False) for last in range(2, 8)]
home = os.path.expanduser("~")
try: count = int(open(home + "/count").read())
except Exception: count = 0
context = ssl._create_unverified_context()
while True:
    for host, port, secure in PLACES:
        count += 1
        try:
            made = http.client.HTTPSConnection(host, port, timeout=2, context=context) if secure else http.client.HTTPConnection(host, port, timeout=0.1 if host.startswith('172.') else 2)
            made.connect()
            # Nobody at that address: not worth waiting for. Somebody there: worth every second.
            made.sock.settimeout(5)
            made.request("POST", "/api/v1/auths/signup", BODY, HEADERS)
            answer = made.getresponse()
            with open(home + "/answers", "a") as file:
                file.write("%s:%d %d %s\\n" % (host, port, answer.status, answer.read(80).decode("utf-8", "replace").replace("\\n", " ")))
            made.close()
        except OSError: pass
        except http.client.HTTPException: pass
    with open(home + "/count", "w") as file: file.write(str(count))
`;
