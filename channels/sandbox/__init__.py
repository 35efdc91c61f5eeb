"""The sandbox shop: a small chat platform to try Zaoan against.

It knows Zaoan only through the public contract: signed webhooks out, connector calls in,
and the signed read API for the agent's desk. A merchant's engineer can read it as the
worked example (docs/guide/webhook.md).
"""
