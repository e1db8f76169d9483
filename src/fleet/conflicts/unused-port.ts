import type { Finding } from '../../core/finding.ts';
import type { Fact } from '../fact.ts';
import type { Conflict } from './conflict.ts';
import { isLoopback, type Listening, listeningWords, overlap, readListening } from './listening.ts';
import { byPlace, findingAtFact, groupBy, placeWords, thingWords } from './things.ts';

/** A port that the firewall lets through and that nothing listens on. */
export const unusedPort: Conflict = {
  id: 'unused-port',
  summary:
    'The firewall of a host lets a port through that no service of it listens on, where its services are well known.',
  find(facts) {
    const shared = sharedLines(facts);
    return [...groupBy(facts, ({ host }) => host ?? '')].flatMap(([host, own]) =>
      host === '' ? [] : findingsOf(own, shared),
    );
  },
};

/** A line that opens a port on several hosts is for the ones that need it. */
function sharedLines(facts: readonly Fact[]): ReadonlySet<string> {
  const lines = groupBy(
    facts.filter(({ kind }) => kind === 'open-port'),
    placeWords,
  );
  return new Set([...lines].filter(([, of]) => new Set(of.map(({ host }) => host)).size > 1).map(([line]) => line));
}

interface Open {
  readonly fact: Fact;
  readonly through: Listening;
}

/** So many open ports must be explained for each one that is not: else it is we who do not know the host's services. */
const fewestExplained = 3;

function findingsOf(own: readonly Fact[], shared: ReadonlySet<string>): readonly Finding[] {
  // Settings of these open ports for what they carry, which is told elsewhere or nowhere.
  if (own.some(({ kind, name }) => kind === 'virtual-machine' || (kind === 'service' && carries.test(name)))) return [];
  const listening = own.flatMap((fact): Listening[] => {
    const read = fact.kind === 'service-port' ? readListening(fact.value) : null;
    return read === null || isLoopback(read) ? [] : [{ ...read, address: null }];
  });
  const open = own
    .filter(({ kind, guest }) => kind === 'open-port' && guest === undefined)
    .flatMap((fact): Open[] => {
      const through = readListening(fact.value);
      // A range is for what chooses its ports when it runs.
      return through === null || through.from !== through.to ? [] : [{ fact, through }];
    });
  const isExplained = ({ through }: Open): boolean =>
    listening.some((one) => overlap({ ...one, protocol: through.protocol }, through)) || isFrontDoor(through, own);
  const silent = silentFiles(own);
  const explained = open.filter(isExplained);
  const unexplained = open
    .filter((one) => !explained.includes(one) && !silent.has(one.fact.file) && !shared.has(placeWords(one.fact)))
    .sort((a, b) => byPlace(a.fact, b.fact));
  if (explained.length < fewestExplained * unexplained.length) return [];
  return unexplained.map(({ fact, through }) =>
    findingAtFact(fact, {
      check: unusedPort.id,
      level: 'note',
      message: `the firewall of ${thingWords(fact)} lets ${listeningWords(through)} through, and no service of it is known to listen there`,
    }),
  );
}

const carries =
  /^(docker|podman|k3s|kubernetes|rke2|nomad|libvirtd|incus|lxd|microvm|arion|xray|sing-box|frp\b|steam)/i;

function isFrontDoor({ from }: Listening, own: readonly Fact[]): boolean {
  return (
    (from === 80 || from === 443) &&
    own.some(({ kind, name }) => kind === 'vhost' || /nginx|caddy|traefik|acme/i.test(name))
  );
}

/**
 * Files that say ports of a service of which not all are known: the open one may be its. One port is a service's usual
 * number; none means that we do not know it, and with several there may be more.
 */
function silentFiles(own: readonly Fact[]): ReadonlySet<string> {
  const ports = groupBy(
    own.filter(({ kind }) => kind === 'service-port'),
    ({ guest, name }) => `${guest ?? ''} ${name}`,
  );
  const isKnown = ({ guest, name }: Fact): boolean => ports.get(`${guest ?? ''} ${name}`)?.length === 1;
  const spoken = own.filter(({ kind }) => ['service', 'service-port', 'vhost', 'user'].includes(kind));
  return new Set(spoken.filter((fact) => !isKnown(fact)).map(({ file }) => file));
}
