"""Bytes and facts: what each topic carries, decoded, encoded, sealed, refused with a reason. Reads topics/."""
