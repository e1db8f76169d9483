import { html, trusted, type Html } from './html.ts';

const style = `
:root { color-scheme: light dark; --line: #8885; --soft: #8881; --good: #1a7f37; --bad: #cf222e; --wait: #9a6700; --link: #0969da; }
@media (prefers-color-scheme: dark) { :root { --good: #3fb950; --bad: #f85149; --wait: #d29922; --link: #4493f8; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 0 1rem 4rem; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
.banner { background: var(--soft); border-bottom: 1px solid var(--line); margin: 0 -1rem 1.5rem; padding: .5rem 1rem; font-size: .85rem; }
h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .6rem; } h3 { font-size: 1rem; }
.box { border: 1px solid var(--line); border-radius: 8px; margin: .8rem 0; overflow: hidden; }
.box > header { background: var(--soft); border-bottom: 1px solid var(--line); padding: .4rem .8rem; font-size: .9rem; }
.box > .body { padding: .4rem .8rem; overflow-x: auto; }
.soft { opacity: .7; } .number { font-weight: 400; opacity: .6; }
.badge { border: 1px solid currentColor; border-radius: 1em; font-size: .75rem; padding: .05rem .55rem; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); }
table { border-collapse: collapse; margin: .6rem 0; } th, td { border: 1px solid var(--line); padding: .25rem .6rem; text-align: left; vertical-align: top; }
pre { background: var(--soft); border-radius: 6px; overflow-x: auto; padding: .6rem .8rem; } code { font: .86em ui-monospace, monospace; }
:not(pre) > code { background: var(--soft); border-radius: 4px; padding: .1em .35em; }
.plus { background: #2da44e2b; display: inline-block; min-width: 100%; } .minus { background: #cf222e2b; display: inline-block; min-width: 100%; } .hunk { opacity: .6; }
blockquote { border-left: 3px solid var(--line); margin: .5rem 0; padding-left: .8rem; opacity: .8; }
ul.rows { list-style: none; margin: 0; padding: 0; } ul.rows li { border-top: 1px solid var(--line); padding: .45rem .8rem; } ul.rows li:first-child { border-top: 0; }
form { border: 1px dashed var(--line); border-radius: 8px; margin: .8rem 0; padding: .8rem; } label { display: block; margin: .3rem 0; }
input, textarea, select, button { font: inherit; padding: .3rem .5rem; } textarea { min-height: 5rem; width: 100%; } input[name=title] { width: 100%; }
.row { align-items: center; display: flex; flex-wrap: wrap; gap: .6rem; } summary { cursor: pointer; }
`;

/** The frame of every page. It says on each of them that this is the practice forge. */
export function layout(
  title: string,
  crumbs: readonly { readonly text: string; readonly href: string }[],
  body: Html,
): string {
  const path = crumbs.map((crumb) => html` / <a href="${crumb.href}">${crumb.text}</a>`);
  return `<!doctype html>${
    html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · practice forge</title><style>${trusted(style)}</style></head><body>
<div class="banner"><strong>Practice forge</strong> — it stands in for GitHub on this machine. Nothing here leaves it. &nbsp;<a href="/">repositories</a>${path}</div>
${body}</body></html>`.html
  }`;
}

/** When something happened, in a form that both people and machines read. */
export function when(date: Date): Html {
  const text = `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return html`<time datetime="${date.toISOString()}">${text}</time>`;
}

/** How a state looks: good, bad, or not yet known. */
export function badge(text: string): Html {
  const good = ['success', 'open', 'merged', 'verified', 'OK'].includes(text);
  const bad = ['failure', 'error', 'cancelled', 'timed_out', 'action_required', 'closed'].includes(text);
  return html`<span class="badge ${good ? 'good' : bad ? 'bad' : 'wait'}">${text}</span>`;
}
