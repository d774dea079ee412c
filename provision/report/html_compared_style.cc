#include "provision/report/html_assets.h"

namespace provision {

// How severe a difference is shows in how full its tile is, so that it is seen without colours.
const std::string_view kComparedStyle = R"css(
:root { --same: #d9dee4; --risky: #fdf0d3; --on-bad: #fff;
  --b-missing: #e2938c; --b-changed: #e0bd72; --b-extra: #83c596; }
@media (prefers-color-scheme: dark) { :root { --same: #333b45;
  --risky: #3a2f14; --on-bad: #1b0a0a; --b-missing: #9c4f4a; --b-changed: #8f7436; --b-extra: #3f7f52; } }
h1, h2, .lead { overflow-wrap: anywhere; }
.comparison { margin: 1.75rem 0 0; } .comparison > h2 { margin-bottom: 0; }
.overview { padding: 1rem 1.1rem 1.1rem; margin: 1rem 0 1.1rem; }
.side p { margin: 0 0 .15rem; overflow-wrap: anywhere; } .side .word { color: var(--dim); }
.side .word { display: inline-block; min-width: 4.6rem; }
.side-bar { display: block; width: 100%; height: 14px; margin: 0 0 .55rem; }
.b-missing { fill: var(--b-missing); background: var(--b-missing); }
.b-extra { fill: var(--b-extra); background: var(--b-extra); }
.b-changed { fill: var(--b-changed); background: var(--b-changed); }
.b-same { fill: var(--same); background: var(--same); }
.bars .legend { margin: .1rem 0 0; } .bars .legend span { color: var(--dim); }
.key { display: inline-block; width: 12px; height: 10px; margin-right: .35rem; border-radius: 2px; }
.map { margin-top: .9rem; border-top: 1px solid var(--line); padding-top: .6rem; }
.map > summary { font-size: .87rem; margin-bottom: .3rem; }
.quiet { display: flex; flex-wrap: wrap; gap: .1rem 1.4rem; }
.quiet .kind { display: flex; flex-wrap: wrap; gap: .1rem .5rem; color: var(--dim); min-width: 0; }
.calm { display: flex; flex-wrap: wrap; gap: .15rem 1.4rem; margin: .8rem 0 0; color: var(--dim);
  font-size: .87rem; overflow-wrap: anywhere; } .calm span { min-width: 0; }
.quiet .tile { height: 1.1rem; margin-top: .2rem; }
.area h4 { margin: .45rem 0 .1rem; font-size: .92rem; font-weight: 650; overflow-wrap: anywhere; }
.kind { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: .1rem .8rem;
  padding: .22rem 0; align-items: start; }
.kind .label { font-size: .87rem; line-height: 1.5rem; overflow-wrap: anywhere; }
.tiles { display: flex; flex-wrap: wrap; gap: 3px; min-width: 0; }
.tile { display: block; height: 1.5rem; border-radius: 4px; background: var(--same); }
a.tile { position: relative; max-width: 100%; padding: 0 .45rem; border: 2px solid transparent;
  color: var(--text); font: 600 .8rem/1.2rem ui-monospace, SFMono-Regular, Menlo, Consolas,
  "DejaVu Sans Mono", monospace; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
a.tile:hover { text-decoration: none; border-color: var(--link); }
a.tile.breaking { background: var(--bad); color: var(--on-bad); }
a.tile.risky, a.tile.unjudged { background: var(--risky); border-color: var(--warn); }
a.tile.cosmetic { background: var(--card); border: 1px dashed var(--idle); }
a.tile.bare { text-align: center; padding: 0; }
a.tile.off { opacity: .18; }
.w1 { width: 8px; } .w2 { width: 13px; } .w3 { width: 20px; } .w4 { width: 30px; }
.w5 { width: 44px; } .w6 { width: 64px; } a.tile { width: auto; min-width: 1.5rem; }
a.tile::after { content: ""; position: absolute; left: 0; bottom: 0; height: 3px;
  background: currentColor; opacity: .45; max-width: 100%; }
a.w1::after { width: 6px; } a.w2::after { width: 12px; } a.w3::after { width: 20px; }
a.w4::after { width: 32px; } a.w5::after { width: 48px; } a.w6::after { width: 72px; }
.bare::after { display: none; }
.rest { font-size: .82rem; line-height: 1.5rem; color: var(--dim); padding: 0 .3rem; }
.severity { font-size: .82rem; font-weight: 600; }
span.severity { display: inline-block; border-radius: 4px; padding: 0 .4rem; margin-right: .35rem;
  border: 1px solid transparent; line-height: 1.35rem; }
span.severity.breaking { background: var(--bad); color: var(--on-bad); }
span.severity.risky, span.severity.unjudged { background: var(--risky); border-color: var(--warn); }
span.severity.cosmetic { border: 1px dashed var(--idle); color: var(--dim); }
button.severity::before { content: ""; width: 12px; height: 12px; border-radius: 3px;
  border: 2px solid transparent; }
button.breaking::before { background: var(--bad); }
button.risky::before { background: var(--risky); border-color: var(--warn); }
button.cosmetic::before { border: 1px dashed var(--idle); }
.finding h3 .type { white-space: nowrap; } .reason { color: var(--dim); }
.finding h3 .reason { font-weight: 400; }
.renamed { color: var(--link); overflow-wrap: anywhere; } .renamed::before { content: "↔ "; }
.difference p { overflow-wrap: anywhere; } .sides small { overflow-wrap: anywhere; }
.names { display: flex; flex-wrap: wrap; gap: .2rem .9rem; margin: 0; }
@media (max-width: 44rem) { .kind { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .overview { padding: .8rem; } td { overflow-wrap: anywhere; } }
)css";

}  // namespace provision
