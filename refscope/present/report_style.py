"""The style sheet of reports: both themes, one column on a phone, paper."""

from __future__ import annotations

from refscope.present.palette import DARK, LIGHT, Palette


def style_sheet() -> str:
    """The style of the page in both themes; one column, pictures that scroll by themselves on a phone."""
    dark = f"{_variables(DARK)}.l{{display:none}}.d{{display:block}}"
    return f"{_variables(LIGHT)}{_RULES}@media screen and (prefers-color-scheme:dark){{{dark}}}{_PRINT}"


def _variables(colours: Palette) -> str:
    names = ("window", "panel", "line", "text", "text2", "leak", "leakbg", "watch", "watchbg", "ok", "okbg")
    return f":root{{{''.join(f'--{name}:{colours[name]};' for name in names)}}}"


_RULES = """
*{box-sizing:border-box}
body{margin:0;background:var(--window);color:var(--text);
font:15px/1.5 Inter,'Segoe UI','Helvetica Neue',Arial,'Liberation Sans',sans-serif;overflow-wrap:anywhere}
main{max-width:1120px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:26px;line-height:1.25;margin:2px 0 12px}h2{font-size:19px;margin:34px 0 10px}
h3{font-size:16px;margin:0 0 8px;line-height:1.4}
header p:first-child{margin:0;color:var(--text2)}p{margin:8px 0}
article,figure,.wide,dl,.note,.verdict{background:var(--panel);border:1px solid var(--line);border-radius:8px}
article{padding:16px;margin:0 0 16px;border-left:5px solid var(--watch)}
article.leak{border-left-color:var(--leak)}article.ok{border-left-color:var(--ok)}
.verdict,.note{padding:10px 14px;margin:8px 0}
.verdict.leak{background:var(--leakbg);color:var(--leak)}.verdict.ok{background:var(--okbg);color:var(--ok)}
.verdict.watch,.note{background:var(--watchbg);color:var(--watch)}
.badge{display:inline-block;padding:0 8px;border-radius:10px;font-size:13px;border:1px solid currentColor}
.leak .badge{color:var(--leak)}.watch .badge{color:var(--watch)}.ok .badge{color:var(--ok)}
.code,.steps,pre{font:13px/1.55 'JetBrains Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace}
pre{white-space:pre-wrap;margin:8px 0 0;padding:10px;border:1px solid var(--line);border-radius:6px}
.code{font-weight:600}.steps{color:var(--text2);padding-left:34px;margin:8px 0}
figure{margin:12px 0;padding:0;overflow-x:auto}
figure svg{display:block;max-width:100%;height:auto;margin:0 auto}
.d{display:none}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:5px 12px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child{text-align:left;white-space:normal;font-weight:400;min-width:8.5em;overflow-wrap:break-word}
thead th{color:var(--text2);font-weight:600}
tbody tr:last-child>*{border-bottom:0}
article .wide{margin:10px 0}
.words th,.words td{text-align:left;white-space:normal}.words td{min-width:9em}
details{margin:10px 0}summary{cursor:pointer;color:var(--text2);padding:4px 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:0;padding:14px}
dt{color:var(--text2)}dd{margin:0}
@media (max-width:700px){main{padding:14px 10px 32px}article{padding:12px}
figure svg{max-width:none}.chart svg{width:760px}.graph svg{width:auto}
th,td{padding:5px 8px}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}}
"""
_PRINT = """
@media print{body{background:#fff;font-size:11pt}main{max-width:none;padding:0}
article,figure,tr{break-inside:avoid}h2,h3{break-after:avoid}figure,.wide{overflow:visible}
figure svg{max-width:100%!important;width:auto!important}}
"""
