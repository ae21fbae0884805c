"""A page without scripts, for the moments when the real one cannot be shown.

It stands alone (no other file is needed, so it also works before anybody is let in) and follows
the colours of the design's tokens in both themes.
"""

from html import escape
from string import Template
from typing import Final

_PAGE: Final = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
$refresh<title>$title · Lodemap</title>
<style>
:root { --bg: #F1F3F4; --surface: #FFFFFF; --line: #848E97; --ink: #14191D; --ink2: #47515A;
  --accent: #0B6570; --on-accent: #FFFFFF; --bad: #B3261E; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --bg: #0C0F12; --surface: #14181C; --line: #6A757F;
  --ink: #EBEFF2; --ink2: #B3BDC6; --accent: #56C4CD; --on-accent: #03191C; --bad: #FF8F85; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--bg);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { background: var(--surface); border-radius: 12px; padding: 32px; margin: 16px;
  max-width: 26rem; }
h1 { font-size: 20px; font-weight: 600; margin: 0 0 8px; }
p { color: var(--ink2); margin: 0 0 20px; overflow-wrap: anywhere; }
form { display: flex; gap: 8px; margin: 0 0 20px; }
form.tall { flex-direction: column; gap: 14px; margin: 0; }
form[hidden] { display: none; }
form.tall input { padding: 9px 12px; font-size: 15px; color: var(--ink); }
label { display: grid; gap: 4px; font-size: 13px; color: var(--ink2); }
a.plain { background: none; color: var(--accent); padding: 0; text-decoration: underline; }
.problem { color: var(--bad); margin: 0; min-height: 1.5em; font-size: 13px; }
.brand { display: flex; align-items: center; gap: 8px; font-weight: 600; margin: 0 0 20px;
  color: var(--ink); }
.brand svg { width: 22px; height: 22px; }
main:has(form.tall) { width: min(22rem, calc(100vw - 96px)); }
button[disabled] { opacity: .6; cursor: default; }
input { flex: 1; min-width: 0; font: inherit; color: inherit; background: var(--bg);
  border: 1px solid var(--line); border-radius: 6px; padding: 6px 10px; }
a, button { font: inherit; display: inline-block; color: var(--on-accent);
  background: var(--accent); border: 0; border-radius: 6px; padding: 7px 14px;
  text-decoration: none; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
</style>
</head>
<body><main><h1>$title</h1><p>$sentence</p>$action</main></body>
</html>
""")
_BACK: Final = '<a href="/">Open the map</a>'
_TOKEN_FORM: Final = (
    '<form method="get" action="/"><input name="token" type="password" aria-label="Token" '
    'placeholder="Token" autocomplete="off" autofocus required><button>Open</button></form>'
)


def plain_page(title: str, sentence: str, *, asks_token: bool = False) -> str:
    """Return a whole HTML page that says one sentence and offers one way on."""
    action = _TOKEN_FORM if asks_token else _BACK
    return whole_page(title, sentence, action)


def passing_page(title: str, sentence: str, address: str) -> str:
    """Return a page that goes on to an address at once, and keeps no place in the history."""
    there = escape(address)
    refresh = f'<meta http-equiv="refresh" content="0; url={there}">\n'
    return whole_page(title, sentence, f'<a href="{there}">Open the map</a>', refresh)


def whole_page(title: str, sentence: str, action: str, refresh: str = "") -> str:
    """Return a page of a title, a sentence, and HTML below them; `refresh` goes into its head."""
    return _PAGE.substitute(
        title=escape(title), sentence=escape(sentence), action=action, refresh=refresh
    )
