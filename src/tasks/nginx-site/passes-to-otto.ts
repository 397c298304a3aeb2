import type { ProxyPass } from '../../system/nginx/nginx.ts';

/** Whether visitors are passed on to Open WebUI. */
export function passesToOtto({ target }: ProxyPass, port: number): boolean {
  return /^(?:127\.0\.0\.1|localhost):/.test(target) && target.endsWith(`:${port}`);
}
