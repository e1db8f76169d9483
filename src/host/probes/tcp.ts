import { fails, type Probe } from './probe.ts';

export const tcp: Probe = {
  id: 'tcp',
  title: 'Every declared TCP port accepts a connection.',
  asks: (_expected, { config }) =>
    config.probes.tcp.map(({ address, port }) => ({ kind: 'tcp', address: address ?? config.address, port })),
  judge: (asked, _expected, scene) =>
    asked.flatMap(({ question, answer }) => {
      if (answer.kind === 'tcp' || question.kind !== 'tcp') return [];
      const why = answer.kind === 'none' ? `: ${answer.detail}` : '';
      return [fails(tcp, scene, `${question.address} port ${question.port} does not accept a connection${why}`)];
    }),
};
