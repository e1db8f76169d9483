import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consulConversation } from '../../../src/demo/model/consul-conversation.ts';
import { type ScriptedModel, startScriptedModel } from '../../../src/demo/model/scripted-model.ts';
import { consulAsk, consulEdits, replacedOnce } from '../../../src/demo/story/consul-edits.ts';
import { parseNix } from '../../../src/nix/parser.ts';
import { fleetFiles } from './fleet-files.ts';
import { play } from './play.ts';

const found = (program: string): boolean => {
  try {
    execFileSync('which', [program]);
    return true;
  } catch {
    return false;
  }
};
// Both are foreign judges that a machine with only Node, npm and git does not have; CI installs them.
const hasNix = found('nix-instantiate');
const hasBind = found('named-checkzone');

const files = fleetFiles();
const scratch = mkdtempSync(join(tmpdir(), 'fleetwright-consul-'));
let model: ScriptedModel;
let run: Awaited<ReturnType<typeof play>>;

beforeAll(async () => {
  model = await startScriptedModel({ conversations: [consulConversation], host: '127.0.0.1', port: 0 });
  run = await play(model.url, files, consulAsk, 'Three servers, please.');
});
afterAll(async () => {
  await model.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** What the story says that each file becomes; zones are judged by their records. */
function intended(): Map<string, string> {
  const texts = new Map<string, string>();
  for (const edit of consulEdits) {
    if (edit.kind === 'create') texts.set(edit.path, edit.content);
    if (edit.kind === 'replace') {
      const text = replacedOnce(texts.get(edit.path) ?? files[edit.path] ?? '', edit.oldText, edit.newText);
      if (text === null) throw new Error(`${edit.path} does not hold the text once`);
      texts.set(edit.path, text);
    }
  }
  return texts;
}

const serialIn = (text: string): number => Number(/\b(20\d{8})\b/.exec(text)?.[1]);

describe('the scripted conversation for the Consul cluster, through the SDK, the loop and the tools', () => {
  it('hands the change over, and no tool call of it is refused', () => {
    expect(run.calls.filter(({ isError }) => isError)).toEqual([]);
    expect(run.written).toMatchObject({
      kind: 'submitted',
      submission: { hosts: ['griffin', 'wolfhound', 'blackjack'] },
    });
  });

  it('makes the edits of the story to the letter, and no other', () => {
    const texts = intended();
    const edits = new Map(run.draft.edits.map(({ path, after }) => [path, after]));
    expect([...edits.keys()]).toEqual([...texts.keys(), 'dns/fleet.lan.zone'].sort());
    for (const [path, text] of texts) expect(edits.get(path)).toBe(text);
  });

  it('adds the three records and raises the serial of their zone once', () => {
    const zone = run.draft.edits.find(({ path }) => path === 'dns/fleet.lan.zone');
    const before = (zone?.before ?? '').split('\n');
    const added = (zone?.after ?? '').split('\n').filter((line) => !before.includes(line));
    expect(added.filter((line) => /^consul|^\s+IN A/.test(line)).map((line) => line.split(/\s+/).at(-1))).toEqual([
      '10.0.20.11',
      '10.0.20.12',
      '10.0.20.13',
    ]);
    expect(added).toHaveLength(4);
    expect(serialIn(zone?.before ?? '')).toBe(2026111402);
    expect(serialIn(zone?.after ?? '')).toBe(2026112201);
  });

  it('ticks off every step of its plan', () => {
    expect(run.draft.plan.length).toBeGreaterThan(2);
    expect(run.draft.plan.every(({ done }) => done)).toBe(true);
  });

  it('leaves Nix files that parse', () => {
    const nix = run.draft.edits.filter(({ path }) => path.endsWith('.nix'));
    expect(nix).toHaveLength(6);
    for (const { path, after } of nix) expect([path, parseNix(after ?? '').errors]).toEqual([path, []]);
  });

  it.skipIf(!hasNix)('leaves Nix files that Nix itself reads', () => {
    for (const { path, after } of run.draft.edits.filter((edit) => edit.path.endsWith('.nix')))
      expect(execFileSync('nix-instantiate', ['--parse', write(path, after)]).length).toBeGreaterThan(0);
  });

  it.skipIf(!hasBind)('leaves a zone that BIND loads', () => {
    const zone = run.draft.edits.find(({ path }) => path.endsWith('.zone'));
    const output = execFileSync('named-checkzone', [
      '-i',
      'local',
      'fleet.lan',
      write('fleet.lan', zone?.after ?? null),
    ]);
    expect(output.toString()).toMatch(/\nOK\n$/);
  });

  it('plays the same again for a repeated run, and says what hinders it once the change is there', async () => {
    const again = await play(model.url, files, `${consulAsk.toUpperCase()}.`);
    expect(again.draft.edits).toEqual(run.draft.edits);
    const changed = { ...files, ...Object.fromEntries(run.draft.edits.map(({ path, after }) => [path, after ?? ''])) };
    expect((await play(model.url, changed, consulAsk)).written).toMatchObject({
      kind: 'asked',
      question: { question: expect.stringContaining('modules/consul.nix is there already') },
    });
  });

  it('no request of the loop was refused for its form', () => {
    expect(model.played.filter(({ rejected }) => rejected !== null)).toEqual([]);
    expect(model.played.slice(0, 3).map(({ turn }) => turn)).toEqual([0, 1, 2]);
  });
});

describe('an ask that no script is for', () => {
  it('is answered by a question that says so', async () => {
    const { written, draft } = await play(model.url, files, 'Install a coffee machine');
    expect(written).toMatchObject({
      kind: 'asked',
      question: { question: expect.stringMatching(/scripted model.*only knows its scripted asks.*Consul cluster/s) },
    });
    expect(draft.edits).toEqual([]);
  });
});

function write(path: string, text: string | null): string {
  const file = join(scratch, basename(path));
  writeFileSync(file, text ?? '');
  return file;
}
