import type { FleetConfig, HostConfig } from '../../config/fleet-config.ts';
import type { Finding } from '../../core/finding.ts';
import type { HostName } from '../../core/names.ts';
import type { Expected } from '../machine.ts';
import type { Answer, Question } from './question.ts';
import type { Seen } from './reachability.ts';

/** Which host is asked, and what its owner wrote about it. */
export interface Scene {
  readonly host: HostName;
  readonly config: HostConfig;
  readonly fleet: FleetConfig;
}

export interface Asked {
  readonly question: Question;
  readonly answer: Answer;
  /** Of a question to the network that the bot got no answer to: what others saw. */
  readonly elsewhere?: readonly Seen[];
}

/**
 * A question asked of a host after a deploy, and how the answer is judged. Both are pure: the same answers always give
 * the same findings. No finding of level `error` means that it passed.
 */
export interface Probe {
  /** Asks, where nothing was done yet, only what must have been true before: what the host's owner declared. */
  readonly declared?: true;
  /** Asks what was worked out from the change; its owner may have it told only, or not asked at all. */
  readonly derived?: true;
  /** Its warnings are asked again too while there is time: what it asks for comes up slowly, and is not worth a revert. */
  readonly patient?: true;
  /** Stays the same for ever: it is written into reports. */
  readonly id: string;
  /** One line for people who read a report or the README. */
  readonly title: string;
  /** Empty where there is nothing to ask of this host: the probe then passes. */
  asks(expected: Expected, scene: Scene): readonly Question[];
  /** `asked` holds the questions in their order, each with its answer. */
  judge(asked: readonly Asked[], expected: Expected, scene: Scene): readonly ProbeFinding[];
  /** The units whose logs would explain the findings. */
  suspects?(asked: readonly Asked[], expected: Expected, scene: Scene): readonly string[];
}

/** What a probe saw. The subject stays the same however it fails, so that before and after can be compared. */
export interface ProbeFinding extends Finding {
  readonly subject?: string;
  /** A warning that may still go away: it is asked again while there is time. */
  readonly awaited?: true;
}

/** Makes an error of a probe about a host. */
export function fails(probe: Pick<Probe, 'id'>, scene: Scene, message: string, subject?: string): ProbeFinding {
  const about = subject === undefined ? {} : { subject };
  return { check: probe.id, level: 'error', host: scene.host, message, ...about };
}
