//! A family that moves together.

use enplan_proto::handover::v1;
use jiff::Timestamp;
use serde::Serialize;

use super::handover::Handover;
use super::layout::{Align, Column, Page};
use super::relocation::place_name;
use super::words::{Municipality, Side, State, giver, instant, or_empty, some, time};
use crate::failure::Failure;
use crate::terminal::View;

/// A family that moves together, in counts.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct FamilyMove {
    family_id: String,
    side: Side,
    counterpart: Option<Municipality>,
    counterpart_masked: bool,
    plans: u32,
    awaiting_answer: u32,
    under_way: u32,
    completed: u32,
    came_to_nothing: u32,
    not_come: u32,
    waiting: u32,
    deadline: Option<Timestamp>,
}

/// Somebody of it.
#[derive(Debug, PartialEq, Serialize)]
struct Member {
    case_id: Option<String>,
    name: Option<String>,
    masked: bool,
    standing: Option<String>,
    basis_id: Option<String>,
    consents: Option<String>,
    all_holders_consent: bool,
    refusal: Option<String>,
    message: Option<String>,
    handover: Option<Handover>,
}

/// A family that was offered, or could be.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct FamilyOffered {
    family_id: Option<String>,
    members: Vec<Member>,
    hidden: u32,
}

/// A family move, one by one.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct FamilyShown {
    family: FamilyMove,
    members: Vec<Member>,
}

impl From<v1::FamilyMove> for FamilyMove {
    fn from(family: v1::FamilyMove) -> Self {
        Self {
            family_id: family.family_id,
            side: Side::of(family.side),
            counterpart: Municipality::of(family.counterpart),
            counterpart_masked: family.counterpart_masked,
            plans: family.plans,
            awaiting_answer: family.awaiting_answer,
            under_way: family.under_way,
            completed: family.completed,
            came_to_nothing: family.came_to_nothing,
            not_come: family.not_come,
            waiting: family.waiting,
            deadline: instant(family.deadline),
        }
    }
}

impl From<v1::FamilyMember> for Member {
    fn from(member: v1::FamilyMember) -> Self {
        Self {
            case_id: some(member.case_id),
            name: some(member.name),
            masked: member.masked,
            standing: some(member.standing),
            basis_id: some(member.basis_id),
            consents: some(member.consents),
            all_holders_consent: member.all_holders_consent,
            refusal: some(member.refusal),
            message: some(member.message),
            handover: member.handover.map(Handover::from),
        }
    }
}

impl From<v1::OfferFamilyResponse> for FamilyOffered {
    fn from(answer: v1::OfferFamilyResponse) -> Self {
        Self {
            family_id: some(answer.family_id),
            members: answer.members.into_iter().map(Member::from).collect(),
            hidden: answer.hidden,
        }
    }
}

/// How somebody of a family stands, as people read it.
fn by_name(name: &str) -> &str {
    match name {
        "goes" => "Kan tilbydes",
        "offered" => "Tilbudt",
        "under-way-alone" => "Under en anden overdragelse",
        "needs-basis" => "Mangler grundlag",
        "several-bases" => "Flere grundlag",
        "to-be-named" => "Grundlag skal nævnes",
        "stays" => "Flytter ikke",
        "kept" => "Kommunen handler fortsat",
        "lives-elsewhere" => "Bor et andet sted",
        other => other,
    }
}

impl Member {
    fn who(&self) -> String {
        match (&self.name, self.masked) {
            (_, true) => "(beskyttet)".to_owned(),
            (Some(name), false) => name.clone(),
            (None, false) if self.case_id.is_some() => "(planen er ikke her)".to_owned(),
            (None, false) => "(kendes, når planen er kommet)".to_owned(),
        }
    }

    /// How they stand, and what is awaited of whom.
    fn how(&self) -> [String; 2] {
        if self.refusal.is_some() {
            return ["Ikke gjort".to_owned(), String::new()];
        }
        let standing = self.standing.as_deref();
        match (&self.handover, self.consents.as_deref().map(giver)) {
            (Some(handover), _) if standing == Some("offered") => {
                [handover.state().danish().to_owned(), or_empty(handover.waiting_for())]
            }
            (_, Some(who)) => {
                let all = if self.all_holders_consent { " (alle, der deler den)" } else { "" };
                [standing.map(by_name).unwrap_or_default().to_owned(), format!("{who}{all}")]
            }
            (_, None) => [standing.map(by_name).unwrap_or_default().to_owned(), String::new()],
        }
    }

    fn transfer(&self) -> String {
        self.handover.as_ref().and_then(Handover::transfer_id).map(str::to_owned).unwrap_or_default()
    }

    fn deadline(&self) -> String {
        let open = self.handover.as_ref().filter(|handover| !handover.state().is_settled());
        time(open.and_then(Handover::deadline))
    }
}

/// A page with what can be done for each.
fn with_what_to_do(page: Page, members: &[Member]) -> Page {
    let advice = members.iter().filter_map(|member| Some((member.who(), member.message.as_ref()?)));
    advice.fold(page, |page, (who, what)| page.line(format!("{who}: {what}")))
}

const OFFERED: &[Column] = &[
    ("NAVN", Align::Left),
    ("TILSTAND", Align::Left),
    ("VENTER PÅ", Align::Left),
    ("SENDES", Align::Left),
    ("SAG", Align::Left),
    ("OVERDRAGELSE", Align::Left),
];

const MEMBERS: &[Column] = &[
    ("NAVN", Align::Left),
    ("TILSTAND", Align::Left),
    ("VENTER PÅ", Align::Left),
    ("FRIST", Align::Left),
    ("SAG", Align::Left),
    ("OVERDRAGELSE", Align::Left),
];

const FAMILIES: &[Column] = &[
    ("FAMILIEFLYTNING", Align::Left),
    ("SIDE", Align::Left),
    ("KOMMUNE", Align::Left),
    ("PLANER", Align::Right),
    ("VENTER PÅ SVAR", Align::Right),
    ("UNDERVEJS", Align::Right),
    ("GENNEMFØRT", Align::Right),
    ("IKKE TIL NOGET", Align::Right),
    ("VENTER PÅ GRUNDLAG", Align::Right),
    ("FRIST", Align::Left),
];

/// A page with the families on a list, a line each.
pub(super) fn listed(page: Page, families: &[FamilyMove]) -> Page {
    let rows = families.iter().map(|family| {
        vec![
            family.family_id.clone(),
            family.side.danish().to_owned(),
            place_name(family.counterpart.as_ref(), family.counterpart_masked),
            family.plans.to_string(),
            family.awaiting_answer.to_string(),
            family.under_way.to_string(),
            family.completed.to_string(),
            family.came_to_nothing.to_string(),
            family.waiting.to_string(),
            time(family.deadline),
        ]
    });
    page.titled_table("Familier, der flytter sammen", FAMILIES, rows.collect())
}

impl FamilyMove {
    /// Its id, where somebody here must answer.
    pub(super) fn to_answer(&self) -> Option<&str> {
        (self.side == Side::Destination && self.awaiting_answer > 0).then_some(&self.family_id)
    }
}

impl FamilyOffered {
    /// The family move; none where nobody is offered.
    pub(crate) fn family_id(&self) -> Option<&str> {
        self.family_id.as_deref()
    }
}

impl View for FamilyOffered {
    fn page(&self) -> Page {
        let row = |member: &Member| {
            let [state, awaited] = member.how();
            let sends = member.handover.as_ref().map(Handover::contents).unwrap_or_default();
            vec![member.who(), state, awaited, sends, or_empty(member.case_id.as_ref()), member.transfer()]
        };
        let mut page = Page::new()
            .fields([("Familieflytning", or_empty(self.family_id.as_ref()))])
            .table(OFFERED, self.members.iter().map(row).collect());
        page = with_what_to_do(page, &self.members);
        for _ in 0..self.hidden {
            page = page.line("En person, du ikke har adgang til.");
        }
        page
    }
}

impl FamilyShown {
    /// From an answer.
    pub(crate) fn of(
        family: Option<v1::FamilyMove>,
        members: Vec<v1::FamilyMember>,
    ) -> Result<Self, Failure> {
        let family = family.map(FamilyMove::from).ok_or_else(Failure::incomplete_answer)?;
        Ok(Self { family, members: members.into_iter().map(Member::from).collect() })
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.family.family_id
    }

    /// Whether it comes here.
    pub(crate) fn is_offered_here(&self) -> bool {
        self.family.side == Side::Destination
    }

    /// Whether all that its sender has announced has come here.
    pub(crate) fn has_come(&self) -> bool {
        self.is_offered_here() && self.family.plans > 0 && self.family.not_come == 0
    }

    /// Whether nothing of it is open.
    pub(crate) fn is_settled(&self) -> bool {
        self.family.awaiting_answer == 0 && self.family.under_way == 0
    }

    /// Whether one of its handovers came to nothing.
    pub(crate) fn came_to_nothing(&self) -> bool {
        self.family.came_to_nothing > 0
    }

    /// Whether one of its members was refused what was asked.
    pub(crate) fn has_refusal(&self) -> bool {
        self.members.iter().any(|member| member.refusal.is_some())
    }

    /// A case of those that have arrived here.
    pub(crate) fn arrived(&self) -> Option<&str> {
        let arrived = |member: &&Member| {
            member
                .handover
                .as_ref()
                .is_some_and(|one| one.is_offered_here() && one.state() == State::Completed)
        };
        self.members.iter().find(arrived).and_then(|member| member.case_id.as_deref())
    }

    /// The handovers that somebody here must answer, and what their previews are called.
    pub(crate) fn awaiting_answer(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.previews().filter_map(|one| Some((one.transfer_id()?, one.preview_version())))
    }

    /// The previews that somebody here must answer.
    pub(crate) fn previews(&self) -> impl Iterator<Item = &Handover> {
        self.members.iter().filter_map(|member| member.handover.as_ref()).filter(|one| one.awaits_answer())
    }

    /// How far it has come, in one line.
    pub(crate) fn progress(&self) -> String {
        let FamilyMove { plans, awaiting_answer, under_way, completed, not_come, .. } = self.family;
        let coming = if not_come > 0 { format!(", {not_come} ikke kommet endnu") } else { String::new() };
        format!(
            "{plans} planer: {awaiting_answer} venter på svar, {under_way} undervejs, {completed} gennemført{coming}"
        )
    }
}

impl View for FamilyShown {
    fn page(&self) -> Page {
        let family = &self.family;
        let other = place_name(family.counterpart.as_ref(), family.counterpart_masked);
        let title = match family.side {
            Side::Destination => format!("En familie flytter hertil fra {other}"),
            _ => format!("En familie flytter til {other}"),
        };
        let count = |number: u32| if number == 0 { String::new() } else { number.to_string() };
        let row = |member: &Member| {
            let [state, awaited] = member.how();
            let case = or_empty(member.case_id.as_ref());
            vec![member.who(), state, awaited, member.deadline(), case, member.transfer()]
        };
        let page = Page::new()
            .title(title)
            .fields([
                ("Familieflytning", family.family_id.clone()),
                ("Planer", family.plans.to_string()),
                ("Venter på svar", count(family.awaiting_answer)),
                ("Undervejs", count(family.under_way)),
                ("Gennemført", count(family.completed)),
                ("Blev ikke til noget", count(family.came_to_nothing)),
                ("Meldt, ikke kommet endnu", count(family.not_come)),
                ("Venter på grundlag", count(family.waiting)),
                ("Første frist", time(family.deadline)),
            ])
            .table(MEMBERS, self.members.iter().map(row).collect());
        let page = with_what_to_do(page, &self.members);
        if self.is_offered_here() && family.completed > 1 {
            return page.line(
                "Planerne kom sammen. Hvem de er for hinanden, rejser ikke med: skriv det på jeres eget grundlag.",
            );
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn a_family_that_is_offered_says_of_each_what_is_needed() {
        let offered = FamilyOffered::from(samples::family_offered());
        insta::assert_snapshot!("family_offer_screen", offered.page().human(false));
        insta::assert_json_snapshot!("family_offer_json", offered);
    }

    #[test]
    fn a_family_that_leaves_is_shown_with_whoever_waits() {
        let family = FamilyShown::of(Some(samples::family_leaves()), samples::family_members()).unwrap();
        insta::assert_snapshot!("family_show_screen", family.page().human(false));
        insta::assert_json_snapshot!("family_show_json", family);
    }

    #[test]
    fn before_its_plans_have_come_the_receiver_sees_counts_and_nobody_s_name() {
        let family = FamilyShown::of(Some(samples::family_comes()), samples::family_to_answer()).unwrap();
        assert!(!family.has_come(), "the sender has announced one more");
        assert_eq!(family.awaiting_answer().count(), 2);
        insta::assert_snapshot!("family_inbox_screen", family.page().human(false));
    }
}
