"""The key that signs cookies: one of the app's own, or one that the apps of an address share."""

import re
from pathlib import Path
from typing import Final

from pages.session import KEY_BYTES, load_secret_key
from store.errors import SettingsError
from store.settings import Settings

_HEX: Final = re.compile(rb"[0-9a-fA-F]{%d}" % (2 * KEY_BYTES))


def signing_key(settings: Settings) -> bytes:
    """Return the key of these settings, 32 bytes.

    Raises:
        SettingsError: the shared file cannot be read, or holds no key.
        StartError: the app's own is damaged.
    """
    if settings.secret_key_file is None:
        return load_secret_key(settings.data_dir / "secret_key")
    return read_shared_key(settings.secret_key_file)


def read_shared_key(path: Path) -> bytes:
    """Return the key that a file holds as 64 hexadecimal digits.

    Nothing is written there: two apps that start at once must not make two keys.

    Raises:
        SettingsError: it cannot be read, or holds something else.
    """
    try:
        text = path.read_bytes().strip()
    except OSError as error:
        raise SettingsError(
            f"secret_key_file {path} cannot be read ({error.strerror}); make it with "
            "openssl rand -hex 32."
        ) from None
    if _HEX.fullmatch(text) is None:
        raise SettingsError(
            f"secret_key_file {path} must hold {2 * KEY_BYTES} hexadecimal digits; make it with "
            "openssl rand -hex 32."
        )
    return bytes.fromhex(text.decode())
