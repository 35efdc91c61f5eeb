"""What the worker process does: sends the outbox, fires the timers."""
