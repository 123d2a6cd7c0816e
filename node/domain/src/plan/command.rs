//! What may be done to a plan.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::item::{Item, ItemKey, ItemKind, Link, LinkRole, Provenance, Source, Status};
use super::section::{SectionKind, Sector};
use super::when::When;
use super::{Arrival, Citizen, CloseReason, Life, Plan, PlanEvent, PlanRefusal};
use crate::basis::{BasisDraft, Ground, LegalBasis};
use crate::{BasisId, Context, Cpr, Epoch, Kommunekode, Narrative, TransferId, UserName, catalogue};

/// What somebody asks of a plan. Ids of new things come with the command, so that the same one sent twice is done once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanCommand {
    /// Begin a plan.
    Register {
        /// Whose.
        citizen: Citizen,
        /// The coordinating caseworker.
        caseworker: UserName,
    },
    /// Take over a plan that a committed handover brought.
    Receive {
        /// From whom.
        from: Kommunekode,
        /// Under which handover.
        transfer: TransferId,
        /// The new owner's epoch.
        epoch: Epoch,
        /// The kinds of information that the legal basis did not cover.
        left_out: BTreeSet<SectionKind>,
        /// The coordinating caseworker here.
        caseworker: UserName,
        /// The plan as it was sent.
        plan: Box<Plan>,
    },
    /// Put the plan away: another municipality has it.
    HandOver {
        /// Who.
        to: Kommunekode,
        /// Under which handover.
        transfer: TransferId,
    },
    /// Set or correct the citizen's name.
    SetName {
        /// The name.
        name: Narrative,
    },
    /// The citizen has another number.
    ChangeCpr {
        /// The new one.
        cpr: Cpr,
    },
    /// Begin or end name and address protection.
    SetProtected {
        /// Whether the citizen is protected from now on.
        protected: bool,
    },
    /// Give the plan another coordinating caseworker.
    ChangeCaseworker {
        /// The new one.
        caseworker: UserName,
    },
    /// Add a goal.
    AddGoal {
        /// Its id.
        id: Uuid,
        /// Whose.
        sector: Sector,
        /// What.
        text: Narrative,
    },
    /// Add an action.
    AddAction {
        /// Its id.
        id: Uuid,
        /// Whose.
        sector: Sector,
        /// What.
        text: Narrative,
        /// From when.
        starts: Option<When>,
        /// The goal that it serves.
        goal: Option<ItemKey>,
    },
    /// Plan a follow-up.
    PlanFollowUp {
        /// Its id.
        id: Uuid,
        /// Whose.
        sector: Sector,
        /// When.
        on: When,
        /// What about; may be empty.
        text: Narrative,
    },
    /// Write a note.
    AddNote {
        /// Its id.
        id: Uuid,
        /// Whose.
        sector: Sector,
        /// What.
        text: Narrative,
    },
    /// Record a legal basis.
    RecordBasis(Box<BasisDraft>),
    /// Withdraw a consent.
    WithdrawBasis {
        /// Which.
        id: BasisId,
    },
    /// End the plan.
    Close {
        /// Why.
        reason: CloseReason,
        /// In words; may be empty.
        note: Narrative,
    },
}

impl PlanCommand {
    /// Whether it may be done while a handover has the plan frozen: what protects the citizen, what the registry of
    /// persons says, and the handover's own end.
    pub fn is_taken_while_frozen(&self) -> bool {
        match self {
            Self::WithdrawBasis { .. }
            | Self::SetProtected { .. }
            | Self::ChangeCpr { .. }
            | Self::HandOver { .. } => true,
            Self::Close { reason, .. } => *reason == CloseReason::Died,
            _ => false,
        }
    }
}

/// Decides a command: the events that it makes, none where nothing would change.
///
/// # Errors
/// [`PlanRefusal`]; then nothing has happened.
pub fn decide(
    plan: Option<&Plan>,
    command: PlanCommand,
    context: &Context,
) -> Result<Vec<PlanEvent>, PlanRefusal> {
    match (plan, command) {
        (plan, PlanCommand::Register { citizen, caseworker }) => register(plan, citizen, caseworker, context),
        (plan, PlanCommand::Receive { from, transfer, epoch, left_out, caseworker, plan: sent }) => {
            let arrival = Arrival { from, transfer, epoch, at: context.now, left_out };
            receive(plan, arrival, caseworker, sent, context)
        }
        (Some(plan), command) => {
            plan.check_open(context, command.is_taken_while_frozen())?;
            plan.decide_open(command, context)
        }
        (None, _) => Err(PlanRefusal::NoPlan),
    }
}

fn register(
    plan: Option<&Plan>,
    citizen: Citizen,
    caseworker: UserName,
    context: &Context,
) -> Result<Vec<PlanEvent>, PlanRefusal> {
    if plan.is_some() {
        return Err(PlanRefusal::AlreadyHere);
    }
    let municipality = context.municipality;
    Ok(vec![PlanEvent::CitizenRegistered { stamp: context.stamp(), municipality, citizen, caseworker }])
}

fn receive(
    here: Option<&Plan>,
    arrival: Arrival,
    caseworker: UserName,
    plan: Box<Plan>,
    context: &Context,
) -> Result<Vec<PlanEvent>, PlanRefusal> {
    if let Some(here) = here {
        if !here.citizen.has_number(&plan.citizen.cpr) && !plan.citizen.has_number(&here.citizen.cpr) {
            return Err(PlanRefusal::OtherCitizen);
        }
        let received_already = here.arrivals.last().is_some_and(|last| last.transfer == arrival.transfer);
        if received_already {
            return Ok(Vec::new());
        }
        if !matches!(here.life, Life::HandedOver { .. }) {
            return Err(PlanRefusal::AlreadyHere);
        }
    }
    if plan.life != Life::Open {
        return Err(PlanRefusal::ArrivedNotOpen);
    }
    let municipality = context.municipality;
    Ok(vec![PlanEvent::Received { stamp: context.stamp(), municipality, arrival, caseworker, plan }])
}

impl Plan {
    /// Refuses a change of a plan that is closed, elsewhere or frozen.
    pub(crate) fn check_open(&self, context: &Context, taken_while_frozen: bool) -> Result<(), PlanRefusal> {
        match self.life {
            Life::HandedOver { to, .. } => Err(PlanRefusal::HandedOver { to }),
            Life::Closed { .. } => Err(PlanRefusal::Closed),
            Life::Open if context.frozen && !taken_while_frozen => Err(PlanRefusal::HandoverUnderWay),
            Life::Open => Ok(()),
        }
    }

    fn decide_open(&self, command: PlanCommand, context: &Context) -> Result<Vec<PlanEvent>, PlanRefusal> {
        let stamp = context.stamp();
        let change = |differs: bool, event: PlanEvent| if differs { vec![event] } else { Vec::new() };
        Ok(match command {
            PlanCommand::SetName { name } if name.is_empty() => return Err(PlanRefusal::EmptyText),
            PlanCommand::SetName { name } => {
                change(self.citizen.name != name, PlanEvent::CitizenNamed { stamp, name })
            }
            PlanCommand::ChangeCpr { cpr } => {
                change(self.citizen.cpr != cpr, PlanEvent::CprChanged { stamp, cpr })
            }
            PlanCommand::SetProtected { protected } => {
                change(self.citizen.protected != protected, PlanEvent::ProtectionChanged { stamp, protected })
            }
            PlanCommand::ChangeCaseworker { caseworker } => {
                change(self.caseworker != caseworker, PlanEvent::CaseworkerChanged { stamp, caseworker })
            }
            PlanCommand::AddGoal { id, sector, text } => {
                let item = written("Goal", id, ItemKind::Goal, sector, Status::Active, text, context)?;
                self.record(item, context)?
            }
            PlanCommand::AddAction { id, sector, text, starts, goal } => {
                let mut item =
                    written("CarePlan", id, ItemKind::Intervention, sector, Status::Active, text, context)?;
                item.starts = starts;
                if let Some(target) = goal {
                    if !self.items.get(&target).is_some_and(is_goal) {
                        return Err(PlanRefusal::NoSuchGoal);
                    }
                    item.links.insert(Link { role: LinkRole::Serves, target, rank: None });
                }
                self.record(item, context)?
            }
            PlanCommand::PlanFollowUp { id, sector, on, text } => {
                let key = ItemKey::new("Encounter", &id.to_string()).map_err(|_| PlanRefusal::IdInUse)?;
                let mut item = Item::new(key, ItemKind::FollowUp, sector, Status::Planned, here(context));
                item.text = text;
                item.starts = Some(on);
                self.record(item, context)?
            }
            PlanCommand::AddNote { id, sector, text } => {
                let item =
                    written("Communication", id, ItemKind::Note, sector, Status::Ended, text, context)?;
                self.record(item, context)?
            }
            PlanCommand::RecordBasis(draft) => self.record_basis(*draft, context)?,
            PlanCommand::WithdrawBasis { id } => {
                let basis = self.bases.get(&id).ok_or(PlanRefusal::NoSuchBasis)?;
                if !matches!(basis.ground(), Ground::Consent { .. }) {
                    return Err(PlanRefusal::NotAConsent);
                }
                change(basis.withdrawal().is_none(), PlanEvent::BasisWithdrawn { stamp, basis: id })
            }
            PlanCommand::Close { reason, note } => vec![PlanEvent::Closed { stamp, reason, note }],
            PlanCommand::HandOver { to, transfer } => vec![PlanEvent::HandedOver { stamp, to, transfer }],
            PlanCommand::Register { .. } | PlanCommand::Receive { .. } => {
                return Err(PlanRefusal::AlreadyHere);
            }
        })
    }

    fn record(&self, item: Item, context: &Context) -> Result<Vec<PlanEvent>, PlanRefusal> {
        if catalogue::sector(item.sector.as_str(), context.today()).is_none() {
            return Err(PlanRefusal::UnknownSector);
        }
        match self.items.get(&item.key) {
            None => Ok(vec![PlanEvent::ItemRecorded { stamp: context.stamp(), item: Box::new(item) }]),
            Some(there) if there.says_the_same_as(&item) => Ok(Vec::new()),
            Some(_) => Err(PlanRefusal::IdInUse),
        }
    }

    fn record_basis(&self, draft: BasisDraft, context: &Context) -> Result<Vec<PlanEvent>, PlanRefusal> {
        if let Some(there) = self.bases.get(&draft.id) {
            return if *there.draft() == draft { Ok(Vec::new()) } else { Err(PlanRefusal::IdInUse) };
        }
        let basis = LegalBasis::record(draft, &self.citizen.cpr, context)?;
        Ok(vec![PlanEvent::BasisRecorded { basis: Box::new(basis) }])
    }
}

fn is_goal(item: &Item) -> bool {
    item.kind.section_kind() == SectionKind::Goals && item.status != Status::Withdrawn
}

fn here(context: &Context) -> Provenance {
    Provenance {
        source: Source::Staff { by: context.actor.clone() },
        as_of: context.now,
        municipality: context.municipality,
    }
}

fn written(
    resource_type: &str,
    id: Uuid,
    kind: ItemKind,
    sector: Sector,
    status: Status,
    text: Narrative,
    context: &Context,
) -> Result<Item, PlanRefusal> {
    if text.is_empty() {
        return Err(PlanRefusal::EmptyText);
    }
    let key = ItemKey::new(resource_type, &id.to_string()).map_err(|_| PlanRefusal::IdInUse)?;
    let mut item = Item::new(key, kind, sector, status, here(context));
    item.text = text;
    Ok(item)
}
