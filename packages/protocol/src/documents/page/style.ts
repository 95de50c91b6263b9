/** The page's own style; it loads nothing. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fff; --side: #f6f7f8; --ink: #1b2126; --soft: #5a6670; --line: #dfe3e6; --link: #0b6e6e; --code: #f1f3f4;
  --key: #0b6e6e; --text: #8a3b12; --number: #6b3fa0; --mark: #fff4c2;
  --get: #1a7f4b; --post: #1d5fbf; --patch: #955a00; --delete: #b3261e; --op: #6b3fa0; --event: #0b6e6e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181b; --side: #1a1f23; --ink: #e4e9ec; --soft: #9aa7b0; --line: #2c343a; --link: #5cc8c2; --code: #20272c;
    --key: #5cc8c2; --text: #f0a878; --number: #c3a6f0; --mark: #3a3413;
    --get: #57c98a; --post: #7db3ff; --patch: #e6b25a; --delete: #ff8f85; --op: #c3a6f0; --event: #5cc8c2;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
p code, li code, td code { overflow-wrap: anywhere; }
h1, h2, h3, h4 { line-height: 1.25; margin: 0; }
h1 { font-size: 2rem; letter-spacing: -.02em; }
h2 { font-size: 1.45rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.05rem; display: flex; flex-wrap: wrap; align-items: baseline; gap: .35rem .6rem; overflow-wrap: anywhere; }
h4 { font-size: .75rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); margin: 1.25rem 0 .35rem; }
p { margin: .5rem 0; }
small, .about, .bound, .optional, .none, .lead { color: var(--soft); }
ul, ol { padding-left: 1.25rem; margin: .5rem 0; }
main { padding: 1.5rem 1.25rem 4rem; max-width: 80rem; }
section > h2:first-child { border-top: 1px solid var(--line); padding-top: 2rem; }
#start > h2 { border: 0; padding: 0; }
.lead { font-size: 1.05rem; }
.steps { padding-left: 1.25rem; display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
.steps > li::marker { font-weight: 600; }
.steps figure { margin-top: .5rem; }
.steps pre { white-space: pre-wrap; overflow-wrap: anywhere; }
article { padding: 1.5rem 0; border-top: 1px solid var(--line); }
h2 + article { border-top: 0; padding-top: .5rem; }
.summary { max-width: 46rem; }
.self { font-weight: 400; font-size: .8rem; color: var(--soft); }
.badge { font: 700 .7rem/1 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; letter-spacing: .02em; padding: .3em .5em; border-radius: .3em; border: 1px solid currentColor; color: var(--soft); white-space: nowrap; }
.badge.get { color: var(--get); } .badge.post { color: var(--post); } .badge.patch, .badge.put { color: var(--patch); }
.badge.delete { color: var(--delete); } .badge.op { color: var(--op); } .badge.event { color: var(--event); }
.auth { font-size: .75rem; color: var(--soft); border: 1px solid var(--line); border-radius: 1em; padding: .1em .6em; white-space: nowrap; }
.status { color: var(--ink); }
.fields { list-style: none; padding: 0; margin: 0; border-top: 1px solid var(--line); }
.fields > li { padding: .45rem 0; border-bottom: 1px solid var(--line); }
.fields .fields { margin: .35rem 0 -.45rem .25rem; padding-left: .9rem; border-left: 2px solid var(--line); border-top: 0; }
.fields .fields > li:last-child { border-bottom: 0; }
.field { display: flex; flex-wrap: wrap; gap: 0 .7rem; align-items: baseline; }
.name { font-weight: 600; }
.type { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .8125rem; overflow-wrap: anywhere; }
.bound, .optional { font-size: .8125rem; }
.optional { font-style: italic; }
.about { font-size: .875rem; }
details.shared > summary { cursor: pointer; padding: .2rem 0; }
.faults { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .35rem; font-size: .8125rem; }
.faults a { display: block; padding: .05rem .5rem; border: 1px solid var(--line); border-radius: .35rem; color: var(--ink); }
.faults .common a { color: var(--soft); border-style: dashed; }
.faults b { font-weight: 600; } .faults .own b { color: var(--delete); } .faults .common b { font-weight: 400; }
figure { margin: 0 0 .75rem; border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; background: var(--code); }
figcaption { font: .75rem/1.4 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; color: var(--soft); padding: .4rem .8rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
pre { margin: 0; padding: .7rem .8rem; overflow-x: auto; line-height: 1.5; font-size: .8125rem; }
pre code { font-size: inherit; }
pre i { font-style: normal; } .k { color: var(--key); } .s { color: var(--text); } .n { color: var(--number); }
.examples { margin-top: 1.25rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); }
thead th { font-size: .75rem; color: var(--soft); font-weight: 600; }
tbody th { font-weight: 400; }
.remedy, .amount { white-space: nowrap; }
tr:target { background: var(--mark); }
article:target { border-left: 3px solid var(--link); margin-left: -1.15rem; padding-left: 1rem; }
.contents, .contents ul { list-style: none; padding: 0; margin: 0; }
.contents > li { margin-bottom: .6rem; }
.contents ul a { display: flex; gap: .5rem; align-items: baseline; padding: .12rem 0 .12rem .6rem; color: var(--ink); font-size: .85rem; overflow-wrap: anywhere; }
.contents .badge { border: 0; padding: 0; min-width: 3.9em; font-size: .625rem; }
.group { font-weight: 600; color: var(--soft); font-size: .8rem; text-transform: uppercase; letter-spacing: .04em; }
.beside { display: none; }
.folded { position: sticky; top: 0; z-index: 1; background: var(--side); border-bottom: 1px solid var(--line); }
.folded > summary { padding: .7rem 1.25rem; font-weight: 600; cursor: pointer; }
.folded[open] { position: static; }
.folded > nav { padding: .25rem 1.25rem 1.25rem; }
.folded .contents { columns: 9rem; }
.folded .contents > li { break-inside: avoid-column; }
@media (max-width: 62rem) { html { scroll-padding-top: 4rem; } }
@media (max-width: 40rem) {
  thead { display: none; }
  tr { display: flex; flex-wrap: wrap; gap: 0 .75rem; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  th, td { padding: 0; border: 0; } td:last-child { flex-basis: 100%; }
}
@media (min-width: 62rem) {
  body { display: grid; grid-template-columns: 16rem minmax(0, 1fr); }
  .folded { display: none; }
  .beside { display: block; position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.25rem; background: var(--side); border-right: 1px solid var(--line); }
  .beside .title { display: block; font-weight: 700; font-size: 1.1rem; margin-bottom: 1rem; color: var(--ink); }
  main { padding: 2.5rem 3rem 6rem; }
}
@media (min-width: 78rem) {
  .sides, .columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 2.5rem; align-items: start; }
  .steps { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1rem 2rem; }
  #things > div { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 2.5rem; }
  #things article { border-top: 0; }
  .examples { position: sticky; top: 1rem; }
}
@media print { .beside, .folded { display: none; } body { display: block; } }
`;
