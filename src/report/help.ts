import type { Command } from '../commands/command.ts';
import type { FleetConfig } from '../config/fleet-config.ts';
import { code, table } from './markdown.ts';

/** What can be asked without a model, as it is listed to people. */
export const directExamples = [
  'Add an A record consul.fleet.lan 10.0.20.30',
  'Point grafana at anubis',
  'Remove the CNAME old-wiki',
] as const;

/** The answer to `/help`: commands, and what stands for hosts and tags in this fleet. */
export function renderHelp(commands: readonly Command[], config: FleetConfig): string {
  const hosts = Object.keys(config.hosts);
  const tags = [...new Set(Object.values(config.hosts).flatMap((host) => host.tags))].sort();
  return [
    commandTable(commands),
    `Hosts: ${hosts.slice(0, 40).map(code).join(', ')}${hosts.length > 40 ? ` and ${hosts.length - 40} more` : ''}.`,
    tags.length === 0 ? '' : `Tags: ${tags.map((tag) => code(`#${tag}`)).join(', ')}.`,
    'A command stands at the beginning of a line; several may stand in one comment.',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The table of commands, for `/help` and for the README. */
export function commandTable(commands: readonly Command[]): string {
  return table(
    ['Command', 'What it does'],
    commands.map(({ usage, summary }) => [code(usage), summary]),
  );
}

/** What the bot can do on an issue while no model is configured. */
export function renderWithoutModel(): string {
  return [
    'What works without a model:',
    ...directExamples.map((example) => `- ${code(example)}`),
    '- the issue form “DNS record”',
  ].join('\n');
}
