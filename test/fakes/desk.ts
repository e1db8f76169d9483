import { nothingKnown } from '../../src/dns/serial-evidence.ts';
import { Draft } from '../../src/writer/draft.ts';
import type { Desk } from '../../src/writer/tool.ts';
import { tools } from '../../src/writer/tools/list.ts';
import { treeOf } from './tree.ts';

/** A desk over the given files: no zones, and nothing that finds fault unless the test says so. */
export function deskOver(files: Parameters<typeof treeOf>[0], change: Partial<Desk> = {}): Desk {
  return {
    draft: new Draft(treeOf(files)),
    maxFiles: 5,
    zones: [],
    hosts: new Map(),
    knownServers: async () => nothingKnown,
    now: Date.parse('2026-11-22T12:00:00Z'),
    syntax: () => [],
    isZone: () => false,
    judge: async () => [],
    ...change,
  };
}

/** What a tool answers the model that calls it by name. */
export async function callTool(desk: Desk, name: string, input: unknown) {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  return tool.call(input, desk);
}
