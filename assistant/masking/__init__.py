"""Personal data out of a text before it leaves for a language model elsewhere, and back in after.

What is masked: individual numbers (マイナンバー), telephone numbers, mail addresses, payment cards,
street addresses. Names of people are not: who said what is the business of minutes.
"""

from assistant.masking.mask import Mask
from assistant.masking.spans import Kind

__all__ = ["Kind", "Mask"]
