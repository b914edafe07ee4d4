"""Clinical supervision as a plugin of the EHR a clinic already uses."""

__version__ = "0.1.0"
