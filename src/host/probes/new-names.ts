import type { DerivedProbe } from '../../core/derived-probe.ts';
import type { Expected } from '../machine.ts';
import { judgedWant, type Want } from './network-probe.ts';
import { fails, type Probe, type Scene } from './probe.ts';
import type { Answer } from './question.ts';

type Vhost = DerivedProbe & { readonly kind: 'vhost' };

/**
 * A name that the web server gets with the change is served. It is asked of the host whatever the name leads to now, and
 * with any certificate: both may come later. What stands behind a name may be another host's, whose own deploy is still
 * to come, so a wrong answer is told and takes nothing back.
 */
export const newNames: Probe = {
  derived: true,
  patient: true,
  id: 'new-names',
  title: 'Every name that the web server of the host gets with the change is answered.',
  asks: (expected, scene) =>
    wanted(expected, scene).flatMap(({ question }) => [{ kind: 'own', question } as const, question]),
  judge: (asked, expected, scene) =>
    wanted(expected, scene).flatMap((want, index) => {
      const [here, there] = [asked[2 * index], asked[2 * index + 1]];
      if (here === undefined || there === undefined) return [];
      const trouble = here.answer.kind === 'unable' ? null : want.trouble(here.answer);
      return trouble === null
        ? judgedWant(newNames, want, there, scene)
        : [{ ...fails(newNames, scene, `${trouble}, asked on the host itself`), level: 'warning' }];
    }),
};

function wanted({ derived = [], after }: Expected, { config }: Scene): readonly (Want & { question: HttpQuestion })[] {
  if (after !== 'activation') return [];
  return derived.filter((one): one is Vhost => one.kind === 'vhost').map((vhost) => wantOf(vhost, config.address));
}

type HttpQuestion = Want['question'] & { readonly kind: 'http' };

function wantOf({ name, scheme, port }: Vhost, at: string): Want & { readonly question: HttpQuestion } {
  const usual = port === (scheme === 'https' ? 443 : 80);
  const url = `${scheme}://${name}${usual ? '' : `:${port}`}/`;
  return {
    question: { kind: 'http', url, at },
    level: 'warning',
    trouble: (answer: Answer) => {
      if (answer.kind !== 'http') return `${url} does not answer${answer.kind === 'none' ? `: ${answer.detail}` : ''}`;
      // Who may come in and where the page lies is the service's own affair.
      return answer.status >= 500 ? `${url} answers ${answer.status}` : null;
    },
  };
}
