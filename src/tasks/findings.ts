import { COULD_NOT_LOOK, COULD_NOT_LOOK_REASON } from '../engine/look.ts';
import { FINDINGS as bridge } from './bridge/findings.ts';
import { FINDINGS as certificate } from './certificate/findings.ts';
import { FINDINGS as claude } from './claude/findings.ts';
import { FINDINGS as deployUser } from './deploy-user/findings.ts';
import { FINDINGS as docker } from './docker/findings.ts';
import { FINDINGS as domain } from './domain/findings.ts';
import type { FindingKind } from './finding.ts';
import { FINDINGS as firewall } from './firewall/findings.ts';
import { FINDINGS as firstAdmin } from './first-admin/findings.ts';
import { FINDINGS as firstLogin } from './first-login/findings.ts';
import { FINDINGS as github } from './github/findings.ts';
import { FINDINGS as hermesCode } from './hermes-code/findings.ts';
import { FINDINGS as hermesConfig } from './hermes-config/findings.ts';
import { FINDINGS as hermesService } from './hermes-service/findings.ts';
import { LINE, type Link } from './line.ts';
import { FINDINGS as machine } from './machine/findings.ts';
import { FINDINGS as nginxSite } from './nginx-site/findings.ts';
import { FINDINGS as openSite } from './open-site/findings.ts';
import { FINDINGS as openWebui } from './open-webui/findings.ts';
import { FINDINGS as openWebuiImage } from './open-webui-image/findings.ts';
import { FINDINGS as ownCopy } from './own-copy/findings.ts';
import { FINDINGS as packages } from './packages/findings.ts';
import { FINDINGS as paperclip } from './paperclip/findings.ts';
import { FINDINGS as serverPackages } from './server-packages/findings.ts';

/** Any task can have it: the engine turns a look that failed into it. */
const couldNotLook: FindingKind = {
  code: COULD_NOT_LOOK,
  severity: 'broken',
  reason: COULD_NOT_LOOK_REASON,
  proof: { test: 'engine/converge.test.ts' },
};

/** Everything that a look can find, by tasks in the runbook's order. A code is in here once. */
export const CATALOGUE: readonly FindingKind[] = [
  machine,
  domain,
  docker,
  packages,
  serverPackages,
  deployUser,
  github,
  claude,
  hermesCode,
  hermesConfig,
  hermesService,
  firewall,
  paperclip,
  openWebuiImage,
  firstAdmin,
  openWebui,
  bridge,
  nginxSite,
  certificate,
  openSite,
  firstLogin,
  ownCopy,
]
  .flatMap((kinds): readonly FindingKind[] => Object.values(kinds))
  .concat(couldNotLook);

const BY_CODE = new Map(CATALOGUE.map((kind) => [kind.code, kind]));

/** Where a finding of a task cuts the line; undefined when it does not. */
export function cutOf(task: string, code: string): Link | undefined {
  const kind = BY_CODE.get(code);
  return kind?.owner === undefined ? LINE[task] : kind.cuts;
}
