import { networkProbe } from './network-probe.ts';

export const http = networkProbe({
  declared: true,
  id: 'http',
  title: 'Every declared HTTP address answers with its status and text.',
  wants: (_expected, scene) =>
    scene.config.probes.http.map(({ url, status, contains }) => ({
      question: { kind: 'http', url },
      trouble(answer) {
        if (answer.kind !== 'http')
          return `${url} does not answer${answer.kind === 'none' ? `: ${answer.detail}` : ''}`;
        if (answer.status !== status) return `${url} answers ${answer.status}, not ${status}`;
        return contains !== undefined && !answer.body.includes(contains)
          ? `${url} answers ${status} without the text "${contains}"`
          : null;
      },
    })),
});
