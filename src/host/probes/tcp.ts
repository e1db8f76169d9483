import { networkProbe } from './network-probe.ts';

export const tcp = networkProbe({
  declared: true,
  id: 'tcp',
  title: 'Every declared TCP port accepts a connection.',
  wants: (_expected, { config }) =>
    config.probes.tcp.map(({ address = config.address, port }) => ({
      question: { kind: 'tcp', address, port },
      trouble(answer) {
        if (answer.kind === 'tcp') return null;
        return `${address} port ${port} does not accept a connection${answer.kind === 'none' ? `: ${answer.detail}` : ''}`;
      },
    })),
});
