//! One thing in a plan, as scripts read it.

use enplan_domain::plan::Lasting;
use enplan_proto::plan::v1;
use jiff::Timestamp;
use serde::Serialize;

use super::assessing::TargetGroup;
use super::meeting::Meeting;
use super::words::{
    Aspect, Custody, ItemKind, Kinship, LinkRole, Municipality, Reach, Voice, citation, day, exemption,
    instant, or_empty, plan_kind, sector, some, status, time,
};

/// One thing in a plan.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Item {
    pub(super) kind: ItemKind,
    pub(super) id: String,
    resource_type: Option<String>,
    pub(super) title: String,
    codes: Vec<Coding>,
    status: Option<String>,
    pub(super) starts_on: Option<String>,
    pub(super) ends_on: Option<String>,
    pub(super) sector: Option<String>,
    section: Option<String>,
    provenance: Option<Provenance>,
    pub(super) in_force: bool,
    pub(super) said_by: Option<Voice>,
    pub(super) area: Option<String>,
    pub(super) plan_kind: Option<String>,
    provision: Option<String>,
    exemption: Option<String>,
    contact: Option<Contact>,
    ready_when: Option<String>,
    waits_for_readiness: bool,
    pub(super) outcome: Option<String>,
    pub(super) links: Vec<Link>,
    pub(super) recorded_on: Option<String>,
    provider: Option<String>,
    expected: Option<String>,
    granted: Option<Grant>,
    pub(super) relation: Option<Relation>,
    shared: bool,
    pub(super) meeting: Option<Meeting>,
    pub(super) doer: Option<String>,
    pub(super) reach: Option<Reach>,
    acknowledges: Option<String>,
    note_to: Option<String>,
    pub(super) score: Option<u32>,
    pub(super) target_group: Option<TargetGroup>,
    details: Vec<Detail>,
}

/// One coded thing told of an item, beside what it is.
#[derive(Debug, PartialEq, Serialize)]
struct Detail {
    aspect: Aspect,
    code: Option<Coding>,
}

/// What somebody else is to the citizen, and who it is where that is shown.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Relation {
    pub(super) kinship: Kinship,
    pub(super) custody: Option<Custody>,
    pub(super) name: Option<String>,
    pub(super) cpr_masked: Option<String>,
    pub(super) protected: bool,
    provision: Option<String>,
    consent_given_on: Option<String>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Coding {
    system: String,
    code: String,
    display: Option<String>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Provenance {
    municipality: Option<Municipality>,
    source: Option<String>,
    recorded_at: Option<Timestamp>,
}

/// Whom the citizen turns to.
#[derive(Debug, PartialEq, Serialize)]
struct Contact {
    name: String,
    place: Option<String>,
    phone: Option<String>,
}

/// The decision that grants an action.
#[derive(Debug, PartialEq, Serialize)]
struct Grant {
    decided_on: String,
    binds_until: Option<String>,
}

/// What an item leans on.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Link {
    pub(super) role: LinkRole,
    pub(super) item_id: String,
    rank: Option<u32>,
}

impl From<v1::Item> for Item {
    fn from(item: v1::Item) -> Self {
        let provenance = |from: v1::Provenance| Provenance {
            municipality: Municipality::of(from.municipality),
            source: some(from.source),
            recorded_at: instant(from.recorded_at),
        };
        let contact = |contact: v1::Contact| Contact {
            name: contact.name,
            place: some(contact.place),
            phone: some(contact.phone),
        };
        Self {
            kind: ItemKind::of(item.kind),
            id: item.id,
            resource_type: some(item.resource_type),
            title: item.title,
            codes: item.codes.into_iter().map(Coding::from).collect(),
            status: some(item.status),
            starts_on: some(item.starts_on),
            ends_on: some(item.ends_on),
            sector: some(item.sector),
            section: some(item.section),
            provenance: item.provenance.map(provenance),
            in_force: item.in_force,
            said_by: (item.said_by != 0).then(|| Voice::of(item.said_by)),
            area: some(item.area),
            plan_kind: some(item.plan_kind),
            provision: some(item.provision),
            exemption: some(item.exemption),
            contact: item.contact.map(contact),
            ready_when: some(item.ready_when),
            waits_for_readiness: item.waits_for_readiness,
            outcome: some(item.outcome),
            links: item.links.into_iter().map(Link::from).collect(),
            recorded_on: some(item.recorded_on),
            provider: some(item.provider),
            expected: some(item.expected),
            granted: item
                .granted
                .map(|grant| Grant { decided_on: grant.decided_on, binds_until: some(grant.binds_until) }),
            relation: item.relation.map(Relation::from),
            shared: item.shared,
            meeting: item.meeting.map(Meeting::from),
            doer: some(item.doer),
            reach: (item.reach != 0).then(|| Reach::of(item.reach)),
            acknowledges: some(item.acknowledges),
            note_to: some(item.note_to),
            score: (item.score != 0).then_some(item.score),
            target_group: item.target_group.map(TargetGroup::from),
            details: item.details.into_iter().map(Detail::from).collect(),
        }
    }
}

impl From<v1::Coding> for Coding {
    fn from(code: v1::Coding) -> Self {
        Self { system: code.system, code: code.code, display: some(code.display) }
    }
}

impl From<v1::Detail> for Detail {
    fn from(detail: v1::Detail) -> Self {
        Self { aspect: Aspect::of(detail.aspect), code: detail.code.map(Coding::from) }
    }
}

impl Detail {
    /// What a caseworker reads; nothing where it is the source's own bookkeeping, which the status and the words tell.
    fn told(&self) -> Option<String> {
        let is_told = matches!(
            self.aspect,
            Aspect::GoalType | Aspect::TargetLevel | Aspect::Severity | Aspect::Value | Aspect::Verification
        );
        let code = self.code.as_ref().filter(|_| is_told)?;
        let words = match (self.aspect, code.code.as_str()) {
            (Aspect::Verification, "confirmed") => return None,
            (Aspect::Verification, "unconfirmed") => "ikke bekræftet",
            (Aspect::Verification, "provisional") => "foreløbig",
            (Aspect::Verification, "differential") => "en af flere muligheder",
            (Aspect::Verification, "refuted") => "afkræftet",
            (_, bare) => code.display.as_deref().unwrap_or(bare),
        };
        Some(format!("{}: {words}", self.aspect.danish()))
    }
}

impl From<v1::Relation> for Relation {
    fn from(relation: v1::Relation) -> Self {
        Self {
            kinship: Kinship::of(relation.kinship),
            custody: (relation.custody != 0).then(|| Custody::of(relation.custody)),
            name: some(relation.name),
            cpr_masked: some(relation.cpr_masked),
            protected: relation.protected,
            provision: some(relation.provision),
            consent_given_on: some(relation.consent_given_on),
        }
    }
}

impl Relation {
    /// Who it is, as far as it is shown.
    pub(super) fn who(&self) -> String {
        if self.protected { "(beskyttet)".to_owned() } else { or_empty(self.name.as_ref()) }
    }

    /// Whether the other holds custody, in words; empty where it is not known.
    pub(super) fn custody(&self) -> String {
        self.custody.map(|custody| custody.danish().to_owned()).unwrap_or_default()
    }
}

impl From<v1::Link> for Link {
    fn from(link: v1::Link) -> Self {
        let rank = (link.rank != 0).then_some(link.rank);
        Self { role: LinkRole::of(link.role), item_id: link.item_id, rank }
    }
}

impl Item {
    /// What it is called: a gathered plan by its kind and day, anything else by its words.
    pub(super) fn name(&self) -> String {
        match (&self.plan_kind, day(self.recorded_on.as_ref())) {
            (None, _) => self.title.clone(),
            (Some(kind), made) if made.is_empty() => plan_kind(kind),
            (Some(kind), made) => format!("{}, {made}", plan_kind(kind)),
        }
    }

    /// When it was written, or its report says it.
    pub(super) fn written_at(&self) -> Option<Timestamp> {
        self.provenance.as_ref()?.recorded_at
    }

    /// What it is, coded, in words as far as the node has them.
    pub(super) fn coded(&self) -> String {
        let words = self.codes.iter().map(|code| code.display.as_deref().unwrap_or(&code.code));
        words.collect::<Vec<_>>().join(", ")
    }

    /// How far it has come, in words.
    pub(super) fn status(&self) -> String {
        self.status.as_deref().map(status).unwrap_or_default()
    }

    /// Whose it is, in words.
    pub(super) fn sector(&self) -> String {
        self.sector.as_deref().map(sector).unwrap_or_default()
    }

    /// The items that it leans on in one way.
    pub(super) fn links_to(&self, role: LinkRole) -> impl Iterator<Item = &str> {
        self.links.iter().filter(move |link| link.role == role).map(|link| link.item_id.as_str())
    }

    /// What leads it, where it is joined to something.
    pub(super) fn joined_to(&self) -> Option<&str> {
        self.links_to(LinkRole::JoinedTo).next()
    }

    /// Who wrote it, and when.
    pub(super) fn written(&self) -> [String; 2] {
        let from = self.provenance.as_ref();
        let by = from.and_then(|from| from.source.clone()).unwrap_or_default();
        [by, time(from.and_then(|from| from.recorded_at))]
    }

    /// Levels, types and results, coded, in words as far as the node has them.
    pub(super) fn told(&self) -> String {
        self.details.iter().filter_map(Detail::told).collect::<Vec<_>>().join(", ")
    }

    /// Its row among others of its kind.
    pub(super) fn row(&self) -> Vec<String> {
        vec![
            self.title.clone(),
            self.status(),
            day(self.starts_on.as_ref()),
            day(self.ends_on.as_ref()),
            self.sector(),
            if self.in_force { "ja" } else { "nej" }.to_owned(),
            self.id.clone(),
            self.told(),
        ]
    }

    /// How far it has come, when, whose, and its id: one line.
    pub(super) fn standing(&self) -> String {
        let (from, until) = (day(self.starts_on.as_ref()), day(self.ends_on.as_ref()));
        let days = match (from.is_empty(), until.is_empty()) {
            (true, true) => String::new(),
            (false, true) => format!("fra {from}"),
            (true, false) => format!("til {until}"),
            (false, false) => format!("{from} til {until}"),
        };
        let parts = [self.status(), days, self.sector(), self.id.clone()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    /// What was agreed of it and what came of it, a line each.
    pub(super) fn agreed(&self) -> Vec<String> {
        let contact = self.contact.as_ref().map(|contact| {
            let parts = [Some(&contact.name), contact.place.as_ref(), contact.phone.as_ref()];
            let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
            format!("kontaktperson: {}", parts.join(", "))
        });
        let until_ready = if self.waits_for_readiness { "venter på" } else { "begynder, når" };
        let waits = self.ready_when.as_ref().map(|ready_when| format!("{until_ready}: {ready_when}"));
        let granted = self.granted.as_ref().map(|grant| {
            let decided = day(Some(&grant.decided_on));
            match &grant.binds_until {
                None => format!("bevilget {decided}"),
                until => format!("bevilget {decided}, binder kommunen til {}", day(until.as_ref())),
            }
        });
        let expected = self.expected.as_deref().and_then(|expected| expected.parse::<Lasting>().ok());
        [
            some(self.told()),
            self.shared.then(|| "fælles for søskende".to_owned()),
            self.provision.as_deref().map(citation),
            granted,
            self.exemption.as_deref().map(|id| format!("fritagelse: {}", exemption(id))),
            self.provider.as_ref().map(|provider| format!("leveres af: {provider}")),
            self.doer.as_ref().map(|doer| format!("udføres af: {doer}")),
            contact,
            expected.map(|expected| format!("ventes at vare {}", expected.danish())),
            waits,
            self.outcome.as_ref().map(|outcome| match self.status.as_deref() {
                Some("cancelled") => format!("opgivet: {outcome}"),
                Some("active") => format!("justeret: {outcome}"),
                _ => format!("udbytte: {outcome}"),
            }),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
