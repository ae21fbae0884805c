"""Names that lead elsewhere where somebody makes a path of them."""

from typing import Final

TRAVERSALS: Final = (
    "..", "../", "../../etc/passwd", "../../../../../../etc/passwd", "/etc/passwd", "//etc/passwd",
    "./../secret_key", "a/../../secret_key", "....//....//secret_key", "..;/secret_key",
    "..\\..\\secret_key", "..\\/secret_key", "C:\\windows\\win.ini", "C:/windows/win.ini",
    "\\\\host\\share\\x", "file:///etc/passwd", "%2e%2e/secret_key", "..%2fsecret_key",
    "%2e%2e%2fsecret_key", "..%5csecret_key", "%252e%252e%252fsecret_key", "..%c0%afsecret_key",
    "..%u2215secret_key", "%2e%2e%5c%2e%2e%5csecret_key", "..%00/secret_key", "secret_key%00.png",
    "secret_key\x00.png", "..\x00", "~/.ssh/id_rsa", "~root", "$HOME/x", "${HOME}/x", "`id`",
    "x" * 300, "CON", "nul.txt", "a.", "a ", ".hidden", "\u2025/\u2025/secret_key",
    "\uff0e\uff0e/secret_key", "..\u2215secret_key", "../app.py", "../../data/lodemap.db",
)  # fmt: skip
