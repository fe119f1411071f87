"""How the survival report looks on a screen, on a phone and on paper."""

STUDY_STYLE = """
.skip { position: absolute; left: -200vw; }
.skip:focus { left: .5rem; top: .5rem; padding: .5rem .8rem; background: #fff; border: 2px solid #00558a; z-index: 1; }
a { color: #00558a; }
figcaption { font-weight: 400; }
p, ul { margin: .4rem 0; max-width: 62rem; }
li { margin: .2rem 0; overflow-wrap: anywhere; }
p { overflow-wrap: anywhere; }
nav li { margin: 0 0 .3rem; }
nav ol { margin: .3rem 0 0; padding-left: 2rem; columns: 16rem auto; column-gap: 2rem; }
h2 { font-size: 1.35rem; margin-top: 2.2rem; }
h3 { font-size: 1.1rem; margin: 1.6rem 0 .3rem; }
.notice { font-weight: 600; }
.simulated { border: 3px solid #d55e00; background: #fff4ec; padding: .6rem .8rem; font-weight: 600; max-width: none; }
.scroll { margin: .8rem 0 0; overflow-y: hidden; max-width: 100%; }
.scroll:focus-visible { outline: 2px solid #00558a; }
table { width: auto; min-width: 22rem; }
caption span { display: inline-block; position: sticky; left: .4rem; max-width: calc(100vw - 3rem); }
caption { text-align: left; padding: .2rem .4rem .3rem; caption-side: top; }
thead th { font-size: .9rem; color: #1a1a1a; }
thead th.over { border-bottom: 1px solid #c9d1d9; text-align: center; }
thead tr:last-child th { border-bottom: 2px solid #595f66; }
td, th { vertical-align: top; padding: .18rem .55rem; }
.long th[scope=row] { min-width: min(17rem, 42vw); }
th[scope=row] { min-width: 5rem; max-width: 26rem; overflow-wrap: break-word; }
td.words { white-space: normal; min-width: 8rem; max-width: 34rem; overflow-wrap: break-word; }
.part th { font-weight: 600; color: #00558a; background: #fff; padding-top: .5rem; }
tbody tr:last-child > * { border-bottom: 1px solid #c9d1d9; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 29rem), 1fr)); gap: 1.4rem 1.6rem;
  margin: 1.2rem 0; align-items: start; }
figure.wide { grid-column: 1 / -1; }
.drawing { max-width: var(--width); }
.drawing svg { display: block; width: 100%; height: auto; }
.wide .drawing { overflow-x: auto; }
.provenance dd { min-width: 0; }
@media (max-width: 40rem) {
  .wide .drawing svg { min-width: 44rem; }
  .provenance { grid-template-columns: 1fr; } .provenance dd { margin: 0 0 .4rem 1rem; }
  td.words { min-width: 11rem; }
}
@media print {
  a { color: inherit; text-decoration: none; }
  .skip { display: none; }
  h3 { margin: 1rem 0 .2rem; } h2, h3, h4, caption { break-after: avoid; }
  .scroll { overflow: visible; } caption span { position: static; max-width: none; }
  table { font-size: .92rem; max-width: 100%; }
  thead { display: table-header-group; }
  .short, .together { break-inside: avoid; } .part { break-after: avoid; }
  td, th { padding: .06rem .35rem; }
  .figures { grid-template-columns: 1fr 1fr; gap: .8rem 1rem; }
  p { orphans: 3; widows: 3; }
}
"""
