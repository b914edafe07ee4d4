"""The FHIR R4 adapter without a network."""
