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
pub(super) const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
/// The municipalities' official codes.
pub(super) const MUNICIPALITIES: &str = "http://hl7.dk/fhir/core/CodeSystem/dk-core-municipality-codes";
pub(super) const CLINICAL: &str = "http://terminology.hl7.org/CodeSystem/condition-clinical";
pub(super) const VERIFICATION: &str = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
pub(super) const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

/// The URIs that KL published its code systems under before they had the ones above.
const OLD_SYSTEMS: [(&str, &str); 3] = [
    ("http://kl.dk/fhir/common/caresocial/CodeSystem/FFB", FFB),
    ("http://kl.dk/fhir/common/caresocial/CodeSystem/FSIII", FSIII),
    ("http://kl.dk/fhir/common/caresocial/CodeSystem/KLCommonCareSocialCodes", CARE_SOCIAL),
];

/// Where the guide for FFB messaging published its code systems before, and where it does now.
const OLD_MESSAGING_SYSTEMS: &str = "http://ffb/messaging/kl.dk/1.0/CodeSystem/";
const MESSAGING_SYSTEMS: &str = "http://fhir.kl.dk/ffbmessaging/CodeSystem/";

/// A code system by the URI that it has now, whichever it was named by.
pub(super) fn present_system(system: String) -> String {
    if let Some(name) = system.strip_prefix(OLD_MESSAGING_SYSTEMS) {
        return format!("{MESSAGING_SYSTEMS}{name}");
    }
    match OLD_SYSTEMS.iter().find(|(old, _)| *old == system) {
        Some((_, now)) => (*now).to_owned(),
        None => system,
    }
}

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
/// `CareSocialCodes`, group Planlagt indsatsforløb: social indsats.
pub(super) const SOCIAL_PATHWAY: &str = "e459386d-1474-4c31-89c5-c8bc7a25e3d4";
/// SNOMED CT: what the guides describe a goal without words by.
pub(super) const GOAL: &str = "410518001";
/// SNOMED CT: the result of a follow-up.
pub(super) const FOLLOW_UP_RESULT: &str = "712744002";

/// Extensions, by the last part of their URL: the guides publish them under several bases.
pub(super) const CONDITION_RANK: &str = "ConditionRank";
pub(super) const LAST_ASSERTED: &str = "ConditionLastAssertedDate";
pub(super) const CASE_NUMBER: &str = "kl-reporting-ffb-municipalityCaseNumber";
pub(super) const CORE_CASE_NUMBER: &str = "MunicipalityCaseNumber";
pub(super) const FOLLOW_UP_DATE: &str = "kl-reporting-ffb-follow-up-date-extension";
pub(super) const FOLLOW_UP_ENCOUNTER: &str = "FollowUpEncounter";
pub(super) const BASED_ON_REQUEST: &str = "BasedOnServiceRequest";
/// On an address: the municipality that it lies in, and the region.
pub(super) const MUNICIPALITY_CODE: &str = "dk-core-municipalityCodes";
pub(super) const REGION_CODE: &str = "dk-core-RegionalSubDivisionCodes";
/// In FFB messaging: who acts for the citizen.
pub(super) const ACTING_MUNICIPALITY: &str = "kl-messaging-ffb-actingMunicipality";
/// In FFB messaging: on which section of the act on guardianship a guardianship rests.
pub(super) const GUARDIANSHIP_FORM: &str = "kl-messaging-ffb-guardianshipForm";
/// The sections that it can rest on.
pub(super) const GUARDIANSHIP_FORMS: [&str; 3] = ["5", "6", "7"];
/// The roles of organisations in a team.
pub(super) const PARTICIPANT_ROLES: [&str; 3] =
    ["koordinerende-myndighed", "samarbejdende-myndighed", "koordinerende-udfører"];
/// HL7's scope of a consent that is about who may know what.
pub(super) const CONSENT_SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
pub(super) const PRIVACY: &str = "patient-privacy";
/// HL7's code of a consent to disclose information.
pub(super) const DISCLOSURE: &str = "IDSCL";
/// HL7's code of who receives it.
pub(super) const PARTICIPATION_TYPE: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
pub(super) const RECIPIENT: &str = "IRCP";
/// HL7's own, which KL-dk ties a sub-goal to its goal with.
pub(super) const GOAL_RELATIONSHIP: &str = "http://hl7.org/fhir/StructureDefinition/goal-relationship";
/// The words that KL-dk has for that tie.
pub(super) const PART_OF_GOAL: &str = "based-on";

/// Where an extension or profile of the Danish guides is published, or was.
const GUIDES: [&str; 7] = [
    FFB_REPORTING,
    FFB_MESSAGING,
    KL_CORE,
    "http://hl7.dk/fhir/core/StructureDefinition/",
    "https://hl7.dk/fhir/core/StructureDefinition/",
    "http://kl.dk/fhir/common/caresocial/StructureDefinition/",
    "http://ffb/messaging/kl.dk/1.0/StructureDefinition/",
];
const FFB_REPORTING: &str = "http://fhir.kl.dk/ffbreporting/StructureDefinition/";
const FFB_MESSAGING: &str = "http://fhir.kl.dk/ffbmessaging/StructureDefinition/";
const KL_CORE: &str = "http://fhir.kl.dk/core/StructureDefinition/";

/// The name of one of the guides' own extensions or profiles; nothing for anybody else's.
pub(super) fn name_in_guides(url: &str) -> Option<&str> {
    GUIDES.iter().find_map(|base| url.strip_prefix(base))
}

/// The URL of something in KL-dk, the guide that the others build on.
pub(super) fn core(name: &str) -> String {
    format!("{KL_CORE}{name}")
}

/// The URL of something in the guide for FFB reporting.
pub(super) fn ffb(name: &str) -> String {
    format!("{FFB_REPORTING}{name}")
}

/// The URL of something in the guide for FFB messaging.
pub(super) fn messaging(name: &str) -> String {
    format!("{FFB_MESSAGING}{name}")
}
