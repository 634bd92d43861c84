/** The style sheet of a report: light and dark, readable on a phone and on paper. */
export const style = `
:root { color-scheme: light dark;
  --text: #1c2024; --muted: #60646c; --page: #fcfcfd; --panel: #ffffff; --line: #e0e3e8; --soft: #f3f5f8;
  --good: #18794e; --good-soft: #e6f6ec; --mixed: #915e00; --mixed-soft: #fff4d9; --bad: #c2298a; --bad-soft: #fdeaf5;
  --series-1: #0b68cb; --series-2: #d9730d; --series-3: #1a8a5f; --series-4: #b5479a; --series-5: #7a5af5; --series-6: #8a6d3b; }
@media (prefers-color-scheme: dark) { :root {
  --text: #edeef0; --muted: #a4a9b3; --page: #111316; --panel: #191c20; --line: #2e3238; --soft: #22262b;
  --good: #5fd39a; --good-soft: #13291f; --mixed: #f5c04c; --mixed-soft: #2c2410; --bad: #f58fcb; --bad-soft: #311827;
  --series-1: #6db3ff; --series-2: #ffa057; --series-3: #54cf9a; --series-4: #e493cf; --series-5: #b3a1ff; --series-6: #d3b27a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0; letter-spacing: -0.01em; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 0.5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 0.5rem; }
p { margin: 0.4rem 0 0.8rem; max-width: 46rem; }
header p { color: var(--muted); margin: 0.4rem 0 0; }
section { background: var(--panel); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem 1.5rem; margin-top: 1.25rem; }
.verdict { border-left: 6px solid var(--tone); background: var(--tone-soft); }
.verdict h2 { color: var(--tone); font-size: 1.4rem; }
.verdict ul { margin: 0.5rem 0 0; padding-left: 1.2rem; }
.good { --tone: var(--good); --tone-soft: var(--good-soft); }
.mixed { --tone: var(--mixed); --tone-soft: var(--mixed-soft); }
.bad { --tone: var(--bad); --tone-soft: var(--bad-soft); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 0.9rem 1.5rem; margin: 0; }
dt { color: var(--muted); font-size: 0.85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
.wide > .plot { min-width: 40rem; width: 100%; }
tbody th { min-width: 9rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.45rem 0.75rem; border-bottom: 1px solid var(--line); font-weight: normal; }
thead th { color: var(--muted); font-size: 0.85rem; white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
tr.candidate th { font-weight: 600; }
tr.candidate th::before, tr.baseline th::before, tr.reference th::before { content: ""; display: inline-block; width: 0.65rem; height: 0.65rem;
  border-radius: 50%; margin-right: 0.5rem; background: var(--series-1); }
tr.baseline th::before { background: var(--series-2); }
tr.reference th::before { background: var(--muted); }
.number { text-align: right; white-space: nowrap; }
.curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1.5rem; }
figure { margin: 0; }
figcaption { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; align-items: baseline; margin-bottom: 0.5rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; list-style: none; margin: 0; padding: 0; font-size: 0.9rem; color: var(--muted); }
.legend i { display: inline-block; width: 1.1rem; height: 0.25rem; border-radius: 2px; margin-right: 0.4rem; vertical-align: middle; }
.plot { display: block; max-width: 100%; height: auto; color: var(--text); overflow: visible; }
.confusion { width: auto; border-collapse: separate; border-spacing: 2px; font-size: 0.9rem; }
.confusion th, .confusion td { border: 0; padding: 0.3rem 0.5rem; }
.confusion thead th { vertical-align: bottom; text-align: center; }
.confusion thead th:first-child { text-align: left; }
.confusion thead span { display: inline-block; max-width: 6.5rem; overflow-wrap: break-word; white-space: normal; hyphens: auto; }
.confusion tbody th { min-width: 0; white-space: nowrap; text-align: right; }
.confusion td { text-align: center; min-width: 3.25rem; width: 5.5rem; border-radius: 4px; background: color-mix(in srgb, var(--cell, var(--line)) calc(var(--share, 0) * 100%), var(--soft)); }
.confusion td.right { --cell: var(--series-1); }
.confusion td.wrong { --cell: var(--series-2); }
.confusion td.strong { color: var(--panel); font-weight: 600; }
.confusion td.number { background: none; color: var(--muted); }
.examples { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 0.75rem; list-style: none; margin: 0; padding: 0; }
.card { border: 1px solid var(--line); border-radius: 10px; padding: 0.75rem; background: var(--page); overflow-wrap: anywhere; }
.card img { display: block; margin: 0 auto 0.5rem; width: 96px; height: 96px; object-fit: contain; }
.card b { display: block; font-size: 0.92rem; }
.card.right b { color: var(--good); }
.card.wrong b { color: var(--bad); }
.card small { color: var(--muted); }
.bar { display: block; height: 5px; border-radius: 3px; margin: 0.35rem 0; background: linear-gradient(to right, var(--series-1) var(--value), var(--line) var(--value)); }
footer { color: var(--muted); font-size: 0.85rem; margin-top: 1.5rem; }
@media print { body { background: none; } section { break-inside: avoid; } }
`;
