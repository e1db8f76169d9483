import { assert } from '../core/bug.ts';

/** The text with every `<!-- table: NAME -->` … `<!-- /table -->` filled anew. Everything else stays as it is. */
export function filled(text: string, tables: Readonly<Record<string, () => string>>): string {
  return text.replaceAll(
    /(<!-- table: ([a-z-]+) -->\n)[\s\S]*?(<!-- \/table -->)/g,
    (_whole, open: string, name: string, close: string) => {
      const make = tables[name];
      assert(make !== undefined, `a table with the name ${name}`);
      return `${open}\n${make()}\n\n${close}`;
    },
  );
}

/** The names of the tables that a text holds. */
export function tablesIn(text: string): readonly string[] {
  return [...text.matchAll(/<!-- table: ([a-z-]+) -->/g)].flatMap(([, name]) => name ?? []);
}
