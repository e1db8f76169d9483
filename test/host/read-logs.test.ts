import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import { readLogs } from '../../src/host/read-logs.ts';
import type { RemoteCommand } from '../../src/host/remote-command.ts';
import type { UnitName } from '../../src/host/remote-names.ts';
import { steadyLink } from '../../src/host/steady-link.ts';
import { fakeClock, fakeLinks, lookText, type Reply } from './fake-link.ts';

const target = { host: 'wolfhound', address: 'x', port: 22, user: 'fleetwright', hostKey: '' };
type Journal = (unit: string, lines: number) => Reply;

async function read(
  unit: string | null,
  played: { readonly failed?: readonly string[]; readonly known?: readonly string[]; readonly journal?: Journal },
) {
  const asked: string[] = [];
  const answer = (command: RemoteCommand): Reply => {
    switch (command.kind) {
      case 'look':
        return lookText({ failedUnits: played.failed ?? [] });
      case 'show-units':
        return command.units
          .map((id) =>
            played.known?.includes(id) === true
              ? `Id=${id}\nLoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\n`
              : `Id=${id}\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nResult=success\n`,
          )
          .join('\n');
      case 'read-unit-journal':
        asked.push(`${command.unit} ${command.lines} ${command.form}`);
        return played.journal?.(command.unit, command.lines) ?? '-- No entries --\n';
      default:
        throw new Error(`nobody asks ${command.kind} for a journal`);
    }
  };
  const clock = fakeClock();
  const found = await readLogs(steadyLink(fakeLinks({ answer }), target, clock), unit as UnitName | null, clock);
  return { found, asked };
}

describe('The journal of a unit', () => {
  it('is read with times, as far as two hundred lines', async () => {
    const { found, asked } = await read('nginx.service', { known: ['nginx.service'], journal: () => 'one\ntwo\n' });
    expect(asked).toEqual(['nginx.service 200 short-iso']);
    expect(found).toEqual({
      kind: 'logs',
      units: [{ unit: 'nginx.service', state: 'failed (failed, exit-code)', text: 'one\ntwo\n' }],
      more: [],
    });
  });

  it('is empty where the unit exists and said nothing', async () => {
    const { found } = await read('quiet.service', { known: ['quiet.service'] });
    expect(found).toMatchObject({ kind: 'logs', units: [{ unit: 'quiet.service', text: '' }] });
  });

  it('is shown of a unit that is gone, as long as there is one', async () => {
    const { found } = await read('old.service', { journal: () => 'last words\n' });
    expect(found).toMatchObject({ kind: 'logs', units: [{ unit: 'old.service', state: null, text: 'last words\n' }] });
  });

  it('is refused of a unit that never was, with those that have failed', async () => {
    const { found } = await read('nginz.service', { failed: ['nginx.service'] });
    expect(found).toEqual({ kind: 'no-such-unit', failed: ['nginx.service'] });
  });

  it('is of all that have failed where none is named: five of them, and the names of the rest', async () => {
    const failed = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}.service`);
    const { found, asked } = await read(null, { failed, known: failed, journal: (unit) => `${unit} said this\n` });
    expect(asked).toHaveLength(5);
    expect(asked[0]).toBe('a.service 40 short-iso');
    expect(found).toMatchObject({ kind: 'logs', more: ['f.service'] });
  });

  it('is nothing where nothing has failed', async () => {
    expect((await read(null, {})).found).toEqual({ kind: 'none-failed' });
  });

  it('may be closed to the account, in the words of the host', async () => {
    const journal: Journal = () => ({ exitCode: 1, stderr: 'sudo: a password is required\n' });
    const { found } = await read('nginx.service', { known: ['nginx.service'], journal });
    expect(found).toEqual({ kind: 'not-allowed', detail: 'sudo: a password is required' });
  });

  it('is asked for once more with fewer lines where they are longer than anybody reads', async () => {
    const journal: Journal = (_unit, lines) =>
      lines > 20 ? new Fault('unexpected-answer', 'read-unit-journal', 'never') : 'the end\n';
    const { found, asked } = await read('loud.service', { known: ['loud.service'], journal }).catch(
      (error: unknown) => {
        throw error;
      },
    );
    expect(asked.at(-1)).toBe('loud.service 20 short-iso');
    expect(found).toMatchObject({ kind: 'logs', units: [{ text: 'the end\n' }] });
  });
});
