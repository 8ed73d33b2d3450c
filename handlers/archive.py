"""The archive that an export comes in, and its passphrase.

A zip as WinZip encrypts it: AES-256 in counter mode, each file authenticated by HMAC-SHA1, both keys drawn from the passphrase by
1,000 rounds of PBKDF2 (winzip.com, "AES Encryption Information: Encryption Specification AE-1 and AE-2"). So few rounds slow
a guesser down by little: the passphrase alone has to be too long to guess. Names, sizes and times of the files are not encrypted.
"""

import io
import secrets
from collections.abc import Mapping
from datetime import datetime

from mentoring.secret import Secret

NAME = "mentor-export.zip"
"""What the archive is called where it is sent; it says nothing either."""
CONSONANTS, VOWELS = "bdfghjklmnprstvz", "aiou"
GROUPS = 7
BITS = 112
"""What a guesser has to guess: seven groups of three consonants, four bits each, and two vowels, two bits each."""
AE_2 = 2
"""The edition of the format without checksums of the contents, which would tell what short ones are."""
OWNERS_ALONE = 0o600
"""The mode that a file is unpacked with, where there are modes."""
QUICKEST = 1
"""zlib's quickest level: what is written here is small, and someone waits for it."""


def new_passphrase() -> Secret[str]:
    """Return a fresh passphrase, to be read aloud and typed: "lusab-babad-gutih-…".

    Consonants and vowels alternate, none of which look or sound alike (after Wilkerson, "A Proposal for Proquints",
    arxiv.org/html/0901.4016).
    """
    return Secret("-".join(_group() for _ in range(GROUPS)))


def _group() -> str:
    return "".join(
        secrets.choice(letters) for letters in (CONSONANTS, VOWELS, CONSONANTS, VOWELS, CONSONANTS)
    )


def archive(files: Mapping[str, bytes], passphrase: Secret[str], now: datetime) -> bytes:
    """Return the files in one archive that opens with the passphrase alone."""
    # Loading it takes longer than making an archive, and most processes never make one.
    import pyzipper  # type: ignore[import-untyped]  # noqa: PLC0415 - it has no types

    made = io.BytesIO()
    with pyzipper.AESZipFile(made, "w") as zipped:
        zipped.setpassword(passphrase.reveal().encode())
        zipped.setencryption(pyzipper.WZ_AES, nbits=256, force_wz_aes_version=AE_2)
        for name, content in files.items():
            entry = zipped.zipinfo_cls(name, date_time=now.timetuple()[:6])
            entry.external_attr = OWNERS_ALONE << 16
            zipped.writestr(entry, content, compress_type=pyzipper.ZIP_DEFLATED, compresslevel=QUICKEST)
    return made.getvalue()
