//! Why a plan was not changed.

use crate::Kommunekode;
use crate::basis::BasisRefusal;
use crate::catalogue::ExemptionProblem;
use crate::plan::{AssessmentRefusal, MergeRefusal};

/// Why a command changed nothing. `Display` is for the log and the program, [`PlanRefusal::what_to_do`] for the screen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefusal {
    /// There is no plan to change.
    #[error("there is no plan for this citizen here")]
    NoPlan,
    /// The citizen has a plan here already.
    #[error("the citizen has a plan here already")]
    AlreadyHere,
    /// The plan is closed.
    #[error("the plan is closed")]
    Closed,
    /// Another municipality has it.
    #[error("the plan was handed over to municipality {to}")]
    HandedOver {
        /// Who.
        to: Kommunekode,
    },
    /// It is frozen while it is handed over.
    #[error("the plan is being handed over and can't be changed meanwhile")]
    HandoverUnderWay,
    /// A goal, an action or a note without words.
    #[error("the text is empty")]
    EmptyText,
    /// The catalogue has no such sector today.
    #[error("the catalogue has no such sector today")]
    UnknownSector,
    /// Something else has this id.
    #[error("the id is in use for something else in this plan")]
    IdInUse,
    /// The plan has no legal basis of this id.
    #[error("the plan has no such legal basis")]
    NoSuchBasis,
    /// Only a consent can be withdrawn.
    #[error("only a consent can be withdrawn, and this basis rests on a statute")]
    NotAConsent,
    /// The goal that an action names is not in the plan.
    #[error("the plan has no such goal")]
    NoSuchGoal,
    /// What was to be changed is not in the plan.
    #[error("the plan has no such item")]
    NoSuchItem,
    /// The wish that a purpose names is not in the plan.
    #[error("the plan has no such wish")]
    NoSuchWish,
    /// The source plan that something was taken from is not in the plan.
    #[error("the plan has no such source plan")]
    NoSuchSourcePlan,
    /// The catalogue has no such area of life today.
    #[error("the catalogue has no such area of life today")]
    UnknownArea,
    /// The catalogue had no such kind of plan on its day.
    #[error("the catalogue has no such kind of plan on that day")]
    UnknownPlanKind,
    /// The catalogue has no such provision for interventions on the day.
    #[error("the catalogue has no such provision for interventions on that day")]
    UnknownProvision,
    /// The exemption cannot carry the action.
    #[error("the action cannot lean on the exemption: {0}")]
    Exemption(#[from] ExemptionProblem),
    /// A contact person without a name.
    #[error("the contact person has no name")]
    ContactWithoutName,
    /// A decision that names no provision: forvaltningsloven § 24 demands one.
    #[error("the decision names no provision")]
    GrantWithoutProvision,
    /// A day before 1900, or further ahead than any plan.
    #[error("the day is before 1900 or more than fifty years ahead")]
    DayOutOfRange,
    /// Something is said to have happened on a day that has not come.
    #[error("the day has not come yet")]
    DayNotCome,
    /// An end before its beginning.
    #[error("it would end before it begins")]
    EndsBeforeItBegins,
    /// What a report brought is changed where the report comes from.
    #[error("the item comes from a report and is changed by the next report alone")]
    FromAReport,
    /// A goal is not held, and a note is not finished.
    #[error("that cannot be said of this kind of item")]
    NotForThisKind,
    /// It has ended, was given up, or was entered in error.
    #[error("the item is over")]
    ItemIsOver,
    /// Whoever it is cannot hold custody over the citizen.
    #[error("a relation of this kind holds no custody over the citizen")]
    CustodyNotTheirs,
    /// The citizen is of age.
    #[error("nobody holds custody over somebody of age")]
    CustodyOverAnAdult,
    /// Custody is another's then, or two share it already.
    #[error("custody is held by another at that time")]
    CustodyHeldByAnother,
    /// The plan names somebody else without a provision that lets it.
    #[error("the plan may not name somebody else without a provision or that person's consent")]
    NoGroundForThirdPerson,
    /// A ground for naming somebody, and nobody named.
    #[error("neither a number nor a name is given")]
    NobodyNamed,
    /// The citizen is nobody's relation of their own.
    #[error("the number is the citizen's own")]
    RelatedToOneself,
    /// The relation is there, at the same time.
    #[error("the relation is in the plan already")]
    RelationAlreadyThere,
    /// Siblings share it.
    #[error("the item is shared with siblings and is changed in all their plans at once")]
    SharedWithSiblings,
    /// It is this plan's own.
    #[error("the item is not shared")]
    NotShared,
    /// They are not recorded as siblings.
    #[error("the citizens are not recorded as siblings of each other")]
    NotSiblings,
    /// One of them is of age.
    #[error("one of the citizens is of age, and a shared plan is for children")]
    SharedPlanOfAnAdult,
    /// Nothing of the sort is found in the plan now.
    #[error("no such finding is in the plan now")]
    NoSuchFinding,
    /// Something cannot pull against itself.
    #[error("two different items are needed")]
    OpposesItself,
    /// The same goal is evaluated twice at one follow-up.
    #[error("the same goal is evaluated twice")]
    EvaluatedTwice,
    /// Somebody who is at a meeting for work has no name.
    #[error("a participant who is there for work has no name")]
    ParticipantWithoutName,
    /// Nobody of that number was asked to the meeting.
    #[error("the meeting has no such participant")]
    NoSuchParticipant,
    /// More people or decisions than a meeting can have.
    #[error("more than a hundred participants or decisions")]
    TooManyAtAMeeting,
    /// Nobody is to do what was decided.
    #[error("the decision names nobody who does it")]
    DecisionWithoutDoer,
    /// What was decided would have been done before the meeting.
    #[error("the decision's day is before the meeting's")]
    DecisionBeforeMeeting,
    /// What was written to the coordinating caseworker is read by them.
    #[error("the note is written to the coordinating caseworker, who alone can say that it is read")]
    NotTheirNote,
    /// The assessment is none.
    #[error("the assessment can't be recorded: {0}")]
    Assessment(#[from] AssessmentRefusal),
    /// What was to become one can't.
    #[error("it can't be merged: {0}")]
    Merge(#[from] MergeRefusal),
    /// What arrived is not open.
    #[error("the plan that arrived is not open")]
    ArrivedNotOpen,
    /// The legal basis doesn't hold.
    #[error("the legal basis can't be recorded")]
    Basis(#[from] BasisRefusal),
}

impl PlanRefusal {
    /// A stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPlan => "PLAN_NOT_FOUND",
            Self::AlreadyHere => "PLAN_ALREADY_HERE",
            Self::Closed => "PLAN_CLOSED",
            Self::HandedOver { .. } => "PLAN_HANDED_OVER",
            Self::HandoverUnderWay => "HANDOVER_UNDER_WAY",
            Self::EmptyText => "TEXT_EMPTY",
            Self::UnknownSector => "SECTOR_UNKNOWN",
            Self::IdInUse => "ID_IN_USE",
            Self::NoSuchBasis => "BASIS_NOT_FOUND",
            Self::NotAConsent => "BASIS_NOT_A_CONSENT",
            Self::NoSuchGoal => "GOAL_NOT_FOUND",
            Self::NoSuchItem => "ITEM_NOT_FOUND",
            Self::NoSuchWish => "WISH_NOT_FOUND",
            Self::NoSuchSourcePlan => "SOURCE_PLAN_NOT_FOUND",
            Self::UnknownArea => "AREA_UNKNOWN",
            Self::UnknownPlanKind => "PLAN_KIND_UNKNOWN",
            Self::UnknownProvision => "PROVISION_UNKNOWN",
            Self::Exemption(ExemptionProblem::Unknown) => "EXEMPTION_UNKNOWN",
            Self::Exemption(ExemptionProblem::NotAdopted) => "EXEMPTION_NOT_ADOPTED",
            Self::Exemption(ExemptionProblem::OutOfTime) => "EXEMPTION_OUT_OF_TIME",
            Self::ContactWithoutName => "CONTACT_WITHOUT_NAME",
            Self::GrantWithoutProvision => "GRANT_WITHOUT_PROVISION",
            Self::DayOutOfRange => "DAY_OUT_OF_RANGE",
            Self::DayNotCome => "DAY_NOT_COME",
            Self::EndsBeforeItBegins => "ENDS_BEFORE_IT_BEGINS",
            Self::FromAReport => "ITEM_FROM_A_REPORT",
            Self::NotForThisKind => "NOT_FOR_THIS_KIND",
            Self::ItemIsOver => "ITEM_IS_OVER",
            Self::CustodyNotTheirs => "CUSTODY_NOT_THEIRS",
            Self::CustodyOverAnAdult => "CUSTODY_OVER_AN_ADULT",
            Self::CustodyHeldByAnother => "CUSTODY_HELD_BY_ANOTHER",
            Self::NoGroundForThirdPerson => "THIRD_PERSON_WITHOUT_GROUND",
            Self::NobodyNamed => "NOBODY_NAMED",
            Self::RelatedToOneself => "RELATED_TO_ONESELF",
            Self::RelationAlreadyThere => "RELATION_ALREADY_THERE",
            Self::SharedWithSiblings => "SHARED_WITH_SIBLINGS",
            Self::NotShared => "NOT_SHARED",
            Self::NotSiblings => "NOT_SIBLINGS",
            Self::SharedPlanOfAnAdult => "SHARED_PLAN_OF_AN_ADULT",
            Self::NoSuchFinding => "FINDING_NOT_FOUND",
            Self::OpposesItself => "OPPOSES_ITSELF",
            Self::EvaluatedTwice => "EVALUATED_TWICE",
            Self::ParticipantWithoutName => "PARTICIPANT_WITHOUT_NAME",
            Self::NoSuchParticipant => "PARTICIPANT_NOT_FOUND",
            Self::TooManyAtAMeeting => "TOO_MANY_AT_A_MEETING",
            Self::DecisionWithoutDoer => "DECISION_WITHOUT_DOER",
            Self::DecisionBeforeMeeting => "DECISION_BEFORE_MEETING",
            Self::NotTheirNote => "NOT_THEIR_NOTE",
            Self::Merge(refusal) => refusal.code(),
            Self::ArrivedNotOpen => "ARRIVED_NOT_OPEN",
            Self::Assessment(refusal) => refusal.code(),
            Self::Basis(refusal) => refusal.code(),
        }
    }

    /// What the caseworker can do, in Danish.
    pub fn what_to_do(&self) -> String {
        let text = match self {
            Self::NoPlan => "Borgeren har ingen plan her. Opret den, eller importer en rapport.",
            Self::AlreadyHere => "Borgeren har allerede en plan her. Åbn den i stedet.",
            Self::Closed => "Planen er afsluttet og kan kun læses.",
            Self::HandedOver { to } => {
                let name = to.name().map_or_else(|| to.to_string(), |name| format!("{name} ({to})"));
                return format!("Planen er overdraget til {name}. Kontakt den kommune om ændringer.");
            }
            Self::HandoverUnderWay => {
                "Planen er ved at blive overdraget. Vent, til overdragelsen er gennemført eller tilbagekaldt."
            }
            Self::EmptyText => "Skriv en tekst, og prøv igen.",
            Self::UnknownSector => "Vælg en sektor fra kataloget.",
            Self::IdInUse => "Prøv igen med et nyt id.",
            Self::NoSuchBasis => "Vælg et af de grundlag, der er registreret på planen.",
            Self::NotAConsent => {
                "Grundlaget er en lovbestemmelse og kan ikke trækkes tilbage. Tilbagekald overdragelsen i stedet."
            }
            Self::NoSuchGoal => "Vælg et ønske, formål eller mål, der findes i planen.",
            Self::NoSuchItem => "Vælg noget, der står i planen. Slå planen op igen, og brug id'et derfra.",
            Self::NoSuchWish => "Vælg et af borgerens ønsker, der findes i planen.",
            Self::NoSuchSourcePlan => "Vælg en af de planer, der er samlet i denne plan.",
            Self::UnknownArea => "Vælg et livsområde fra kataloget.",
            Self::UnknownPlanKind => "Vælg en plantype, der fandtes på den dag.",
            Self::UnknownProvision => "Vælg en bestemmelse om indsatser, der gælder den dag, fra kataloget.",
            Self::Exemption(ExemptionProblem::Unknown) => "Vælg en fritagelse fra kataloget.",
            Self::Exemption(ExemptionProblem::NotAdopted) => {
                "Kommunen har ikke vedtaget fritagelsen. Følg den almindelige regel."
            }
            Self::Exemption(ExemptionProblem::OutOfTime) => {
                "Fritagelsen gælder ikke den dag. Følg den almindelige regel."
            }
            Self::ContactWithoutName => "Skriv kontaktpersonens navn.",
            Self::GrantWithoutProvision => {
                "Skriv den bestemmelse, afgørelsen er truffet efter. `enplan catalogue` viser dem."
            }
            Self::DayOutOfRange => "Ret datoen: den ligger før 1900 eller mere end 50 år frem.",
            Self::DayNotCome => "Dagen er ikke kommet endnu. Skriv den dag, det skete.",
            Self::EndsBeforeItBegins => "Slutdatoen ligger før startdatoen. Ret en af dem.",
            Self::FromAReport => "Det kommer fra et fagsystem. Ret det dér, og indlæs en ny rapport.",
            Self::NotForThisKind => "Det kan ikke siges om den slags. Se `enplan plan --help`.",
            Self::ItemIsOver => "Det er allerede afsluttet. Skriv noget nyt i stedet.",
            Self::CustodyNotTheirs => {
                "Forældremyndighed skrives i barnets egen plan, ved en forælder eller en anden indehaver."
            }
            Self::CustodyOverAnAdult => {
                "Borgeren er myndig. Skriv forælderen uden forældremyndighed, eller en værge."
            }
            Self::CustodyHeldByAnother => {
                "En anden har forældremyndigheden på det tidspunkt. Afslut den relation først med `enplan plan finish`, \
                 eller skriv fælles forældremyndighed hos begge."
            }
            Self::NoGroundForThirdPerson => {
                "En anden persons navn og nummer kræver et grundlag for sig: en bestemmelse fra kataloget eller personens \
                 samtykke. Uden det skrives relationen uden navn og nummer."
            }
            Self::NobodyNamed => "Skriv personens CPR-nummer eller navn, eller lad grundlaget være ude.",
            Self::RelatedToOneself => "Nummeret er borgerens eget. Skriv den anden persons.",
            Self::RelationAlreadyThere => {
                "Relationen står i planen. Afslut den først, hvis den er en anden nu."
            }
            Self::SharedWithSiblings => {
                "Det er fælles for søskende. Gentag med --siblings, så ændres det i alle deres planer på én gang."
            }
            Self::NotShared => "Det er ikke fælles for søskende. Gentag uden --siblings.",
            Self::NotSiblings => {
                "Børnene står ikke som søskende i planerne. Skriv det først med `enplan plan add-relation`, med CPR-nummer."
            }
            Self::SharedPlanOfAnAdult => {
                "En af dem er myndig, og en barnets plan er for børn. Skriv det i hver plan for sig."
            }
            Self::NoSuchFinding => {
                "Det er ikke fundet i planen nu: den er måske ændret. Se `enplan plan findings`, og prøv igen."
            }
            Self::OpposesItself => "Vælg to forskellige mål eller indsatser.",
            Self::EvaluatedTwice => "Samme mål er vurderet to gange. Skriv én vurdering af hvert mål.",
            Self::ParticipantWithoutName => {
                "Skriv fagpersonens navn. Borgerens og de pårørendes kan udelades."
            }
            Self::NoSuchParticipant => "Brug deltagernes numre, som planen viser dem, fra 1.",
            Self::TooManyAtAMeeting => {
                "Et møde har højst 100 deltagere og 100 beslutninger. Del det i flere."
            }
            Self::DecisionWithoutDoer => "Skriv, hvem der udfører beslutningen.",
            Self::DecisionBeforeMeeting => "Beslutningens dag ligger før mødet. Ret en af dem.",
            Self::NotTheirNote => "Kun den koordinerende sagsbehandler kan sige, at overleveringen er læst.",
            Self::Merge(refusal) => refusal.what_to_do(),
            Self::ArrivedNotOpen => "Den modtagne plan er afsluttet. Kontakt afsenderen.",
            Self::Assessment(refusal) => refusal.what_to_do(),
            Self::Basis(refusal) => return refusal.what_to_do(),
        };
        text.to_owned()
    }
}
