import { execFileSync, spawnSync } from 'node:child_process';

/** A key and a certificate that nobody signed, made for this moment: none is worth keeping in a repository. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=nobody -keyout - -out -';
  const both = execFileSync('openssl', words.split(' '), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const at = both.indexOf('-----BEGIN CERTIFICATE-----');
  return { key: both.slice(0, at), cert: both.slice(at) };
}

/** Whether one can be made here. */
export const canSelfSign = spawnSync('openssl', ['version']).error === undefined;
