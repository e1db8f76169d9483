import { settingsShape } from '../config/settings.ts';

/** Settings that must not stand in the Nix store, which everybody on a machine can read. */
const secrets: ReadonlySet<keyof typeof settingsShape.shape> = new Set([
  'PRIVATE_KEY',
  'WEBHOOK_SECRET',
  'ANTHROPIC_API_KEY',
]);

/** The names of the settings for `nix/bot.nix`, so that a misspelt one is refused when a system is built. */
export function botSettingsNix(): string {
  const list = (names: readonly string[]): string => names.map((name) => `    "${name}"\n`).join('');
  return [
    '# Made from src/config/settings.ts by its test; `npx vitest run test/docs/bot-settings-nix.test.ts -u` makes it again.',
    '{',
    '  settings = [',
    `${list(Object.keys(settingsShape.shape))}  ];`,
    '  secrets = [',
    `${list([...secrets])}  ];`,
    '}',
    '',
  ].join('\n');
}
