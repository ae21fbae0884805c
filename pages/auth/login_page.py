"""The pages of who is not let in yet: sign in, or come in by an invite.

They load one script, `assets/auth/login.mjs`, and nothing of the app.
"""

from html import escape
from typing import Final

from pages.plain_page import whole_page

_SCRIPT: Final = '<script type="module" src="/assets/auth/login.mjs"></script>\n'
_BRAND: Final = (
    '<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" '
    'fill="#0b6570"/><g fill="none" stroke="#fff" stroke-width="1.8"><path d="M16 5.5c5.5-.4 10.5 '
    '3.8 10.5 10.1S21.9 26.5 16 26.5 5.1 22.3 5.5 16 10.1 5.9 16 5.5z"/></g><path d="m20.8 '
    '10.2-3.1 7.5-6.5 4.1 3-7.5z" fill="#fff"/></svg>'
)
_PROBLEM: Final = '<p class="problem" role="alert" id="problem"></p>'
_PASSWORD: Final = (
    '<form class="tall" id="sign-in" method="post"><label>Name<input name="name" '
    'autocomplete="username" autocapitalize="off" spellcheck="false" maxlength="60" autofocus '
    'required></label><label>Password<input name="password" type="password" '
    'autocomplete="current-password" maxlength="200" required></label>'
    f"{_PROBLEM}<button>Sign in</button></form>"
)
_PROVIDER: Final = '<a href="/login/oidc" id="provider">Sign in</a>'
_INVITE: Final = (
    '<form class="tall" id="invite" method="post"><label>Your name, as others see it'
    '<input name="name" autocomplete="name" maxlength="60" autofocus required></label>'
    f"{_PROBLEM}<button>Come in</button></form>"
)


def login_page(*, asks_password: bool) -> str:
    """Return the page on which people sign in."""
    if asks_password:
        return _branded("Sign in", "Lodemap is a map that learns from your hands.", _PASSWORD)
    return _branded("Sign in", "You are taken to your sign-in page, and back here.", _PROVIDER)


def invite_page() -> str:
    """Return the page an invite opens; its secret is behind the # and never sent in an address."""
    return _branded("You are invited", "Say who you are, and look at the map.", _INVITE)


def arrived_page(person_id: str) -> str:
    """Return the page between a provider and the map.

    The browser asks for the map from here, a page of ours, and only so sends its Strict cookie; the
    script first lets go of what another person left unsent in this browser.
    """
    way = f'<a href="/" id="arrived" data-person="{escape(person_id)}">Open the map</a>'
    return _branded("Come in", "The map opens in a moment.", way)


def failed_page(sentence: str) -> str:
    """Return the page of a sign-in at a provider that did not work out."""
    return _branded("That did not work", sentence, '<a href="/login/oidc">Try again</a>')


def _branded(title: str, sentence: str, action: str) -> str:
    page = whole_page(title, sentence, action, _SCRIPT)
    return page.replace("<main>", f'<main><div class="brand">{_BRAND}Lodemap</div>', 1)
