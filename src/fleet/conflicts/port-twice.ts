import type { Finding } from '../../core/finding.ts';
import type { Fact } from '../fact.ts';
import type { Conflict } from './conflict.ts';
import { type Listening, listeningWords, overlap, readListening } from './listening.ts';
import { byPlace, findingAtFact, groupBy, placeWords, thingWords } from './things.ts';

/** One port for two services of one host or guest. */
export const portTwice: Conflict = {
  id: 'port-twice',
  summary: 'Two services of one host or guest listen on the same port.',
  find(facts) {
    const switches = new Set(facts.filter(({ kind }) => kind === 'service').map(serviceSite));
    const listeners = facts.flatMap((fact): Listener[] => {
      const listening = fact.kind === 'service-port' && fact.host !== null ? readListening(fact.value) : null;
      return listening === null ? [] : [{ fact, listening, assumed: switches.has(serviceSite(fact)) }];
    });
    const things = groupBy(listeners, ({ fact }) => `${fact.host} ${fact.guest ?? ''}`);
    return [...things.values()].flatMap((all) => clashesOf(believable(all)));
  },
};

interface Listener {
  readonly fact: Fact;
  readonly listening: Listening;
  /** Nobody wrote it down: it is what NixOS gives a service that is switched on here. */
  readonly assumed: boolean;
}

function serviceSite({ host, guest, name, file, line }: Fact): string {
  return `${host} ${guest ?? ''} ${name} ${file}:${line}`;
}

/** Settings of these name the ports of others: what they hand on to, let through, send to or fetch from. */
const talkers =
  /^(nebula|mautrix|matrix-appservice|fluent-?bit|vector|promtail|alloy|telegraf|zrepl|restic|borg|frp|cloudflared|oauth2-proxy|sniproxy|stunnel|ngircd|wstunnel|rathole|snapclient|keepalived|monit$|opentelemetry|filebeat|rsyslog|nylon|ferm|dae|sing-box|xray|v2ray|clash|mihomo|firezone|headplane)/i;
const proxies = /^(nginx|caddy|traefik|haproxy|h2o|envoy|httpd)\b/i;
/** A forge that is reached through the machine's own ssh says that port as its own. */
const overSsh = /^(forgejo|gitea|gitlab|gogs|soft-serve|gerrit|gitolite|charm|kanidm)\b/i;
const sshServers = /^(openssh|sshd|ssh)$/i;

/** More ports than a service has for itself: the rest are those of others. */
const mostPorts = 3;

/** The ports that are most likely the service's own. */
function believable(listeners: readonly Listener[]): readonly Listener[] {
  const byService = groupBy(listeners, ({ fact }) => fact.name);
  return listeners.filter(({ fact, listening, assumed }) => {
    if (talkers.test(fact.name)) return false;
    // Of a reverse proxy the settings are other people's addresses, and a vhost may take it off its usual ports.
    if (proxies.test(fact.name)) return !assumed && (listening.from === 80 || listening.from === 443);
    return new Set((byService.get(fact.name) ?? []).map((one) => one.listening.from)).size <= mostPorts;
  });
}

function clashesOf(listeners: readonly Listener[]): readonly Finding[] {
  const sorted = [...listeners].sort((a, b) => byPlace(a.fact, b.fact));
  const told = new Set<string>();
  return sorted.flatMap((late, index) => {
    const early = sorted.slice(0, index).find((one) => clash(one, late));
    if (early === undefined) return [];
    const names = [early.fact.name, late.fact.name].sort().join(' ');
    const key = `${names} ${late.listening.from}/${late.listening.protocol ?? ''}`;
    if (told.has(key)) return [];
    told.add(key);
    const level = early.assumed || late.assumed ? 'warning' : 'error';
    const message = `${siteWords(late)} and ${siteWords(early)} both listen on ${listeningWords(late.listening)} of ${thingWords(late.fact)}`;
    return [findingAtFact(late.fact, { check: portTwice.id, level, message })];
  });
}

function siteWords({ fact, assumed }: Listener): string {
  return `${fact.name} (${placeWords(fact)}${assumed ? ', by default' : ''})`;
}

function clash(a: Listener, b: Listener): boolean {
  if (!overlap(a.listening, b.listening) || sameService(a.fact, b.fact)) return false;
  return ![
    [a, b],
    [b, a],
  ].some(([one, other]) => sshServers.test(one?.fact.name ?? '') && overSsh.test(other?.fact.name ?? ''));
}

/** Sockets, proxies and parts of one service share its name or its line. */
function sameService(a: Fact, b: Fact): boolean {
  const [one, other] = [a.name, b.name].map((name) => name.toLowerCase());
  if (one === undefined || other === undefined || placeWords(a) === placeWords(b)) return true;
  return one === other || one.includes(other) || other.includes(one);
}
