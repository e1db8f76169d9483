import { claude } from '../../../src/adapters/anthropic/claude.ts';
import { fleetConfigPath } from '../../../src/config/fleet-config.ts';
import { parseFleetConfig } from '../../../src/config/parse-fleet-config.ts';
import { scriptedModelName } from '../../../src/demo/model/scripted-model.ts';
import type { ZoneSource } from '../../../src/dns/zone.ts';
import { diffWithoutZones } from '../../../src/guard/guard.ts';
import { judge } from '../../../src/guard/list.ts';
import { nothingKnown } from '../../../src/dns/serial-evidence.ts';
import { changedFiles } from '../../../src/jobs/changed-files.ts';
import { zoneSources } from '../../../src/jobs/zone-texts.ts';
import { Draft } from '../../../src/writer/draft.ts';
import { write, type Written } from '../../../src/writer/loop.ts';
import { syntaxFindings } from '../../../src/writer/syntax-findings.ts';
import type { Desk } from '../../../src/writer/tool.ts';
import { tools } from '../../../src/writer/tools/list.ts';
import { stoppedClock } from '../../fakes/clock.ts';
import { treeOf } from '../../fakes/tree.ts';

export interface ToolCall {
  readonly name: string;
  readonly isError: boolean;
}

/** Runs the writer as the bot does, over the given files, with the model at the address. */
export async function play(url: string, files: Readonly<Record<string, string>>, title: string, body = '') {
  const draft = new Draft(treeOf(files));
  const zones = zonesOf(files);
  const calls: ToolCall[] = [];
  const clock = stoppedClock();
  const desk: Desk = {
    draft,
    zones,
    hosts: new Map(),
    knownServers: async () => nothingKnown,
    now: clock.now(),
    maxFiles: 40,
    syntax: syntaxFindings,
    isZone: (path) => zones.some(({ file }) => file === path),
    judge: async () => judge(diffWithoutZones(await changedFiles(draft.base, draft.tree))),
  };
  const written: Written = await write(
    { repository: 'me/fleet', issue: 7, title, body, said: null, asker: 'ann' },
    { fleet: '', files: Object.keys(files).join('\n') },
    desk,
    {
      model: claude({
        apiKey: 'practice',
        model: scriptedModelName,
        baseUrl: url,
        scripted: true,
        sleep: async () => {},
      }),
      tools,
      limits: { turns: 40, dollars: 2, wallMs: 60_000 },
      clock,
      boundary: 'material-1',
      onTool: (name, _input, isError) => calls.push({ name, isError }),
    },
  );
  return { written, draft, calls, zones };
}

function zonesOf(files: Readonly<Record<string, string>>): readonly ZoneSource[] {
  const parsed = parseFleetConfig(files[fleetConfigPath] ?? '');
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.findings));
  return zoneSources(parsed.config);
}
