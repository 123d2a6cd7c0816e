//! The URIs and codes that the importer knows.

pub(super) const CPR: &str = "urn:oid:1.2.208.176.1.2";
/// X-eCPR is `..1.1`, D-eCPR `..1.3` and the regions' arcs under it.
pub(super) const ELECTRONIC_CPR: &str = "urn:oid:1.2.208.176.1.6.1.";
/// KOMBIT's organisation ids occur in two forms: this one with bare ids, and one with `urn:uuid:` ids.
pub(super) const KOMBIT_BARE: &str = "https://www.kombit.dk/organisation";
pub(super) const KOMBIT_URN: &str = "https://kombit.dk/sts/organisation";

pub(super) const FFB: &str = "urn:oid:1.2.208.176.2.22";
pub(super) const FSIII: &str = "urn:oid:1.2.208.176.2.21";
pub(super) const SNOMED: &str = "http://snomed.info/sct";
pub(super) const CARE_SOCIAL: &str = "http://fhir.kl.dk/term/CodeSystem/CareSocialCodes";
pub(super) const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

/// `CareSocialCodes`, group Mål/formål: what kind of goal.
pub(super) const WISHES: [&str; 2] =
    ["416fe27d-3ccf-4390-8742-8b52a9d8dc78", "ffb9886b-d04e-46b1-9165-a400f91f822b"];
pub(super) const PURPOSE: &str = "424827b1-23aa-4848-962b-56ee47def560";
pub(super) const SUB_GOAL: &str = "6746d4af-145a-4bfd-a672-05c0cf11b53b";
pub(super) const GOALS: [&str; 2] =
    ["0bb3daef-538d-45dc-b444-abdbcb63f6bc", "ca552020-6ed1-4cdc-b0d4-32697f1f27ad"];

/// `CareSocialCodes`, group Målfokus: what a goal's target measures.
pub(super) const GOAL_TYPE: &str = "90c48f03-f194-4b2f-ad7d-6cba1069ae48";
pub(super) const FUNCTIONING: &str = "66959f77-6e2a-4574-8423-3ff097f8b9fa";

/// `CareSocialCodes`: FFB støttebehovsvurdering.
pub(super) const SUPPORT_NEED: &str = "effe55c7-572c-4a99-8fb4-2a9dda2f6572";
/// `CareSocialCodes`: opfølgning.
pub(super) const FOLLOW_UP: &str = "9f03dfbb-7a97-45a5-94db-d4c3501714a9";
/// SNOMED CT: the result of a follow-up.
pub(super) const FOLLOW_UP_RESULT: &str = "712744002";

/// Extensions, by the last part of their URL: the guides publish them under several bases.
pub(super) const CONDITION_RANK: &str = "ConditionRank";
pub(super) const LAST_ASSERTED: &str = "ConditionLastAssertedDate";
pub(super) const CASE_NUMBER: &str = "kl-reporting-ffb-municipalityCaseNumber";
pub(super) const FOLLOW_UP_DATE: &str = "kl-reporting-ffb-follow-up-date-extension";
pub(super) const BASED_ON_REQUEST: &str = "BasedOnServiceRequest";

/// Where an extension or profile of the Danish guides is published.
pub(super) const GUIDES: [&str; 3] = [
    "http://fhir.kl.dk/ffbreporting/StructureDefinition/",
    "http://fhir.kl.dk/core/StructureDefinition/",
    "http://hl7.dk/fhir/core/StructureDefinition/",
];

/// The name of one of the guides' own extensions or profiles; nothing for anybody else's.
pub(super) fn name_in_guides(url: &str) -> Option<&str> {
    GUIDES.iter().find_map(|base| url.strip_prefix(base))
}
