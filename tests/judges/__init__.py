"""The judges: independent R4 validators that look at every resource we emit. Test code only."""
