"""What a card number (PAN) is, how one is recognised where it must not be, and what of it may be shown."""

import re

from app.contracts.reasons import PAN_INVALID, Refused

_SHORTEST, _LONGEST = 16, 19

# A number of a payment brand (first digit 2 to 6), in one piece or grouped as cards print it, and not part of a longer
# word: hexadecimal ids, time stamps and IBANs are none.
_IN_ONE_PIECE = r"[2-6][0-9]{12,18}"
_IN_FOURS = r"[2-6][0-9]{3}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1?[0-9]{1,3})?"
_FOUR_SIX_FIVE = r"3[0-9]{3}([ -])[0-9]{6}\2[0-9]{4,5}"
LOOKS_LIKE_ONE = (
    rf"(?<![0-9A-Za-z])(?<![0-9][ -])(?:{_IN_ONE_PIECE}|{_IN_FOURS}|{_FOUR_SIX_FIVE})(?![0-9A-Za-z])(?![ -][0-9])"
)
_PAN = re.compile(LOOKS_LIKE_ONE)
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")       # the digit sum of twice the digit
_BARE = re.compile(r"[0-9]{13,19}")


def check_pan(pan: str) -> str:
    """The number itself. Refused (PAN_INVALID) unless it is 16 to 19 digits with a valid check digit."""
    if not (pan.isascii() and pan.isdigit() and _SHORTEST <= len(pan) <= _LONGEST):
        raise Refused(PAN_INVALID, f"a card number is {_SHORTEST} to {_LONGEST} digits and nothing else")
    if not passes_luhn(pan):
        raise Refused(PAN_INVALID, "its check digit is wrong (Luhn): a digit was mistyped, or two were swapped")
    return pan


def passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B: double every second digit from the right; the digit sums add up to a multiple of ten."""
    codes = digits.encode()
    alternating = codes[::-2] + codes[-2::-2].translate(_DOUBLED)
    return (sum(alternating) - ord("0") * len(codes)) % 10 == 0


def holds_pan(text: str) -> bool:
    """Whether a card number with a valid check digit stands anywhere in the text."""
    return any(passes_luhn(re.sub("[ -]", "", found.group())) for found in _PAN.finditer(text))


def is_bare_digits(text: str) -> bool:
    """13 to 19 digits and nothing else: too like a card number to be stored, whatever its check digit says."""
    return _BARE.fullmatch(text) is not None


def masked_pan(pan: str) -> str:
    """At most what may be shown: the first six digits and the last four."""
    return f"{pan[:6]}{'*' * (len(pan) - 10)}{pan[-4:]}"
