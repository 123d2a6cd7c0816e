//! TESTDATA: writes a citizen's history in one municipality, day by day, as the domain decides it.

use std::collections::BTreeSet;

use enplan_domain::basis::{BasisDraft, ConsentForm, ConsentGiver, DataProtectionBasis, Ground};
use enplan_domain::catalogue::{Adoption, Validity};
use enplan_domain::plan::{
    Agreement, Citizen, CloseReason, Item, ItemChange, ItemKey, ItemKind, NewItem, Plan, PlanCommand,
    PlanEvent, Provenance, SectionKind, Source, Status, decide,
};
use enplan_domain::{BasisId, CaseHandle, Context, Date, Epoch, Narrative, TransferId, UserName};
use enplan_statistics::measure::{Answer, Course, MEASURES};
use uuid::Uuid;

/// Born 1 January 1981.
pub(crate) const CITIZEN: &str = "6101811001";

pub(crate) const FURESOE: &str = "0190";
pub(crate) const GRIBSKOV: &str = "0270";

pub(crate) fn text(words: &str) -> Narrative {
    Narrative::parse(words).unwrap()
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Whoever writes in one citizen's plan.
#[derive(Debug, Clone)]
pub(crate) struct Pen {
    pub(crate) plan: Option<Plan>,
    pub(crate) events: Vec<PlanEvent>,
    pub(crate) context: Context,
    next: u128,
}

impl Pen {
    /// A municipality that does not know the citizen yet.
    pub(crate) fn of(municipality: &str) -> Self {
        let from = day("2017-10-01");
        let adopted = ["frikommune-29", "frikommune-33"]
            .map(|exemption| Adoption::new(exemption, Validity { from, until: None }).unwrap());
        let context = Context {
            now: "2019-01-07T11:00:00Z".parse().unwrap(),
            actor: "anne.jensen".parse().unwrap(),
            municipality: municipality.parse().unwrap(),
            frozen: false,
            adopted: adopted.into_iter().collect(),
        };
        Self { plan: None, events: Vec::new(), context, next: 0 }
    }

    /// A plan begun in Furesø, with nothing in it.
    pub(crate) fn begun(on: &str) -> Self {
        Self::begun_by(FURESOE, CITIZEN, on)
    }

    /// A plan begun there for a citizen of this number.
    pub(crate) fn begun_by(municipality: &str, cpr: &str, on: &str) -> Self {
        let mut pen = Self::of(municipality);
        let citizen = Citizen::new(cpr.parse().unwrap());
        let caseworker = pen.context.actor.clone();
        pen.on(on).says(PlanCommand::Register { citizen, caseworker });
        pen
    }

    /// Turns to noon of a day.
    pub(crate) fn on(&mut self, day: &str) -> &mut Self {
        self.context.now = format!("{day}T11:00:00Z").parse().unwrap();
        self
    }

    /// Does it, if the domain lets it be done.
    pub(crate) fn tries(&mut self, command: PlanCommand) -> bool {
        let Ok(events) = decide(self.plan.as_ref(), command, &self.context) else { return false };
        self.writes(events);
        true
    }

    /// Does it.
    pub(crate) fn says(&mut self, command: PlanCommand) -> &mut Self {
        let events = decide(self.plan.as_ref(), command, &self.context).unwrap();
        self.writes(events);
        self
    }

    /// Writes events that are decided.
    pub(crate) fn writes(&mut self, events: Vec<PlanEvent>) {
        for event in &events {
            self.plan = Some(match self.plan.take() {
                None => Plan::begin(event).unwrap(),
                Some(plan) => plan.apply(event),
            });
        }
        self.events.extend(events);
    }

    pub(crate) fn id(&mut self) -> Uuid {
        self.next += 1;
        Uuid::from_u128(self.next)
    }

    /// Writes something new.
    pub(crate) fn adds(&mut self, item: NewItem) -> ItemKey {
        let id = self.id();
        self.says(PlanCommand::Add { id, item: Box::new(item) });
        match self.events.last() {
            Some(PlanEvent::ItemRecorded { item, .. }) => item.key.clone(),
            _ => panic!("nothing was written"),
        }
    }

    pub(crate) fn goal(&mut self, sector: &str) -> ItemKey {
        let sector = sector.parse().unwrap();
        self.adds(NewItem::Goal { sector, text: text("Et mål"), part_of: None, taken_from: None })
    }

    pub(crate) fn changes(&mut self, item: &ItemKey, change: ItemChange) -> &mut Self {
        self.says(PlanCommand::Change { item: item.clone(), change })
    }

    pub(crate) fn finishes(&mut self, item: &ItemKey) -> &mut Self {
        let on = self.context.today();
        self.changes(item, ItemChange::Finish { on: on.to_string().parse().unwrap(), outcome: text("Nået") })
    }

    pub(crate) fn drops(&mut self, item: &ItemKey) -> &mut Self {
        self.changes(item, ItemChange::Drop { reason: text("Et andet mål er vigtigere") })
    }

    pub(crate) fn closes(&mut self, reason: CloseReason) -> &mut Self {
        self.says(PlanCommand::Close { reason, note: text("Slut") })
    }

    /// Takes in what a sector's system reported.
    pub(crate) fn reports(&mut self, recorded: Vec<Item>) -> &mut Self {
        let stamp = self.context.stamp();
        self.writes(vec![PlanEvent::ReportImported {
            stamp,
            citizen: None,
            recorded,
            confirmed: Vec::new(),
        }]);
        self
    }

    /// Something that a report holds.
    pub(crate) fn reported(&self, id: &str, kind: ItemKind, status: Status) -> Item {
        let key = ItemKey::new("CarePlan", id).unwrap();
        let source = Source::Report { bundle: None, organisation: None };
        let (as_of, municipality) = (self.context.now, self.context.municipality);
        Item::new(key, kind, "social".parse().unwrap(), status, Provenance { source, as_of, municipality })
    }

    /// Records the consent to send the plan.
    pub(crate) fn consents_to(&mut self, to: &str) -> &mut Self {
        let sectors = ["social", "employment", "education", "unsorted"];
        let sections = sectors.iter().flat_map(|sector| {
            SectionKind::ALL.map(|kind| format!("{sector}/{}", kind.as_str()).parse().unwrap())
        });
        let draft = BasisDraft {
            id: BasisId::from_bytes([1; 16]),
            case: CaseHandle::from_bytes([7; 16]),
            from: self.context.municipality,
            to: Some(to.parse().unwrap()),
            sections: sections.collect(),
            provision: "retssikkerhedsloven-11-a".to_owned(),
            valid_from: self.context.now,
            until: Some("2030-01-01T00:00:00Z".parse().unwrap()),
            data_protection: DataProtectionBasis::NORMAL,
            ground: Ground::Consent {
                purpose: text("Planen skal følge med"),
                form: ConsentForm::Written,
                given_by: ConsentGiver::Citizen,
            },
        };
        self.says(PlanCommand::RecordBasis(Box::new(draft)))
    }

    /// The plan as a package holds it, without these kinds of information.
    pub(crate) fn package(&self, without: &[SectionKind]) -> (Plan, BTreeSet<SectionKind>) {
        let plan = self.plan.as_ref().unwrap();
        let sections =
            plan.sections().into_iter().filter(|section| !without.contains(&section.kind)).collect();
        let (mut sent, left_out) = plan.restricted_to(&sections);
        sent.bases = plan.bases.clone();
        (sent, left_out)
    }

    /// Gives the plan away.
    pub(crate) fn hands_over(&mut self, to: &Self) -> &mut Self {
        let transfer = TransferId::from_bytes([9; 16]);
        self.says(PlanCommand::HandOver { to: to.context.municipality, transfer })
    }

    /// Opens a package.
    pub(crate) fn receives(&mut self, from: &Self, package: (Plan, BTreeSet<SectionKind>)) -> &mut Self {
        self.receives_for("bo.holm".parse().unwrap(), from, package)
    }

    /// Opens a package that nobody is known to have accepted.
    pub(crate) fn receives_unassigned(
        &mut self,
        from: &Self,
        package: (Plan, BTreeSet<SectionKind>),
    ) -> &mut Self {
        self.receives_for(UserName::unassigned(), from, package)
    }

    fn receives_for(
        &mut self,
        caseworker: UserName,
        from: &Self,
        (plan, left_out): (Plan, BTreeSet<SectionKind>),
    ) -> &mut Self {
        let mut transfer = [9; 16];
        transfer[0] = u8::try_from(self.events.len()).unwrap_or(255);
        self.says(PlanCommand::Receive {
            from: from.context.municipality,
            transfer: TransferId::from_bytes(transfer),
            epoch: Epoch::FIRST.next(),
            left_out,
            caseworker,
            plan: Box::new(plan),
        })
    }

    /// What a measure says of the citizen as of the end of an epoch.
    pub(crate) fn says_of(&self, measure: &str, epoch: &str) -> Answer {
        // Whoever asks of a citizen who is not counted in that epoch has made a mistake.
        let course = Course::of(&self.events, epoch.parse().unwrap()).unwrap().unwrap();
        let measure = MEASURES.into_iter().find(|one| one.name == measure).unwrap();
        measure.of(&course)
    }
}

/// The plan on its way from one to another on this day: what is left out stays behind.
pub(crate) fn hand_over(from: &mut Pen, to: &mut Pen, on: &str, without: &[SectionKind]) {
    let package = from.package(without);
    from.on(on).hands_over(to);
    to.on(on).receives(from, package);
}

pub(crate) fn action(sector: &str, starts: Option<&str>, agreed: Agreement) -> NewItem {
    NewItem::Action {
        sector: sector.parse().unwrap(),
        text: text("En indsats"),
        starts: starts.map(|day| day.parse().unwrap()),
        ends: None,
        goal: None,
        taken_from: None,
        agreed,
    }
}
