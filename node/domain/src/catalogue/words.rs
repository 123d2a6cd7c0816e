//! The words that people choose from.

use jiff::civil::date;

use super::{Entry, Validity};

/// As far back as any of the trial's plans.
const ALWAYS: Validity = Validity { from: date(2000, 1, 1), until: None };

const fn word(id: &'static str, danish: &'static str) -> Entry {
    Entry { id, danish, validity: ALWAYS }
}

/// The sectors whose efforts one plan gathers.
pub const SECTORS: &[Entry] = &[
    word("social", "Social indsats for voksne"),
    word("employment", "Beskæftigelse"),
    word("health", "Sundhed og pleje"),
    word("children", "Børn, unge og familie"),
    word("education", "Uddannelse"),
    word("housing", "Bolig"),
    word("integration", "Integration"),
    word("unsorted", "Ikke placeret"),
];

/// The kinds of plan that one plan is made of.
pub const PLAN_KINDS: &[Entry] = &[
    word("one-plan", "Én plan"),
    word("min-plan", "Min Plan"),
    word("sick-pay-follow-up", "Opfølgningsplan, sygedagpenge"),
    word("rehabilitation", "Rehabiliteringsplanens indsatsdel"),
    word("mentor", "Mentorplan"),
    word("section-141", "Handleplan efter serviceloven § 141"),
    Entry {
        id: "children-section-140",
        danish: "Handleplan efter serviceloven § 140",
        validity: Validity { from: date(2000, 1, 1), until: Some(date(2023, 12, 31)) },
    },
    Entry {
        id: "child-plan",
        danish: "Barnets plan",
        validity: Validity { from: date(2024, 1, 1), until: None },
    },
    Entry {
        id: "youth-plan",
        danish: "Ungeplan",
        validity: Validity { from: date(2024, 1, 1), until: None },
    },
];

/// The areas of life in which a citizen's situation is described.
pub const AREAS_OF_LIFE: &[Entry] = &[
    word("home", "Bolig"),
    word("economy", "Økonomi"),
    word("work", "Arbejde"),
    word("learning", "Uddannelse og læring"),
    word("physical-health", "Fysisk helbred"),
    word("mental-health", "Psykisk helbred"),
    word("substance-use", "Rusmidler"),
    word("family", "Familie og forældreskab"),
    word("relations", "Netværk og relationer"),
    word("everyday-life", "Hverdag og praktiske opgaver"),
    word("mobility", "Mobilitet og transport"),
    word("language", "Sprog og kommunikation"),
];

/// Why a receiver can say no.
pub const REJECTION_REASONS: &[Entry] = &[
    word("not-moved-here", "Borgeren er ikke flyttet hertil"),
    word("former-still-acts", "Fraflytningskommunen er fortsat handlekommune"),
    word("basis-insufficient", "Grundlaget dækker ikke det, der er brug for"),
    word("already-has-plan", "Borgeren har allerede en plan her"),
    word("not-in-target-group", "Borgeren er ikke i målgruppen her"),
    word("wrong-recipient", "Sendt til forkert kommune"),
    word("other", "Anden grund, se tråden"),
];
