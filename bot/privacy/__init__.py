"""Personal data: masked where words travel, sealed where it must be known, gone when its time is over."""

from bot.privacy.mask import Found, Masked, mask

__all__ = ["Found", "Masked", "mask"]
