import { type DerivedProbe, derivedName } from '../../core/derived-probe.ts';
import type { Expected } from '../machine.ts';
import { judgedWant, type Want } from './network-probe.ts';
import { type Asked, fails, type Probe, type ProbeFinding, type Scene } from './probe.ts';
import type { Answer, Question } from './question.ts';

type Port = DerivedProbe & { readonly kind: 'port' };

/**
 * A port that the change opens answers. The host itself is asked first: where nobody listens, the deploy has not done
 * what it is for. Who else reaches it is told and takes nothing back, since a firewall between is often not the host's.
 *
 * UDP has no way to ask whoever listens without speaking their language, so the host's list of sockets has to do.
 */
export const openedPorts: Probe = {
  declared: true,
  derived: true,
  id: 'opened-ports',
  title: 'Every port that the change opens for a service answers, on the host and from elsewhere.',
  asks: (expected, scene) => wanted(expected).flatMap((port) => questions(port, expected, scene)),
  judge(asked, expected, scene) {
    let at = 0;
    return wanted(expected).flatMap((port) => {
      const own = asked.slice(at, (at += questions(port, expected, scene).length));
      return judged(port, own, scene);
    });
  },
};

/** Before a deploy only what was there then can have been well or ill. */
function wanted({ derived = [], after }: Expected): readonly Port[] {
  return derived.filter((one): one is Port => one.kind === 'port' && (after !== 'nothing' || (one.existed && one.own)));
}

function questions(port: Port, { after }: Expected, scene: Scene): readonly Question[] {
  if (port.protocol === 'udp') return port.own ? [{ kind: 'sockets' }] : [];
  const { question } = reached(port, scene);
  const itself = port.own ? [{ kind: 'own', question } as const] : [];
  return after === 'nothing' ? itself : [...itself, question];
}

function reached({ address, port, for: service }: Port, { config }: Scene): Want {
  const to = address ?? config.address;
  return {
    question: { kind: 'tcp', address: to, port },
    level: 'warning',
    trouble: (answer) =>
      answer.kind === 'tcp'
        ? null
        : `${to} port ${port}, which the change opens for ${service}, does not accept a connection${why(answer)}`,
  };
}

function judged(port: Port, asked: readonly Asked[], scene: Scene): readonly ProbeFinding[] {
  const here = asked.find(({ question }) => question.kind === 'own' || question.kind === 'sockets');
  const trouble = here === undefined ? null : silence(port, here.answer);
  if (trouble !== null) return [fails(openedPorts, scene, trouble, derivedName(port))];
  const there = asked.find(({ question }) => question.kind === 'tcp');
  return there === undefined ? [] : judgedWant(openedPorts, reached(port, scene), there, scene);
}

/** What is wrong on the host itself, or null: also where it has no means to tell. */
function silence({ port, protocol, for: service }: Port, answer: Answer): string | null {
  const what = `port ${port}/${protocol}, which the change opens for ${service}`;
  if (answer.kind === 'sockets') {
    const isHeard = answer.sockets.some((socket) => socket.protocol === protocol && socket.port === port);
    return isHeard ? null : `nothing on the host listens on ${what}`;
  }
  if (answer.kind !== 'none') return null;
  return protocol === 'tcp' ? `the host itself gets no answer on ${what}${why(answer)}` : null;
}

function why(answer: Answer): string {
  return answer.kind === 'none' ? `: ${answer.detail}` : '';
}
