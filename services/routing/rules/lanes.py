"""The weights of one feature for all labels, side by side in one integer: to add up a text is to add integers."""

from collections.abc import Sequence

GREATEST = 44
"""A weight is a whole number between -44 and 44."""
ZERO = "O"
"""A weight is written as the character so many places after or before this one."""
_LANE = 16  # bits
_AT_ONCE = (1 << (_LANE - 1)) // GREATEST - 1


def written(weights: Sequence[int]) -> str:
    """Weights as a model's line writes them; what is too great is cut off."""
    return "".join(chr(ord(ZERO) + max(-GREATEST, min(GREATEST, weight))) for weight in weights)


def packed(weights: str) -> int:
    """Written weights, each in its lane. Raises ValueError for one that is too great."""
    lanes = 0
    for place, char in enumerate(weights):
        weight = ord(char) - ord(ZERO)
        if abs(weight) > GREATEST:
            raise ValueError(f"{char!r} is no weight")
        lanes += weight << (_LANE * place)
    return lanes


class Lanes:
    """Sums of packed weights for so many labels."""

    def __init__(self, labels: int) -> None:
        self._size = labels * _LANE // 8
        self._sign = sum(1 << (_LANE * place + _LANE - 1) for place in range(labels))

    def summed(self, features: Sequence[int]) -> Sequence[int]:
        """The sum for each label; so many at once that none leaves its lane."""
        parts = [self._sum(features[at : at + _AT_ONCE]) for at in range(0, len(features) or 1, _AT_ONCE)]
        return parts[0] if len(parts) == 1 else list(map(sum, zip(*parts, strict=True)))

    def _sum(self, features: Sequence[int]) -> Sequence[int]:
        """Raised by half of what a lane holds no lane borrows from the next; the other operation takes it off again."""
        signed = (sum(features) + self._sign) ^ self._sign
        return memoryview(signed.to_bytes(self._size, "little")).cast("h")
