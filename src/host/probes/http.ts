import { networkProbe, type Want } from './network-probe.ts';
import type { Scene } from './probe.ts';

export const http = networkProbe({
  declared: true,
  id: 'http',
  title: 'Every declared HTTP address answers with its status and text, and its certificate does not end soon.',
  wants: (_expected, scene) =>
    scene.config.probes.http.flatMap((declared) => [pageOf(declared), certificateOf(declared)]),
});

type Declared = Scene['config']['probes']['http'][number];

function pageOf({ url, status, contains }: Declared): Want {
  return {
    question: { kind: 'http', url },
    trouble(answer) {
      if (answer.kind !== 'http') return `${url} does not answer${answer.kind === 'none' ? `: ${answer.detail}` : ''}`;
      if (answer.status !== status) return `${url} answers ${answer.status}, not ${status}`;
      return contains !== undefined && !answer.body.includes(contains)
        ? `${url} answers ${status} without the text "${contains}"`
        : null;
    },
  };
}

/** A certificate that has ended is no answer at all; one that ends soon is no fault of the deploy. */
function certificateOf({ url, certificate_days: days }: Declared): Want {
  return {
    question: { kind: 'http', url },
    level: 'warning',
    trouble(answer) {
      if (answer.kind !== 'http' || answer.daysLeft === undefined || answer.daysLeft >= days) return null;
      return `the certificate of ${url} ends in ${answer.daysLeft === 1 ? '1 day' : `${answer.daysLeft} days`}`;
    },
  };
}
