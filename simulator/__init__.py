"""Monte Carlo forecasts of what customer-service AI contracts cost."""

__version__ = "0.1.0"
