import { preamble, stateOf, type Program } from './program.ts';

/**
 * `fleetwright-read-run RUN OFFSET LIMIT SECONDS`: what became of a run, and at most LIMIT bytes of its log from
 * OFFSET, as base64 so that any bytes survive. Waits up to SECONDS for the run to end or to write more.
 * Answer: see `run-answer.ts`.
 *
 * The state is read before the log: when it says that the run has ended, the log that follows is complete.
 */
export const readRun: Program = {
  name: 'fleetwright-read-run',
  text: `${preamble}${stateOf}run=$root/runs/$1
end=$(($(date +%s) + $4))
while :; do
  state_of "$run"
  size=0
  if [ -e "$run/log" ]; then size=$(wc -c <"$run/log"); fi
  if [ "$state" != running ] || [ "$size" -gt "$2" ] || [ "$(date +%s)" -ge "$end" ]; then break; fi
  sleep 0.2
done
echo "state $state"
if [ -e "$run/cancelled" ]; then echo "cancelled"; fi
if [ -e "$run/started" ]; then echo "started $(cat "$run/started")"; fi
if [ -e "$run/out" ]; then echo "out $(head -c 4096 "$run/out" | base64 | tr -d '[:space:]')"; fi
if [ -e "$run/result" ]; then echo "result $(readlink -e "$run/result" || echo -)"; fi
echo "size $((size))"
if [ "$size" -gt "$2" ]; then
  echo "chunk $(tail -c +$(($2 + 1)) "$run/log" | head -c "$3" | base64 | tr -d '[:space:]')"
fi
echo end
`,
};
