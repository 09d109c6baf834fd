"""How a page looks: light and dark as the reader's system is, and on A4 paper."""

from __future__ import annotations

LIGHT = """--ink:#1b1b1f;--faint:#55565c;--paper:#ffffff;--soft:#f1f3f6;--line:#8a8d93;--accent:#0b4fa8;\
--warn:#8f3500"""
DARK = """--ink:#ececf0;--faint:#b4b6bd;--paper:#17181c;--soft:#24262c;--line:#7d8089;--accent:#8ab8ff;\
--warn:#ffb27d"""

STYLE = f"""
:root{{color-scheme:light dark;{LIGHT}}}
@media (prefers-color-scheme:dark){{:root{{{DARK}}}}}
*{{box-sizing:border-box}}
html{{font:16px/1.5 system-ui,sans-serif;background:var(--paper);color:var(--ink)}}
body{{margin:0}}
header,main,nav,footer{{max-width:62rem;margin:0 auto;padding:0 1rem}}
h1{{font-size:1.8rem;line-height:1.2;margin:1.5rem 0 .5rem;overflow-wrap:anywhere}}
h2{{font-size:1.35rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}}
h4{{font-size:1rem;margin:1.2rem 0 .3rem}}
h3{{font-size:1.08rem;margin:1.5rem 0 .4rem;overflow-wrap:anywhere}}
p{{margin:.5rem 0;overflow-wrap:anywhere}}
.note{{color:var(--faint)}}
.warning{{border-left:4px solid var(--warn);padding-left:.6rem}}
a{{color:var(--accent)}}
nav ul{{columns:2 16rem;padding-left:1.2rem}}
.wide,pre{{overflow-x:auto;margin:.7rem 0}}
table{{border-collapse:collapse;min-width:min(100%,22rem);font-variant-numeric:tabular-nums}}
caption{{text-align:left;color:var(--faint);padding:.2rem 0}}
th,td{{border:1px solid var(--line);padding:.25rem .55rem;text-align:left;vertical-align:top}}
thead th,.facts th{{background:var(--soft)}}
td{{overflow-wrap:anywhere}}
pre,code{{font-family:ui-monospace,monospace;font-size:.88rem}}
pre{{background:var(--soft);padding:.7rem}}
.save{{display:inline-block;border:1px solid var(--accent);border-radius:.35rem;padding:.25rem .7rem;\
text-decoration:none;margin:.2rem .4rem .2rem 0}}
a:focus-visible,pre:focus-visible{{outline:3px solid var(--accent);outline-offset:2px}}
figure{{margin:1rem 0}}
figcaption{{color:var(--faint)}}
.why table{{margin-top:.9rem}}
.row{{display:flex;flex-wrap:wrap;gap:1.5rem}}
svg{{max-width:100%;height:auto;color:var(--ink)}}
svg text{{fill:currentColor;font-family:system-ui,sans-serif}}
svg .halo{{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}}
svg .line{{stroke:currentColor;fill:none}}
svg .accent{{stroke:var(--accent)}}
svg .shape{{stroke:currentColor;fill:var(--paper)}}
svg .full{{fill:currentColor;stroke:none}}
svg .thin{{stroke:var(--line);fill:none}}
footer{{color:var(--faint);margin:2.5rem auto;border-top:1px solid var(--line)}}
@page{{size:A4;margin:16mm}}
@media print{{
:root{{color-scheme:light;{LIGHT}}}
html{{font-size:10pt}}
nav,.save{{display:none}}
h2,h3,h4,caption{{break-after:avoid}}
figure,tr,svg{{break-inside:avoid}}
pre{{white-space:pre-wrap}}
.wide{{overflow:visible}}
details::details-content{{content-visibility:visible;height:auto}}
header,main,footer{{max-width:none;padding:0}}
}}
""".strip()
