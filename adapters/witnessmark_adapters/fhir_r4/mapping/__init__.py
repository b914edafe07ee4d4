"""Our records written as R4 resources and read back; the only room with `fhir.resources`."""
