"""What agencies ask: advisory requests, their clock, appointments, and what others learn from them.

Answerable for whoever asks the office for advice and for what they are answered. Not for who they
are (``network``), not for what is lent (``network.lending``), not for what the office tells the
public by itself (``news``).
"""
