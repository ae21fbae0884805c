"""Texts that a page which writes them as HTML, an attribute, a link or a script would run."""

from typing import Final

PAYLOADS: Final = (
    "<script>window.__xss=1</script>",
    "<img src=x onerror=window.__xss=2>",
    "<svg onload=window.__xss=3>",
    "<svg><script>window.__xss=4</script></svg>",
    '"><img src=x onerror=window.__xss=5>',
    "' autofocus onfocus=window.__xss=6 x='",
    "<iframe srcdoc='<script>parent.__xss=7</script>'></iframe>",
    "<a href='javascript:window.__xss=8'>click</a>",
    "javascript:window.__xss=9",
    "<details open ontoggle=window.__xss=10>",
    "<body onload=window.__xss=11>",
    "<input autofocus onfocus=window.__xss=12>",
    "<math><mtext><script>window.__xss=13</script></mtext></math>",
    "</title><script>window.__xss=14</script>",
    "</script><script>window.__xss=15</script>",
    "$\\href{javascript:window.__xss=16}{click}$",
    "<b>bold</b> &lt;i&gt; &amp;",
    "{{constructor.constructor('window.__xss=17')()}}",
    "${window.__xss=18}",
    "<style>@import 'javascript:window.__xss=19'</style>",
)
