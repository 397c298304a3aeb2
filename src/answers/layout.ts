import { STATE_DIR } from '../engine/records/state-dir.ts';
import type { Answers } from './schema.ts';

/**
 * Where the parts of an Otto are: the runbook's paths, ports and names, as a function of the deploy user's name, and of as what the
 * parts of an Otto that somebody set up were found. Nothing here looks at a machine.
 */
export interface Layout {
  /** The deploy user's name and its primary group's (Debian gives each user a group of its own). */
  readonly user: string;
  /** 'cleo:cleo', as WriteFile wants it. */
  readonly owner: string;
  /** /home/cleo */
  readonly home: string;

  readonly gh: {
    /** Where gh keeps its token; malformed, it breaks every gh command, login included. */
    readonly hosts: string;
    readonly folder: string;
  };

  readonly claude: {
    readonly folder: string;
    /** OAuth tokens, shared by the Claude CLI and Hermes. */
    readonly credentials: string;
    /** npm prefix that holds the CLI, owned by root. */
    readonly cliFolder: string;
    /** The link that a person calls. */
    readonly command: string;
  };

  readonly hermes: {
    /** HERMES_HOME */
    readonly home: string;
    readonly envFile: string;
    readonly config: string;
    readonly logs: string;
    /** A live flock on it means: a gateway is running. */
    readonly lock: string;
    readonly pidFile: string;
    readonly state: string;
    /** Starts of the last minutes, as Hermes's respawn breaker counts them (0.19 and later). */
    readonly starts: string;
    readonly checkout: string;
    /** Where a clone grows until it is whole and renamed to `checkout`. */
    readonly cloning: string;
    readonly venv: string;
    readonly python: string;
    readonly unitName: string;
    readonly unit: string;
    readonly dropIns: string;
    /** The drop-in that holds the sandbox; its number lets drop-ins made by hand count after it. */
    readonly sandbox: string;
    /** nftables' rules that it loads; systemd reads only *.conf in this folder. */
    readonly ports: string;
    readonly port: number;
  };

  /** /opt/cleo: what belongs to this Otto and is not Hermes. */
  readonly opt: string;
  readonly openWebui: {
    readonly container: string;
    readonly data: string;
    readonly database: string;
    readonly envFile: string;
    readonly port: number;
  };
  readonly paperclip: {
    readonly container: string;
    readonly data: string;
    readonly envFile: string;
    readonly port: number;
  };
  /** What the wizard remembers between runs. */
  readonly state: string;
}

/** Ports of the runbook's architecture table. */
export const PORTS = { http: 80, https: 443, paperclip: 3000, openWebui: 8080, hermes: 8642 } as const;

/** docker0's address on nearly every machine; the look replaces it by the one that is really there (runbook, step 8). */
export const USUAL_BRIDGE_ADDRESS = '172.17.0.1';

const DROP_INS = '/etc/systemd/system/hermes-gateway.service.d';

/** What the places depend on. */
export type Placing = Pick<Answers, 'user'> & {
  readonly [Found in
    | 'openWebuiData'
    | 'paperclipData'
    | 'openWebuiContainer'
    | 'openWebuiPort'
    | 'hermesHome'
    | 'hermesCheckout'
    | 'hermesVenv']?: Answers[Found] | undefined;
};

/** The paths of the Otto that these answers describe. */
export function layout(answers: Placing): Layout {
  const { user } = answers;
  const home = `/home/${user}`;
  const hermesHome = answers.hermesHome ?? `${home}/.hermes`;
  const checkout = answers.hermesCheckout ?? `${hermesHome}/hermes-agent`;
  const venv = answers.hermesVenv ?? `${checkout}/venv`;
  const opt = `/opt/${user}`;
  const openWebuiData = answers.openWebuiData ?? `${opt}/open-webui`;
  return {
    user,
    owner: `${user}:${user}`,
    home,
    gh: { folder: `${home}/.config/gh`, hosts: `${home}/.config/gh/hosts.yml` },
    claude: {
      folder: `${home}/.claude`,
      credentials: `${home}/.claude/.credentials.json`,
      cliFolder: `${opt}/claude-cli`,
      command: '/usr/local/bin/claude',
    },
    hermes: {
      home: hermesHome,
      envFile: `${hermesHome}/.env`,
      config: `${hermesHome}/config.yaml`,
      logs: `${hermesHome}/logs`,
      lock: `${hermesHome}/gateway.lock`,
      pidFile: `${hermesHome}/gateway.pid`,
      state: `${hermesHome}/gateway_state.json`,
      starts: `${hermesHome}/gateway-starts.log`,
      checkout,
      cloning: `${hermesHome}/.hermes-agent.cloning`,
      venv,
      python: `${venv}/bin/python`,
      unitName: 'hermes-gateway.service',
      unit: '/etc/systemd/system/hermes-gateway.service',
      dropIns: DROP_INS,
      sandbox: `${DROP_INS}/10-otto-sandbox.conf`,
      ports: `${DROP_INS}/otto-ports.nft`,
      port: PORTS.hermes,
    },
    opt,
    openWebui: {
      container: answers.openWebuiContainer ?? 'open-webui',
      data: openWebuiData,
      database: `${openWebuiData}/webui.db`,
      envFile: `${opt}/open-webui.env`,
      port: answers.openWebuiPort === undefined ? PORTS.openWebui : Number(answers.openWebuiPort),
    },
    paperclip: {
      container: 'paperclip',
      data: answers.paperclipData ?? `${opt}/paperclip`,
      envFile: `${opt}/paperclip.env`,
      port: PORTS.paperclip,
    },
    state: STATE_DIR,
  };
}
