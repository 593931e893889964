"""Turn curt or policy-heavy replies into empathetic ones, with every fact intact."""

__version__ = "0.1.0"
