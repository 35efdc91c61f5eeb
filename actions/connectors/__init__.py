"""Outgoing calls to a merchant's platform, as the contract has them. Nothing is decided here."""

from actions.connectors.calls import Caller, CallFailed
from actions.connectors.mail import Mailer
from actions.connectors.merchant import Merchant
from actions.connectors.paging import Pager

__all__ = ["CallFailed", "Caller", "Mailer", "Merchant", "Pager"]
