import { readFileSync } from 'node:fs';
import process from 'node:process';
import { type RawTarget, replayLines, type SentLine } from './raw-ssh.ts';

/** A process of its own that sends to its share of the hosts what the bot sent to them, and nothing else. */
export interface RawAsked {
  readonly targets: readonly RawTarget[];
  readonly privateKey: string;
  /** The lines of every host, of which these are the share of this process. */
  readonly linesFile: string;
  readonly share: readonly number[];
  readonly bundleFile: string;
  readonly parallel: number;
}

async function play({ targets, privateKey, linesFile, share, bundleFile, parallel }: RawAsked): Promise<void> {
  const lines = JSON.parse(readFileSync(linesFile, 'utf8')) as readonly (readonly SentLine[])[];
  const bundle = readFileSync(bundleFile);
  const waiting = share.map((index) => ({ target: targets[index], lines: lines[index] ?? [] }));
  const one = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next.target !== undefined) await replayLines(next.target, privateKey, next.lines, bundle);
    }
  };
  process.once('message', () => {
    void Promise.all(Array.from({ length: parallel }, one)).then(() => process.send?.('done'));
  });
  process.send?.('ready');
}

process.once('disconnect', () => process.exit(0));
process.once('message', (asked: RawAsked) => void play(asked));
