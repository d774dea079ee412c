#include "provision/report/html_assets.h"

namespace provision {

const std::string_view kHtmlStyle = R"css(
:root { color-scheme: light dark; --page: #f6f7f8; --card: #fff; --text: #1f2328; --dim: #656d76;
  --line: #dde1e6; --soft: #eef0f3; --good: #1a7f37; --bad: #c62828; --warn: #8a5a00; --idle: #8a939d;
  --link: #0a5cc2; --gone: #ffdcd9; --come: #cdf3d6; --s0: #3b76c4; --s1: #8db4e2; --s2: #c3d7ef;
  --s3: #94a3b8; --l0: #7d8a99; --l1: #4f86c6; --l2: #b0713a; --l3: #7a5fb5; --l4: #3b9484;
  --l5: #b3568a; }
@media (prefers-color-scheme: dark) { :root { --page: #0e1116; --card: #161b22; --text: #dfe4ea;
  --dim: #93a0ad; --line: #2a313a; --soft: #1d232b; --good: #57b96b; --bad: #f47067; --warn: #d6a545;
  --idle: #77828e; --link: #6cb0ff; --gone: #5b2326; --come: #1b4a2a; --s0: #4b8be0; --s1: #315f9c;
  --s2: #274468; --s3: #55616f; --l0: #6b7785; --l1: #5c98de; --l2: #c98a52; --l3: #9a80d6;
  --l4: #4fb3a1; --l5: #d074a8; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1.75rem 1.5rem 4rem; max-width: 76rem; background: var(--page);
  color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.45rem; margin: 0; font-weight: 650; }
h2 { font-size: 1.05rem; margin: 2.25rem 0 .75rem; font-weight: 650; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
code, pre, .id, .object, .place { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas,
  "DejaVu Sans Mono", monospace; font-size: .87em; overflow-wrap: anywhere; }
pre { margin: 0; white-space: pre-wrap; }
.lead { color: var(--dim); margin: .25rem 0 0; }
.lead.bad, .lead.good { font-weight: 550; } .lead.bad { color: var(--bad); }
.lead.good { color: var(--good); }
.facts { display: flex; flex-wrap: wrap; gap: .15rem 1.5rem; margin: .75rem 0 0; }
.facts div { display: flex; gap: .45rem; } .facts dt { color: var(--dim); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.share { display: flex; width: 100%; height: 8px; margin: 1.1rem 0 .2rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tools { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: 1rem 0;
  position: sticky; top: 0; z-index: 2; background: var(--page); padding: .6rem 0; }
input, select, button { font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--line); border-radius: 8px; padding: .3rem .65rem; min-height: 2.25rem; }
input { flex: 1 1 13rem; min-width: 0; } select { max-width: 11rem; }
button { cursor: pointer; display: inline-flex; gap: .4rem; align-items: center; }
button[aria-pressed=true] { border-color: var(--link); box-shadow: inset 0 0 0 1px var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
.shown, .legend, .help, .class, .when-empty { color: var(--dim); font-size: .87rem; }
.count { color: var(--dim); font-variant-numeric: tabular-nums; }
.good { color: var(--good); } .bad { color: var(--bad); } .idle { color: var(--idle); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: 0 0 .5rem; }
.legend svg { width: 12px; height: 10px; margin-right: .35rem; }
ol { list-style: none; margin: 0; padding: .35rem 0; }
.row { position: relative; display: grid; align-items: center; gap: 0 .9rem; padding: .34rem 1rem;
  padding-left: calc(var(--graph) + .9rem); min-height: 2.4rem;
  grid-template-columns: 7.2rem minmax(0, 1fr) minmax(5rem, 11rem) 5.2rem; }
.row:target, .finding:target { background: var(--soft); }
.row .what { min-width: 0; overflow-wrap: anywhere; } .row .id { margin-right: .6rem; } .row .why { color: var(--dim); }
.row .why { display: block; font-size: .87rem; }
.row .time { text-align: right; font-variant-numeric: tabular-nums; color: var(--dim); }
.row.slow .time { color: var(--warn); font-weight: 600; }
.badge { font-size: .82rem; font-weight: 600; white-space: nowrap; }
.graph { position: absolute; left: .5rem; top: 0; height: 100%; fill: none; overflow: visible; }
.graph path { vector-effect: non-scaling-stroke; stroke-linecap: round; }
.edge { stroke-width: 1.75; } .stub { stroke-dasharray: 2 4; }
.l0 { stroke: var(--l0); } .l1 { stroke: var(--l1); } .l2 { stroke: var(--l2); }
.l3 { stroke: var(--l3); } .l4 { stroke: var(--l4); } .l5 { stroke: var(--l5); }
.dot { stroke-width: 10; } .dot.passed { stroke: var(--good); } .dot.failed { stroke: var(--bad); }
.dot.skipped { stroke: var(--idle); }
.filtered .edge { display: none; }
.bar { display: block; width: 100%; height: 9px; }
.s0 { fill: var(--s0); } .s1 { fill: var(--s1); } .s2 { fill: var(--s2); } .s3 { fill: var(--s3); }
.f-passed { fill: var(--good); } .f-failed { fill: var(--bad); } .f-skipped { fill: var(--idle); }
.group { padding: .7rem 1rem .2rem; font-weight: 600; color: var(--dim); }
.finding, .notes { padding: 1rem 1.1rem; margin: 0 0 .9rem; }
.finding { content-visibility: auto; contain-intrinsic-size: auto 12rem; }
.finding h3 { font-size: 1rem; font-weight: 550; margin: 0; overflow-wrap: anywhere; }
.finding h3 .badge { margin-right: .5rem; } .finding .place { color: var(--dim); margin: .2rem 0 0; }
.help { margin: .2rem 0 0; }
.difference { margin-top: .8rem; border-top: 1px solid var(--line); padding-top: .7rem; }
.difference > p { margin: 0 0 .4rem; } .note { opacity: .7; }
.type { font-size: .82rem; font-weight: 600; margin-right: .5rem; } .class { margin-left: .5rem; }
.missing { color: var(--bad); } .extra { color: var(--good); } .changed { color: var(--warn); }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: .6rem; }
.sides > div { background: var(--soft); border-radius: 8px; padding: .45rem .7rem; min-width: 0;
  max-height: 26rem; overflow: auto; }
.sides small { display: block; color: var(--dim); }
mark { color: inherit; border-radius: 3px; } .expected mark { background: var(--gone); }
.actual mark { background: var(--come); } .nothing { color: var(--dim); font-style: italic; }
details { margin-top: .7rem; } summary { cursor: pointer; color: var(--dim); }
details pre, .body { background: var(--soft); border-radius: 8px; padding: .6rem .8rem;
  margin-top: .5rem; max-height: 26rem; overflow: auto; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; }
th, td { text-align: left; padding: .25rem .9rem .25rem 0; vertical-align: top; }
th { color: var(--dim); font-weight: 500; } td.number { text-align: right; }
@media (max-width: 44rem) { body { padding: 1.1rem .8rem 3rem; }
  .row { grid-template-columns: minmax(0, 1fr) auto; gap: .1rem .6rem; padding-right: .8rem;
    padding-top: .45rem; padding-bottom: .45rem; }
  .row .what { grid-column: 1 / -1; grid-row: 2; } .row .bar { grid-column: 1 / -1; grid-row: 3;
    height: 5px; } .row .time { grid-row: 1; grid-column: 2; } .row .id { display: block; }
  .sides { grid-template-columns: 1fr; } .tools { position: static; } input { flex-basis: 100%; } }
@media print { .tools { display: none; } .finding { content-visibility: visible; }
  .sides > div, details pre { max-height: none; } }
)css";

}  // namespace provision
