import { dataKey, dnsName, parseServer } from './dns-words.ts';
import { fails, type Probe, type Scene } from './probe.ts';
import type { Question, Server } from './question.ts';

export const dns: Probe = {
  id: 'dns',
  title: 'Every declared DNS name answers with its data.',
  asks: (_expected, scene) => questions(scene).flatMap((question) => (question === null ? [] : [question])),
  judge(asked, _expected, scene) {
    const answers = asked.map(({ answer }) => answer);
    return scene.config.probes.dns.flatMap(({ name, type, expect, server }, index) => {
      if (questions(scene)[index] === null) return [fails(dns, scene, `"${server}" is not the address of a server`)];
      const answer = answers.shift();
      if (answer?.kind !== 'dns') {
        const why = answer?.kind === 'none' ? `: ${answer.detail}` : '';
        return [fails(dns, scene, `nobody answers for ${name} ${type}${why}`)];
      }
      if (answer.rcode !== 'NOERROR') return [fails(dns, scene, `${name} ${type} answers ${answer.rcode}`)];
      const records = answer.records.filter((record) => record.type === type);
      const held = new Set(records.map(({ data }) => dataKey(type, data)));
      // A SOA is usually expected by its serial alone.
      if (type === 'SOA') for (const { data } of records) held.add(data.split(' ')[2] ?? '');
      const missing = expect.filter((data) => !held.has(dataKey(type, data)));
      return missing.length === 0
        ? []
        : [fails(dns, scene, `${name} ${type} does not hold ${missing.join(', ')}; it holds ${listOf(records)}`)];
    });
  },
};

function questions({ config }: Scene): readonly (Question | null)[] {
  return config.probes.dns.map(({ name, type, server }) => {
    const asked: Server | null = server === undefined ? { address: config.address, port: 53 } : parseServer(server);
    return asked === null ? null : { kind: 'dns', server: asked, name: dnsName(name), type };
  });
}

function listOf(records: readonly { readonly data: string }[]): string {
  return records.length === 0 ? 'nothing' : records.map(({ data }) => data).join(', ');
}
