import { fails, type Probe } from './probe.ts';

export const http: Probe = {
  id: 'http',
  title: 'Every declared HTTP address answers with its status and text.',
  asks: (_expected, { config }) => config.probes.http.map(({ url }) => ({ kind: 'http', url })),
  judge(asked, _expected, scene) {
    return scene.config.probes.http.flatMap(({ url, status, contains }, index) => {
      const answer = asked[index]?.answer;
      if (answer?.kind !== 'http') {
        const why = answer?.kind === 'none' ? `: ${answer.detail}` : '';
        return [fails(http, scene, `${url} does not answer${why}`)];
      }
      if (answer.status !== status) return [fails(http, scene, `${url} answers ${answer.status}, not ${status}`)];
      if (contains !== undefined && !answer.body.includes(contains)) {
        return [fails(http, scene, `${url} answers ${status} without the text "${contains}"`)];
      }
      return [];
    });
  },
};
