import { fence, preamble, stateOf, type Program } from './program.ts';

/**
 * `fleetwright-cancel-run RUN TOKEN`: ends a build by its own process group; closing the connection would not.
 * Answers `absent`, `over`, `kept` (it is an activation, which is never cancelled), `cancelled` or `superseded TOKEN`.
 */
export const cancelRun: Program = {
  name: 'fleetwright-cancel-run',
  text: `${preamble}${stateOf}run=$root/runs/$1
token=$2
${fence}state_of "$run"
case $state in
  absent | unbegun) echo absent; exit 0 ;;
  running) ;;
  *) echo over; exit 0 ;;
esac
read -r kind <"$run/kind"
if [ "$kind" != build ]; then echo kept; exit 0; fi
: >"$run/cancelled"
read -r leader rest <"$run/life"
kill -s TERM -- "-$leader" 2>/dev/null
tries=0
while state_of "$run"; [ "$state" = running ] && [ "$tries" -lt 50 ]; do
  sleep 0.1
  tries=$((tries + 1))
  # A signal that came between two commands of the runner ended neither.
  if [ $((tries % 10)) = 0 ]; then kill -s TERM -- "-$leader" 2>/dev/null; fi
done
if [ "$state" = running ]; then kill -s KILL -- "-$leader" 2>/dev/null; fi
echo cancelled
`,
};
