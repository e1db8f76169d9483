import { preamble, type Program } from './program.ts';

/**
 * Asks the network from a host, without root and without leaving anything behind. bash is on every NixOS host and can
 * open connections itself, which `dig` and `nc` need not be. `$1` is `tcp` (connect, say nothing), `datagram` (send,
 * wait for one datagram, up to three times) or `stream` (send, then read one message behind its length of two bytes).
 *
 * Answers one line: `open`, `answer BASE64`, `none WHY`, or `unable WHAT` where the host lacks a tool.
 *
 * Rules of the world:
 * - `dd` with one block reads one datagram; `head -c` would wait for more.
 * - bash says why a connection failed before it says that the file cannot be opened.
 */
export const reach: Program = {
  name: 'fleetwright-reach',
  text: `${preamble}for tool in bash timeout base64 dd head od; do
  command -v $tool >/dev/null || { echo "unable $tool"; exit 0; }
done
said=$(timeout 5 bash -c '
case $1 in datagram) way=udp ;; *) way=tcp ;; esac
exec 3<>"/dev/$way/$2/$3" || exit 1
case $1 in
  tcp) echo open ;;
  datagram)
    for try in 1 2 3; do
      printf %s "$4" | base64 -d >&3 2>/dev/null || { echo "Connection refused" >&2; exit 1; }
      got=$(timeout 1.4 dd bs=65535 count=1 <&3 2>/dev/null | base64 -w 0)
      if [ -n "$got" ]; then echo "answer $got"; exit 0; fi
    done
    exit 124
    ;;
  stream)
    printf %s "$4" | base64 -d >&3 2>/dev/null || exit 1
    set -- $(head -c 2 <&3 | od -An -tu1)
    if [ $# -ne 2 ]; then echo "the connection was closed without an answer" >&2; exit 1; fi
    echo "answer $(head -c $(($1 * 256 + $2)) <&3 | base64 -w 0)"
    ;;
esac' fleetwright-reach "$1" "$2" "$3" "\${4:-}" 2>&1)
code=$?
if [ $code -eq 0 ]; then
  printf '%s\\n' "$said" | tail -n 1
elif [ $code -eq 124 ]; then
  echo 'none no answer in 5 s'
else
  why=$(printf '%s\\n' "$said" | head -n 1)
  echo "none \${why##*: }"
fi
`,
};
