"""Clinical supervision as a plugin of the EHR a clinic already uses."""
