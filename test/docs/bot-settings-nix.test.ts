import { expect, test } from 'vitest';
import { settingsShape } from '../../src/config/settings.ts';
import { botSettingsNix } from '../../src/docs/bot-settings-nix.ts';

test('the committed list of settings for the NixOS module is that of the program', async () => {
  await expect(botSettingsNix()).toMatchFileSnapshot('../../nix/bot-settings.nix');
});

test('every setting that can hold a key is one that the module keeps out of the store', () => {
  const named = Object.keys(settingsShape.shape).filter((name) => /SECRET$|_KEY$|TOKEN|PASSWORD/.test(name));
  const [, secrets = ''] = botSettingsNix().split('secrets = [');
  for (const name of named) expect(secrets).toContain(`"${name}"`);
});
