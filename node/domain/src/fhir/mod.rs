//! FHIR R4 in: a bundle from a sector system becomes events of a plan, and a report of what was not understood.
