import { consulAsk, consulEdits, consulHosts, type StoryEdit } from '../story/consul-edits.ts';
import type { Conversation, ConversationTurn } from './conversation.ts';

/** What the change does, as it is announced and ticked off. Each step makes some of the edits. */
const steps: readonly { readonly text: string; readonly makes: (edit: StoryEdit) => boolean }[] = [
  { text: 'A module for Consul with three servers in VLAN 20', makes: ({ kind }) => kind === 'create' },
  {
    text: `Import it on ${consulHosts.join(', ')}`,
    makes: (edit) => edit.kind === 'replace' && edit.path.startsWith('hosts/'),
  },
  { text: 'consul.fleet.lan with the three addresses', makes: ({ kind }) => kind === 'record' },
  {
    text: 'A link on the dashboard and a monitor',
    makes: (edit) => edit.kind === 'replace' && edit.path.startsWith('modules/'),
  },
];

/** How many of the steps are done. */
function plan(done: number): ConversationTurn['uses'][number] {
  return { name: 'set_plan', input: { items: steps.map(({ text }, index) => ({ text, done: index < done })) } };
}

const read = (path: string): ConversationTurn['uses'][number] => ({ name: 'read_file', input: { path } });

/** The tool calls that make some edits; all records go in one call, so that they are one change of the zone. */
function usesFor(edits: readonly StoryEdit[]): ConversationTurn['uses'] {
  const records = edits.flatMap((edit) =>
    edit.kind === 'record'
      ? [{ action: 'add', name: `${edit.name}.${edit.zone}.`, type: edit.type, data: edit.data }]
      : [],
  );
  const files = edits.flatMap((edit): ConversationTurn['uses'] => {
    if (edit.kind === 'create') return [{ name: 'create_file', input: { path: edit.path, content: edit.content } }];
    if (edit.kind === 'replace')
      return [{ name: 'replace', input: { path: edit.path, old: edit.oldText, new: edit.newText } }];
    return [];
  });
  return records.length === 0 ? files : [...files, { name: 'dns', input: { changes: records } }];
}

const editedFiles = [...new Set(consulEdits.flatMap((edit) => (edit.kind === 'replace' ? [edit.path] : [])))];

const submission = {
  title: 'Set up a Consul cluster on griffin, wolfhound and blackjack',
  summary: [
    'One module, imported on the three hosts. Each binds to its address in the services VLAN and joins the other two; three servers stay in quorum with one away.',
    'consul.fleet.lan answers with all three addresses. The dashboard gets a link and the monitors ask for the leader.',
  ].join('\n\n'),
  hosts: [...consulHosts],
  risks: [
    'griffin answers DNS for the house; it is one of the three servers.',
    'The ports 8300, 8301, 8500 and 8600 are open on every interface of the three hosts, as with their other services.',
    'There is no gossip key and no ACL yet: whoever reaches VLAN 20 can talk to the cluster.',
  ],
  verify: [
    'curl http://consul.fleet.lan:8500/v1/status/leader names one of the three.',
    'curl http://consul.fleet.lan:8500/v1/status/peers names all three.',
  ],
};

/** Written by hand for the demo, from the edits of the story. No model said any of it. */
export const consulConversation: Conversation = {
  title: consulAsk,
  turns: [
    {
      thinking: 'Scripted: see what the repository holds before anything is planned.',
      uses: [
        { name: 'list_files', input: { glob: '**' } },
        { name: 'grep', input: { text: 'consul' } },
        { name: 'grep', input: { text: 'fleet.address', glob: '**/*.nix' } },
      ],
    },
    {
      thinking: 'Scripted: read every file that will be edited, the ways of the house, and a module like the new one.',
      uses: ['README.md', 'modules/grafana.nix', 'modules/fleet.nix', 'dns/fleet.lan.zone', ...editedFiles].map(read),
    },
    { thinking: 'Scripted: the facts are known, so the plan is told first.', uses: [plan(0)] },
    ...steps.map(({ text, makes }, index) => ({
      thinking: `Scripted: ${text}.`,
      uses: [...usesFor(consulEdits.filter(makes)), plan(index + 1)],
    })),
    { thinking: 'Scripted: everything of the plan is done.', uses: [{ name: 'submit', input: submission }] },
  ],
};
