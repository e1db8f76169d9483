import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const top = fileURLToPath(new URL('./golden', import.meta.url));

/**
 * Each text is a small file, compared to the byte, so that it is read as prose when it changes. `npm run golden` writes
 * them anew; whoever does so reads the difference.
 */
export function golden(folder: string, texts: Readonly<Record<string, () => string>>): void {
  test.each(Object.entries(texts))(`${folder}: %s`, async (name, text) => {
    await expect(`${text()}\n`).toMatchFileSnapshot(path.join(top, folder, `${name}.md`));
  });

  test(`${folder}: no text is left of a case that is gone`, () => {
    const names = Object.keys(texts).map((name) => `${name}.md`);
    expect(readdirSync(path.join(top, folder)).filter((file) => !names.includes(file))).toEqual([]);
  });
}
