import { parse } from 'yaml';
import { fleetConfigPath } from '../../config/fleet-config.ts';
import { applyEdit } from '../../nix/edit/apply-edit.ts';
import { people, type PracticeWorld, practiceRepository } from '../practice-world.ts';
import { AnsweredInstead, askAndRead, deployOne, mergeAndWatch } from './loop-story.ts';
import { botComment, conversation, type Say, StoryStopped, until } from './watch.ts';

/**
 * The loop on somebody's own fleet: a DNS ask where the repository keeps a zone, else one setting more on one host by
 * hand; tried on one host, merged and rolled out.
 */
export async function tellOwnStory(world: PracticeWorld, say: Say): Promise<void> {
  const pullRequest = (await askForName(world, say)) ?? (await changeByHand(world, say));
  const plan = botComment(world, pullRequest, '### Plan') ?? '';
  const host = /\/deploy (\S+) @/.exec(plan)?.[1];
  if (host !== undefined) await deployOne(world, say, pullRequest, host);
  if (/No host|^0 hosts/m.test(plan)) return;
  await mergeAndWatch(world, say, pullRequest);
}

/** The zones of the config that the practice world runs on, with what people usually add names to first. */
async function zonesOf(world: PracticeWorld): Promise<readonly string[]> {
  const text = (await world.forge.seen.fileAt(practiceRepository, 'main', fleetConfigPath)) ?? '';
  const { zones } = (parse(text) ?? {}) as { readonly zones?: Readonly<Record<string, unknown>> };
  return Object.keys(zones ?? {}).filter((zone) => !zone.endsWith('.arpa'));
}

async function askForName(world: PracticeWorld, say: Say): Promise<number | null> {
  for (const zone of await zonesOf(world)) {
    try {
      // An address that is kept free for examples (RFC 5737).
      return await askAndRead(world, say, `Add an A record fleetwright-demo.${zone} 192.0.2.10`, '');
    } catch (error) {
      if (!(error instanceof AnsweredInstead)) throw error;
      say({ step: 'answered', text: error.message });
    }
  }
  return null;
}

/** A pull request as a person makes one, on the first host that has a file in which this can be said. */
async function changeByHand(world: PracticeWorld, say: Say): Promise<number> {
  for (const { host, path } of filesOfHosts(world)) {
    const text = (await world.forge.seen.fileAt(practiceRepository, 'main', path)) ?? '';
    const value = '"This host was deployed in practice.\\n"';
    const edited = applyEdit(text, { kind: 'set', path: ['environment', 'etc', 'fleetwright-demo', 'text'], value });
    if (edited.kind === 'edited' && edited.changed) return openByHand(world, say, { host, path, text: edited.text });
  }
  throw new StoryStopped('a host with a file of its own that one setting can be added to');
}

/** Files that belong to one host: those that no other is made from, then those that lie under its name. */
function filesOfHosts(world: PracticeWorld): { readonly host: string; readonly path: string }[] {
  const all = world.hosts.all.map((host) => ({
    host: host.name,
    files: host.truth().files.filter((file) => file.endsWith('.nix') && file !== 'flake.nix'),
  }));
  const users = new Map<string, number>();
  for (const file of all.flatMap(({ files }) => files)) users.set(file, (users.get(file) ?? 0) + 1);
  const pairs = all.flatMap(({ host, files }) => files.map((path) => ({ host, path })));
  return [
    ...pairs.filter(({ path }) => users.get(path) === 1),
    ...pairs.filter(({ host, path }) => path.split(/[/.]/).includes(host)),
  ];
}

async function openByHand(
  world: PracticeWorld,
  say: Say,
  { host, path, text }: { readonly host: string; readonly path: string; readonly text: string },
): Promise<number> {
  const head = 'practice-setting';
  await world.forge.push(
    practiceRepository,
    head,
    { [path]: text },
    { login: people.owner, message: `Greet on ${host}` },
  );
  const title = `One setting more on ${host}`;
  const number = await world.forge.openPullRequest(practiceRepository, { login: people.owner, head, title });
  say({ step: 'person', pr: number, text: `${people.owner} opens pull request #${number}: ${title} (${path})` });
  await until(`the plan of #${number}`, () => botComment(world, number, '### Plan', 'Compared with'));
  say({ step: 'planned', pr: number, text: conversation(world, number).title });
  return number;
}
