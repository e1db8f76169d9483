import { outcomeMeanings } from '../core/outcome.ts';
import type { DeployStepName } from '../report/deploy-report.ts';
import type { Deploy } from './deploy.ts';

/** Enough for the lines that matter of one run, and little enough for 200 of them in the store. */
const tailLength = 6000;

/** The ends of what the runs of one deploy wrote. */
export interface LogTails {
  /** A step is done from its beginning: what it wrote before is written again. */
  begin(step: DeployStepName): void;
  add(step: DeployStepName, text: string): void;
  /** The whole log, where the host gave it at the end. */
  replace(step: DeployStepName, text: string): void;
  /** What is worth keeping of them: nothing, of a deploy that went well, but what a dry one was asked for. */
  kept(deploy: Deploy): Deploy['logs'];
}

export function createLogTails(stored: Deploy['logs']): LogTails {
  const tails = new Map<DeployStepName, string>(Object.entries(stored) as [DeployStepName, string][]);
  const put = (step: DeployStepName, text: string) => tails.set(step, tailOf(text, tailLength));
  return {
    begin: (step) => void tails.delete(step),
    add: (step, text) => void put(step, (tails.get(step) ?? '') + text),
    replace: (step, text) => {
      if (text !== '') put(step, text);
    },
    kept: (deploy) => {
      const rehearsal = tails.get('rehearse');
      if (deploy.outcome !== null && outcomeMeanings[deploy.outcome].good)
        return rehearsal === undefined ? {} : { rehearse: rehearsal };
      return Object.fromEntries([...tails].filter(([, text]) => text !== ''));
    },
  };
}

/** The last `length` characters, begun at a line where there is one. */
export function tailOf(text: string, length: number): string {
  if (text.length <= length) return text;
  const tail = text.slice(-length);
  const line = tail.indexOf('\n');
  if (line !== -1 && line < tail.length - 1) return tail.slice(line + 1);
  // Never half of a surrogate pair: the store and the forge take only whole characters.
  return tail.replace(/^[\uDC00-\uDFFF]/, '');
}
