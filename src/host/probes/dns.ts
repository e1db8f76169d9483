import { dataKey, dnsName, parseServer } from './dns-words.ts';
import { networkProbe, type Want } from './network-probe.ts';
import type { Scene } from './probe.ts';
import type { Server } from './question.ts';

export const dns = networkProbe({
  declared: true,
  id: 'dns',
  title: 'Every declared DNS name answers with its data.',
  wants: (_expected, scene) => scene.config.probes.dns.flatMap((declared) => wantOf(declared, scene) ?? []),
  mistakes: (scene) =>
    scene.config.probes.dns.flatMap((declared) =>
      serverOf(declared, scene) === null ? [`"${declared.server}" is not the address of a server`] : [],
    ),
});

type Declared = Scene['config']['probes']['dns'][number];

function serverOf({ server }: Declared, { config }: Scene): Server | null {
  return server === undefined ? { address: config.address, port: 53 } : parseServer(server);
}

function wantOf(declared: Declared, scene: Scene): Want | null {
  const { name, type, expect } = declared;
  const server = serverOf(declared, scene);
  if (server === null) return null;
  return {
    question: { kind: 'dns', server, name: dnsName(name), type },
    trouble(answer) {
      if (answer.kind !== 'dns') {
        return `nobody answers for ${name} ${type}${answer.kind === 'none' ? `: ${answer.detail}` : ''}`;
      }
      if (answer.rcode !== 'NOERROR') return `${name} ${type} answers ${answer.rcode}`;
      const records = answer.records.filter((record) => record.type === type);
      const held = new Set(records.map(({ data }) => dataKey(type, data)));
      // A SOA is usually expected by its serial alone.
      if (type === 'SOA') for (const { data } of records) held.add(data.split(' ')[2] ?? '');
      const missing = expect.filter((data) => !held.has(dataKey(type, data)));
      if (missing.length === 0) return null;
      return `${name} ${type} does not hold ${missing.join(', ')}; it holds ${listOf(records)}`;
    },
  };
}

function listOf(records: readonly { readonly data: string }[]): string {
  return records.length === 0 ? 'nothing' : records.map(({ data }) => data).join(', ');
}
