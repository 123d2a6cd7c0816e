//! The history of a plan: what happened, by whom, in words; and the plan as it was on a day.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::event::PlanEvent;
use super::findings::FindingCode;
use super::item::{Item, ItemKind, LinkRole, Status};
use super::key::ItemKey;
use super::{BrokenHistory, CloseReason, Plan};
use crate::basis::Ground;
use crate::stamp::danish_day;
use crate::{Kommunekode, Narrative, UserName};

/// One thing that happened to a plan, as a caseworker reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserName,
    /// The event's name.
    pub event: &'static str,
    /// What happened, in Danish. Quotes the plan.
    pub text: Narrative,
    /// What it happened to.
    pub items: Vec<ItemKey>,
}

/// What happened to a plan, the oldest first. Where a citizen goes who is protected by now is not named, whatever day it
/// was written.
///
/// # Errors
/// [`BrokenHistory`] where the events are not a plan's.
pub fn history<'e>(events: impl IntoIterator<Item = &'e PlanEvent>) -> Result<Vec<Change>, BrokenHistory> {
    let events: Vec<_> = events.into_iter().collect();
    let withdrawn = entered_in_error(&events);
    let is_protected = match Plan::from_events(events.iter().copied()) {
        Ok(plan) => plan.citizen.protected,
        Err(BrokenHistory::Empty) => false,
        Err(broken) => return Err(broken),
    };
    let called = |to: Kommunekode| if is_protected { "en anden kommune".to_owned() } else { to.called() };
    let mut plan: Option<Plan> = None;
    let mut changes = Vec::new();
    for event in events {
        changes.push(Change {
            at: event.stamp().at,
            by: event.stamp().by.clone(),
            event: event.name(),
            text: Narrative::parse(&in_danish(event, plan.as_ref(), &withdrawn, &called)).unwrap_or_default(),
            items: items_of(event),
        });
        plan = Some(match plan {
            None => Plan::begin(event)?,
            Some(plan) => plan.apply(event),
        });
    }
    Ok(changes)
}

impl Plan {
    /// The plan as it was at the end of a day; none where it had not begun here. What was found since to be entered in
    /// error has lost its content on every day.
    ///
    /// # Errors
    /// [`BrokenHistory`] where the events are not a plan's.
    pub fn on_day<'e>(
        events: impl IntoIterator<Item = &'e PlanEvent>,
        day: Date,
    ) -> Result<Option<Self>, BrokenHistory> {
        let events: Vec<_> = events.into_iter().collect();
        let until = events.iter().copied().take_while(|event| danish_day(event.stamp().at) <= day);
        match Self::from_events(until) {
            Ok(mut plan) => {
                for key in entered_in_error(&events) {
                    if let Some(item) = plan.items.remove(&key) {
                        plan.items.insert(key, item.withdrawn());
                    }
                }
                Ok(Some(plan))
            }
            Err(BrokenHistory::Empty) => Ok(None),
            Err(broken) => Err(broken),
        }
    }
}

/// What these events leave withdrawn. A plan that comes back brings no trace of it, so the events are asked, not the plan.
fn entered_in_error(events: &[&PlanEvent]) -> BTreeSet<ItemKey> {
    let mut withdrawn = BTreeSet::new();
    for event in events {
        let items: Vec<&Item> = match event {
            PlanEvent::ItemRecorded { item, .. } => vec![item],
            PlanEvent::ReportImported { recorded, .. } | PlanEvent::TakenIn { recorded, .. } => {
                recorded.iter().collect()
            }
            PlanEvent::Received { plan, .. } => plan.items.values().collect(),
            _ => Vec::new(),
        };
        for item in items {
            if item.status == Status::Withdrawn {
                withdrawn.insert(item.key.clone());
            } else {
                withdrawn.remove(&item.key);
            }
        }
    }
    withdrawn
}

fn items_of(event: &PlanEvent) -> Vec<ItemKey> {
    match event {
        PlanEvent::ItemRecorded { item, .. } => vec![item.key.clone()],
        PlanEvent::ReportImported { recorded, .. } | PlanEvent::TakenIn { recorded, .. } => {
            recorded.iter().map(|item| item.key.clone()).collect()
        }
        _ => Vec::new(),
    }
}

fn in_danish(
    event: &PlanEvent,
    before: Option<&Plan>,
    withdrawn: &BTreeSet<ItemKey>,
    called: &impl Fn(Kommunekode) -> String,
) -> String {
    match event {
        PlanEvent::CitizenRegistered { .. } => "Planen blev oprettet".to_owned(),
        PlanEvent::Received { arrival, .. } => format!("Planen kom fra {}", arrival.from.called()),
        PlanEvent::CitizenNamed { .. } => "Borgerens navn blev skrevet".to_owned(),
        PlanEvent::CprChanged { .. } => "Borgeren fik et nyt CPR-nummer".to_owned(),
        PlanEvent::ProtectionChanged { protected: true, .. }
            if before.is_some_and(|plan| plan.citizen.protected) =>
        {
            "Navne- og adressebeskyttelsen blev fornyet".to_owned()
        }
        PlanEvent::ProtectionChanged { protected: true, .. } => {
            "Navne- og adressebeskyttelse begyndte".to_owned()
        }
        PlanEvent::ProtectionChanged { protected: false, .. } => {
            "Navne- og adressebeskyttelse ophørte".to_owned()
        }
        PlanEvent::AddressChanged { .. } => "Borgerens adresse blev skrevet".to_owned(),
        PlanEvent::CaseworkerChanged { caseworker, .. } => {
            format!("{caseworker} blev koordinerende sagsbehandler")
        }
        PlanEvent::ItemRecorded { item, .. } => {
            let there = before.and_then(|plan| plan.items.get(&item.key));
            before
                .and_then(|plan| joined_in_danish(item, plan, withdrawn))
                .unwrap_or_else(|| item_in_danish(item, there, withdrawn.contains(&item.key)))
        }
        PlanEvent::ReportImported { recorded, confirmed, .. } => format!(
            "En rapport blev indlæst: {} nye eller ændrede, {} bekræftede",
            recorded.len(),
            confirmed.len()
        ),
        PlanEvent::BasisRecorded { basis } => {
            let kind = match basis.ground() {
                Ground::Consent { .. } => "Et samtykke",
                Ground::StatutoryDuty { .. } => "En underretningspligt",
                Ground::OtherStatute { .. } => "Et lovgrundlag",
            };
            format!("{kind} til overdragelse til {} blev registreret", called(basis.recipient()))
        }
        PlanEvent::BasisWithdrawn { .. } => "Et samtykke blev trukket tilbage".to_owned(),
        PlanEvent::Closed { reason, .. } => format!("Planen blev afsluttet: {}", why_closed(*reason)),
        PlanEvent::TakenIn { recorded, .. } => {
            format!("Borgerens anden plan her blev lagt ind i denne: {} nye eller nyere", recorded.len())
        }
        PlanEvent::MergedInto { .. } => format!("Planen blev afsluttet: {}", why_closed(CloseReason::Merged)),
        PlanEvent::HandedOver { to, .. } => format!("Planen blev overdraget til {}", called(*to)),
    }
}

/// That something was joined to something else, or taken out of it again; nothing where that is not what happened.
fn joined_in_danish(item: &Item, before: &Plan, withdrawn: &BTreeSet<ItemKey>) -> Option<String> {
    let there = before.items.get(&item.key)?;
    if item.status == Status::Withdrawn || there.status == Status::Withdrawn {
        return None;
    }
    let words = |key: &ItemKey| {
        let title = before.items.get(key).filter(|_| !withdrawn.contains(key)).map(|item| item.text.title());
        title.filter(|title| !title.is_empty()).map(|title| format!("»{}«", title.reveal()))
    };
    let (was, is) = (there.links_to(LinkRole::JoinedTo).next(), item.links_to(LinkRole::JoinedTo).next());
    let kind = item.kind.danish();
    let named = words(&item.key).map(|title| format!(" {title}")).unwrap_or_default();
    match (was, is) {
        (was, Some(leading)) if was != Some(leading) => {
            let leading = words(leading).unwrap_or_else(|| leading.to_string());
            Some(format!("{kind}{named} lagt sammen med {leading}"))
        }
        (Some(leading), None) => {
            let leading = words(leading).unwrap_or_else(|| leading.to_string());
            Some(format!("{kind}{named} skilt fra {leading} igen"))
        }
        _ => None,
    }
}

fn item_in_danish(item: &Item, before: Option<&Item>, was_wrong: bool) -> String {
    let kind = named_by_what_it_is(item, before);
    // What is withdrawn has no words any more: those that it had were wrong, or another citizen's.
    let title = match item.text.title() {
        title if title.is_empty() || was_wrong => String::new(),
        title => format!(": {}", title.reveal()),
    };
    let is_goal =
        matches!(item.kind, ItemKind::Wish | ItemKind::Purpose | ItemKind::Goal | ItemKind::SubGoal);
    let is_granted = before
        .is_some_and(|before| item.agreed.granted.is_some() && item.agreed.granted != before.agreed.granted);
    let happened = match (before.map(|before| before.status), item.status) {
        (None, Status::Ended) if item.kind == ItemKind::NetworkMeeting => "holdt",
        (None, _) if item.kind == ItemKind::NetworkMeeting => "planlagt",
        (None, _) => "tilføjet",
        (Some(_), _) if is_granted => "bevilget",
        (Some(was), is) if was == is && is_adjusted(item, before) => "justeret",
        (Some(was), is) if was == is => "ændret",
        (_, Status::Withdrawn) => "taget ud som fejlregistreret",
        (_, Status::Cancelled) if item.kind == ItemKind::NetworkMeeting => "aflyst",
        (_, Status::Cancelled) => "opgivet",
        (_, Status::Ended) if matches!(item.kind, ItemKind::FollowUp | ItemKind::NetworkMeeting) => "holdt",
        (_, Status::Ended) if item.kind == ItemKind::Decision => "udført",
        (_, Status::Ended) if item.note_to.is_some() => "læst",
        (_, Status::Ended) if is_goal => "nået",
        (_, Status::Ended) => "afsluttet",
        (_, Status::Active) => "begyndt",
        (_, _) => "ændret",
    };
    format!("{kind} {happened}{title}")
}

/// What a caseworker calls it: of notes there are several sorts. What is withdrawn is called by what it was.
fn named_by_what_it_is(item: &Item, before: Option<&Item>) -> &'static str {
    let told = if item.status == Status::Withdrawn { before.unwrap_or(item) } else { item };
    match told.kind {
        ItemKind::Note if told.note_to.is_some() => "Overlevering",
        ItemKind::Note
            if told.acknowledges.as_ref().is_some_and(|seen| seen.code == FindingCode::SameThing) =>
        {
            "Holdt hver for sig"
        }
        ItemKind::Note if told.acknowledges.is_some() => "Kvittering for fund",
        ItemKind::Note if told.links_to(LinkRole::Opposes).next().is_some() => "Modstrid",
        kind => kind.danish(),
    }
}

/// Whether a goal was worded otherwise for a reason.
fn is_adjusted(item: &Item, before: Option<&Item>) -> bool {
    before.is_some_and(|before| before.text != item.text && before.outcome != item.outcome)
}

fn why_closed(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Finished => "der er ikke brug for mere støtte",
        CloseReason::CitizenDeclined => "borgeren ønsker den ikke længere",
        CloseReason::MovedAway => "borgeren er flyttet",
        CloseReason::Died => "borgeren er død",
        CloseReason::Merged => "den blev lagt ind i borgerens anden plan her",
    }
}
