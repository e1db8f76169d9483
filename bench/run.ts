import process from 'node:process';
import { isMet } from './bench.ts';
import { benches } from './benches.ts';

/** Runs the named benches, or all, and prints one line of JSON for each. Exits with 1 where a limit was not met. */
async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.filter((name) => !benches.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    console.error(`No bench ${unknown.join(', ')}; there are: ${benches.map((bench) => bench.name).join(', ')}.`);
    return 2;
  }
  let code = 0;
  for (const bench of benches) {
    if (wanted.length > 0 && !wanted.includes(bench.name)) continue;
    const { ratio, limit, bound, ...figures } = await bench.run();
    const met = isMet({ ratio, limit, bound });
    if (!met) code = 1;
    console.log(JSON.stringify({ name: bench.name, ratio, limit, met, bound, ...figures }));
  }
  return code;
}

process.exitCode = await main(process.argv.slice(2));
