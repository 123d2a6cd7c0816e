//! Codes, times and places in words: Danish on the screen, stable codes in JSON.

use std::fmt;

use enplan_domain::catalogue::{
    AREAS_OF_LIFE, EXEMPTIONS, Entry, PLAN_KINDS, PROVISIONS, REJECTION_REASONS, SECTORS,
};
use enplan_domain::plan::SectionKind;
use enplan_domain::{Date, Kommunekode, Timestamp, danish_time};
use enplan_proto::handover::v1::{Side as WireSide, State as WireState};
use enplan_proto::plan::v1::{
    Aspect as WireAspect, Attendance as WireAttendance, CriterionFinding as WireFinding,
    Custody as WireCustody, Hold as WireHold, ItemKind as WireItemKind, Kinship as WireKinship,
    LinkRole as WireLinkRole, Membership as WireMembership, ProvisionUse as WireProvisionUse,
    Reach as WireReach, Topic as WireTopic, Voice as WireVoice,
};
use serde::Serialize;

/// What is empty on the wire is nothing.
pub(crate) fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// What is nothing is empty on the screen.
pub(crate) fn or_empty(text: Option<&String>) -> String {
    text.cloned().unwrap_or_default()
}

/// A municipality: its code, and its name where it is one of the network's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Municipality {
    code: String,
    name: Option<&'static str>,
}

impl Municipality {
    /// The municipality with this code, if there is a code.
    pub(crate) fn of(code: String) -> Option<Self> {
        let name = code.parse().ok().and_then(Kommunekode::name);
        some(code).map(|code| Self { code, name })
    }
}

impl fmt::Display for Municipality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name.unwrap_or(&self.code))
    }
}

/// A municipality's name, or nothing.
pub(crate) fn place(municipality: Option<&Municipality>) -> String {
    municipality.map(ToString::to_string).unwrap_or_default()
}

/// An instant on the wire.
pub(crate) fn instant(at: Option<prost_types::Timestamp>) -> Option<Timestamp> {
    at.and_then(|at| Timestamp::new(at.seconds, at.nanos).ok())
}

/// An instant on the wire's form.
pub(crate) fn on_the_wire(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }
}

/// An instant in Danish time, or nothing.
pub(crate) fn time(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_zoned(danish_time()).strftime("%d.%m.%Y kl. %H.%M").to_string()).unwrap_or_default()
}

/// A day as Danes write it; what is not a whole day stays as it is.
pub(crate) fn day(iso: Option<&String>) -> String {
    let text = or_empty(iso);
    text.parse::<Date>().map(|day| day.strftime("%d.%m.%Y").to_string()).unwrap_or(text)
}

fn danish(entries: &[Entry], id: &str) -> String {
    entries.iter().find(|entry| entry.id == id).map_or(id, |entry| entry.danish).to_owned()
}

/// A sector's name.
pub(crate) fn sector(id: &str) -> String {
    danish(SECTORS, id)
}

/// An area of life's name.
pub(crate) fn area(id: &str) -> String {
    danish(AREAS_OF_LIFE, id)
}

/// A kind of plan's name.
pub(crate) fn plan_kind(id: &str) -> String {
    danish(PLAN_KINDS, id)
}

/// An exemption's name.
pub(crate) fn exemption(id: &str) -> String {
    danish(EXEMPTIONS, id)
}

/// How a provision is cited.
pub(crate) fn citation(id: &str) -> String {
    PROVISIONS
        .iter()
        .find(|provision| provision.id == id)
        .map_or(id, |provision| provision.citation)
        .to_owned()
}

/// A kind of section's name.
pub(crate) fn section_kind(id: &str) -> String {
    SectionKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == id)
        .map_or_else(|| id.to_owned(), |kind| kind.danish().to_owned())
}

/// A section's name: its kind, and whose.
pub(crate) fn section(id: &str) -> String {
    match id.split_once('/') {
        Some((whose, kind)) => format!("{} ({})", section_kind(kind), sector(whose)),
        None => section_kind(id),
    }
}

/// Several names after each other.
pub(crate) fn list(ids: &[String], name: impl Fn(&str) -> String) -> String {
    ids.iter().map(|id| name(id)).collect::<Vec<_>>().join(", ")
}

/// A kind of legal basis in words.
pub(crate) fn basis_kind(id: &str) -> String {
    match id {
        "consent" => "Samtykke",
        "statutory_duty" => "Underretningspligt",
        "other_statute" => "Anden bestemmelse",
        other => other,
    }
    .to_owned()
}

/// Whose consent it is, in words.
pub(crate) fn giver(id: &str) -> String {
    match id {
        "citizen" => "Borgeren selv, eller en værge",
        "young-person" => "Den unge selv, eller forældremyndighedens indehaver",
        "custody-holder" => "Forældremyndighedens indehaver",
        other => other,
    }
    .to_owned()
}

/// Whether a legal basis holds, in words.
pub(crate) fn standing(id: &str) -> String {
    match id {
        "in_force" => "Gælder",
        "not_yet_valid" => "Gælder ikke endnu",
        "expired" => "Udløbet",
        "withdrawn" => "Trukket tilbage",
        "used" => "Brugt: planen er sendt",
        other => other,
    }
    .to_owned()
}

/// An item's status in words.
pub(crate) fn status(id: &str) -> String {
    match id {
        "proposed" => "Foreslået",
        "planned" => "Planlagt",
        "active" => "I gang",
        "on-hold" => "Sat på pause",
        "ended" | "completed" => "Afsluttet",
        "cancelled" => "Opgivet",
        "withdrawn" => "Fejloprettet",
        "unknown" => "Ukendt",
        other => other,
    }
    .to_owned()
}

/// What a caseworker must act on, in words.
pub(crate) fn finding(code: &str) -> String {
    match code {
        "CITIZEN_HAS_ANOTHER_PLAN" => "Borgeren har en åben plan mere her: læg den ene ind i den anden",
        other => other,
    }
    .to_owned()
}

/// Why a plan was closed, in words.
pub(crate) fn close_reason(id: &str) -> String {
    match id {
        "finished" => "Målene er nået",
        "citizen_declined" => "Borgeren ønsker den ikke længere",
        "moved_away" => "Borgeren er flyttet",
        "died" => "Borgeren er død",
        "merged" => "Lagt ind i borgerens anden plan",
        other => other,
    }
    .to_owned()
}

/// Why a handover ended, in words: the protocol's reason, or the one that the receiver chose from the catalogue.
pub(crate) fn ending(code: &str) -> String {
    match code.to_ascii_lowercase().as_str() {
        "revoked" => "Afsenderen kaldte tilbuddet tilbage",
        "basis_withdrawn" => "Samtykket er trukket tilbage",
        "basis_lapsed" => "Grundlaget er udløbet eller dækker ikke længere",
        "preview_changed" => "Planen er ændret, siden forhåndsvisningen blev set",
        "rejected" => "Modtageren sagde nej",
        "expired" => "Ingen svarede inden fristen",
        "no_receipt" => "Der kom ingen kvittering i tide",
        "forgotten" => "Noden er gendannet fra en ældre kopi",
        "by_the_other" => "Den anden part afsluttede den",
        _ => return danish(REJECTION_REASONS, code),
    }
    .to_owned()
}

/// An enumeration on the wire, in words.
macro_rules! word {
    ($(#[$doc:meta])* $name:ident from $wire:ident { $($variant:ident = $danish:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $name {
            $($variant,)*
            /// Something that this version does not know.
            Unknown,
        }

        impl $name {
            /// What a number on the wire means.
            pub(crate) fn of(number: i32) -> Self {
                match $wire::try_from(number) {
                    $(Ok($wire::$variant) => Self::$variant,)*
                    _ => Self::Unknown,
                }
            }

            /// What the screen says.
            pub(crate) fn danish(self) -> &'static str {
                match self {
                    $(Self::$variant => $danish,)*
                    Self::Unknown => "Ukendt",
                }
            }
        }
    };
}

pub(crate) use word;

word! {
    /// What a handover lets happen to a case.
    Hold from WireHold {
        Active = "Aktiv",
        Frozen = "Låst, overdragelse i gang",
        Pending = "Låst, overdragelse besluttet",
        HandedOver = "Overdraget",
    }
}

word! {
    /// What kind of thing an item is. Headings are in the plural.
    ItemKind from WireItemKind {
        Goal = "Mål",
        Grant = "Bevilgede indsatser",
        Action = "Indsatser",
        TargetGroup = "Målgrupper",
        Condition = "Tilstande",
        FollowUp = "Opfølgninger",
        Evaluation = "Vurderinger",
        Assessment = "Udredninger",
        Request = "Henvendelser",
        Provider = "Leverandører",
        Wish = "Borgerens mål og ønsker",
        Purpose = "Indsatsformål",
        SubGoal = "Delmål",
        SupportNeed = "Støttebehov",
        Note = "Notater",
        Barrier = "Barrierer",
        Resource = "Ressourcer",
        SourcePlan = "Planer, der er samlet",
        Relation = "Familie og relationer",
        Hearing = "Høringer af barnet",
        NetworkMeeting = "Netværksmøder",
        Decision = "Beslutninger",
        SelfAssessment = "Borgerens egen vurdering",
        TargetGroupAssessment = "Målgruppevurderinger",
    }
}

impl ItemKind {
    /// Every kind, in the order of the screen: the citizen's own words first.
    pub(crate) const IN_ORDER: [Self; 25] = [
        Self::Wish,
        Self::Barrier,
        Self::Resource,
        Self::Relation,
        Self::SelfAssessment,
        Self::Purpose,
        Self::Goal,
        Self::SubGoal,
        Self::Grant,
        Self::Action,
        Self::Provider,
        Self::TargetGroup,
        Self::TargetGroupAssessment,
        Self::Condition,
        Self::FollowUp,
        Self::Hearing,
        Self::Evaluation,
        Self::NetworkMeeting,
        Self::Decision,
        Self::Assessment,
        Self::SupportNeed,
        Self::Request,
        Self::Note,
        Self::SourcePlan,
        Self::Unknown,
    ];
}

word! {
    /// Whose words something is.
    Voice from WireVoice {
        Citizen = "Borgeren",
        CustodyHolder = "Forældremyndighedsindehaver",
        Guardian = "Værge",
        Relative = "Pårørende",
        Professional = "Fagperson",
    }
}

word! {
    /// What somebody is to the citizen.
    Kinship from WireKinship {
        Parent = "Forælder",
        CustodyHolder = "Anden indehaver af forældremyndigheden",
        Child = "Barn",
        Sibling = "Søskende",
        Partner = "Ægtefælle eller samlever",
        Guardian = "Værge",
        SharesHome = "Bor sammen med borgeren",
    }
}

word! {
    /// Whether a parent holds custody over the citizen.
    Custody from WireCustody {
        Sole = "Alene",
        Shared = "Fælles",
        Without = "Nej",
    }
}

word! {
    /// How one item leans on another.
    LinkRole from WireLinkRole {
        Addresses = "handler om",
        BasedOn = "kommer af",
        ProvidedBy = "udføres af",
        Finding = "viste",
        Outcome = "førte til",
        Focus = "vurderer",
        FollowedUpBy = "følges op",
        Serves = "tjener",
        TakenFrom = "fra planen",
        DecidedAt = "besluttet på",
        Opposes = "trækker mod",
        JoinedTo = "lagt sammen med",
    }
}

word! {
    /// What a coded detail tells of an item.
    Aspect from WireAspect {
        GoalType = "måltype",
        TargetLevel = "niveau, målet sigter efter",
        Severity = "niveau i dag",
        Value = "resultat",
        Verification = "sikkerhed",
        Intent = "hensigt",
        ReportedStatus = "status i kilden",
        ActivityStatus = "aktivitetens status i kilden",
        Description = "beskrevet som",
        ContactClass = "mødested",
    }
}

word! {
    /// Whether somebody was at a meeting.
    Attendance from WireAttendance {
        Came = "kom",
        Absent = "kom ikke",
    }
}

word! {
    /// How far a goal is.
    Reach from WireReach {
        Reached = "Nået",
        Closer = "Nærmere",
        Unchanged = "Uændret",
        FurtherAway = "Længere væk",
    }
}

word! {
    /// Why something is on an agenda.
    Topic from WireTopic {
        Conflict = "Noget støder sammen",
        Wish = "Ønske",
        GoalWithoutAction = "Mål uden indsats",
        WaitsForReadiness = "Venter på, at borgeren er klar",
        OverdueFollowUp = "Opfølgning, der ikke er holdt",
        DecisionNotDone = "Beslutning, der ikke er udført",
    }
}

word! {
    /// Whether a criterion holds.
    CriterionFinding from WireFinding {
        Met = "Opfyldt",
        NotMet = "Ikke opfyldt",
        Unclear = "Uafklaret",
    }
}

word! {
    /// Whether a citizen belongs to a target group.
    Membership from WireMembership {
        Inside = "I målgruppen",
        Outside = "Ikke i målgruppen",
        Unclear = "Uafklaret",
    }
}

word! {
    /// What a provision can carry.
    ProvisionUse from WireProvisionUse {
        Consent = "samtykke",
        Duty = "underretning",
        Disclosure = "videregivelse",
        Plan = "plan",
        Intervention = "indsats",
        ThirdPerson = "andres navn og nummer",
    }
}

word! {
    /// Which side of a handover this municipality is on.
    Side from WireSide {
        Source = "Afsender",
        Destination = "Modtager",
    }
}

word! {
    /// How far a handover has come.
    State from WireState {
        Sent = "Sendt",
        Received = "Modtaget",
        Accepted = "Accepteret",
        Rejected = "Afvist",
        Revoked = "Tilbagekaldt",
        Expired = "Udløbet",
        Completed = "Gennemført",
        Ended = "Afsluttet",
        Ending = "Afsluttes",
    }
}

impl State {
    /// Whether nothing more will happen to it.
    pub(crate) fn is_settled(self) -> bool {
        matches!(self, Self::Rejected | Self::Revoked | Self::Expired | Self::Completed | Self::Ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_danish_summer_and_winter() {
        assert_eq!(time("2021-06-18T12:05:00Z".parse().ok()), "18.06.2021 kl. 14.05");
        assert_eq!(time("2021-12-18T12:05:00Z".parse().ok()), "18.12.2021 kl. 13.05");
        assert_eq!(time(None), "");
    }

    #[test]
    fn a_day_that_is_not_whole_stays_as_it_was_said() {
        assert_eq!(day(Some(&"2021-06-18".to_owned())), "18.06.2021");
        assert_eq!(day(Some(&"2021-06".to_owned())), "2021-06");
    }

    #[test]
    fn a_section_is_named_in_words_and_an_unknown_one_as_it_is() {
        assert_eq!(section("employment/goals"), "Mål og delmål (Beskæftigelse)");
        assert_eq!(section("space/rockets"), "rockets (space)");
    }

    #[test]
    fn a_state_from_a_newer_node_is_unknown_and_not_settled() {
        assert_eq!(State::of(99), State::Unknown);
        assert!(!State::Unknown.is_settled());
    }

    #[test]
    fn every_kind_of_item_has_its_place_on_the_screen() {
        for number in (1..=22).chain([24, 25]) {
            let kind = ItemKind::of(number);
            assert_ne!(kind, ItemKind::Unknown, "{number}");
            assert!(ItemKind::IN_ORDER.contains(&kind), "{number}");
        }
    }

    #[test]
    fn an_instant_survives_the_wire() {
        let at: Timestamp = "2021-06-18T12:05:00.125Z".parse().unwrap();
        assert_eq!(instant(Some(on_the_wire(at))), Some(at));
    }
}
