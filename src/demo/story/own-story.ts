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
  const asked = await askForName(world, say);
  const pullRequest = asked ?? (await changeByHand(world, say));
  const plan = botComment(world, pullRequest, '### Plan') ?? '';
  const host = /\/deploy (\S+) @/.exec(plan)?.[1];
  if (host !== undefined) await deployOne(world, say, pullRequest, host);
  if (reachesNobody(plan)) return;
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

function reachesNobody(plan: string): boolean {
  return /No host|^0 hosts/m.test(plan);
}

/** A pull request as a person makes one, on the first host that has a file in which this can be said. */
async function changeByHand(world: PracticeWorld, say: Say): Promise<number> {
  let tried: number | null = null;
  for (const { host, path, text } of await greetings(world)) {
    tried = await openByHand(world, say, { host, path, text });
    if (!reachesNobody(botComment(world, tried, '### Plan') ?? '')) return tried;
    say({ step: 'reaches-nobody', pr: tried, text: `no host reads a setting at that place in ${path}` });
  }
  if (tried !== null) return tried;
  throw new StoryStopped('a host with a file of its own that one setting can be added to');
}

/** A file of each kind in which this can be said, as it is with it: where one is read by no host, its like are not either. */
async function greetings(world: PracticeWorld): Promise<readonly Greeting[]> {
  const found: Greeting[] = [];
  for (const kind of filesOfHosts(world)) {
    for (const { host, path } of kind) {
      if (found.some((one) => one.path === path)) continue;
      const text = (await world.forge.seen.fileAt(practiceRepository, 'main', path)) ?? '';
      const value = '"This host was deployed in practice.\\n"';
      const edited = applyEdit(text, { kind: 'set', path: ['environment', 'etc', 'fleetwright-demo', 'text'], value });
      if (edited.kind !== 'edited' || !edited.changed) continue;
      found.push({ host, path, text: edited.text });
      break;
    }
  }
  return found;
}

interface Greeting {
  readonly host: string;
  readonly path: string;
  readonly text: string;
}

/** Files of hosts: those that no other is made from, those that lie under its name, and those of several. */
function filesOfHosts(world: PracticeWorld): readonly (readonly { readonly host: string; readonly path: string }[])[] {
  const all = world.hosts.all.map((host) => ({
    host: host.name,
    files: host.truth().files.filter((file) => file.endsWith('.nix') && file !== 'flake.nix'),
  }));
  const users = new Map<string, number>();
  for (const file of all.flatMap(({ files }) => files)) users.set(file, (users.get(file) ?? 0) + 1);
  const pairs = all.flatMap(({ host, files }) => files.map((path) => ({ host, path })));
  return [
    pairs.filter(({ path }) => users.get(path) === 1),
    pairs.filter(({ host, path }) => path.split(/[/.]/).includes(host)),
    // The fewest hosts first.
    pairs
      .filter(({ path }) => (users.get(path) ?? 0) > 1)
      .toSorted((a, b) => (users.get(a.path) ?? 0) - (users.get(b.path) ?? 0)),
  ];
}

async function openByHand(world: PracticeWorld, say: Say, { host, path, text }: Greeting): Promise<number> {
  const head = `practice-setting-${host}-${path.replaceAll(/[^A-Za-z0-9]+/g, '-')}`;
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
