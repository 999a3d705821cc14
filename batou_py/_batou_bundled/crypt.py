"""Hashes of passwords, with the interface of the standard module that Python 3.13 dropped. The work is done natively."""

import errno
from collections import namedtuple

import _batou_passwords

__all__ = ["METHOD_BLOWFISH", "METHOD_MD5", "METHOD_SHA256", "METHOD_SHA512", "crypt", "methods", "mksalt"]


class _Method(namedtuple("_Method", "name ident salt_chars total_size")):
    """A method to hash passwords."""

    def __repr__(self):
        return f"<crypt.METHOD_{self.name}>"


METHOD_SHA512 = _Method("SHA512", "6", 16, 106)
METHOD_SHA256 = _Method("SHA256", "5", 16, 63)
METHOD_BLOWFISH = _Method("BLOWFISH", "2b", 22, 60)
METHOD_MD5 = _Method("MD5", "1", 8, 34)

#: The strongest first.
methods = [METHOD_SHA512, METHOD_SHA256, METHOD_BLOWFISH, METHOD_MD5]


def mksalt(method=None, *, rounds=None):
    """A random salt for a method, the strongest if none is given; ``rounds`` say how much work a hash is."""
    import random
    import string

    if method is None:
        method = methods[0]
    if rounds is not None and not isinstance(rounds, int):
        raise TypeError(f"{type(rounds).__name__} object cannot be interpreted as an integer")
    head = f"${method.ident}$"
    if method is METHOD_BLOWFISH:
        rounds = 1 << 12 if rounds is None else rounds
        cost = rounds.bit_length() - 1
        if rounds < 16 or rounds != 1 << cost or cost > 31:
            raise ValueError("rounds must be a power of 2 from 2**4 to 2**31")
        head += f"{cost:02d}$"
    elif method in (METHOD_SHA512, METHOD_SHA256):
        if rounds is not None:
            if not 1000 <= rounds <= 999_999_999:
                raise ValueError("rounds out of the range 1000 to 999_999_999")
            head += f"rounds={rounds}$"
    elif rounds is not None:
        raise ValueError(f"{method} doesn't support the rounds argument")
    letters = string.ascii_letters + string.digits + "./"
    choice = random.SystemRandom().choice
    return head + "".join(choice(letters) for _ in range(method.salt_chars))


def crypt(word, salt=None):
    """The hash of a password; ``salt`` is a method, a salt, a hash to compare with, or the strongest method."""
    if salt is None or isinstance(salt, _Method):
        salt = mksalt(salt)
    try:
        return _batou_passwords.crypt(word, salt)
    except ValueError as error:
        # So the module did.
        raise OSError(errno.EINVAL, str(error)) from None
