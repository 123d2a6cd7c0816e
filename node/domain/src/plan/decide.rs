//! What a command makes of a plan: events, or a typed no.

use super::command::PlanCommand;
use super::{Arrival, Citizen, Life, Plan, PlanEvent, PlanRefusal};
use crate::basis::{BasisDraft, Ground, LegalBasis};
use crate::{Context, UserName};

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
            if !(plan.is_closed() && command.protects_the_citizen()) {
                plan.check_open(context, command.is_taken_while_frozen())?;
            }
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
        // That it is the same citizen is the case's to say: the number may have changed while the plan was away, and the
        // former one does not travel.
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
                let is_due = protected && self.citizen.is_protection_due(context.today());
                change(
                    self.citizen.protected != protected || is_due,
                    PlanEvent::ProtectionChanged { stamp, protected, told_by_report: false },
                )
            }
            PlanCommand::ChangeCaseworker { caseworker, id, note } => {
                self.hand_on(id, caseworker, note, context)?
            }
            PlanCommand::SetAddress { address } => {
                change(!self.citizen.lives_at(&address), PlanEvent::AddressChanged { stamp, address })
            }
            PlanCommand::Add { id, item } => self.add(id, *item, context)?,
            PlanCommand::Share { id, item, with } => self.share(id, *item, with, context)?,
            PlanCommand::Change { item, change } => self.change(&item, change, false, context)?,
            PlanCommand::ChangeShared { item, change } => self.change(&item, change, true, context)?,
            PlanCommand::Convene { id, meeting, held } => {
                self.convene(id, *meeting, held.map(|held| *held), context)?
            }
            PlanCommand::HoldMeeting { meeting, on, held } => {
                self.hold_meeting(&meeting, on, *held, context)?
            }
            PlanCommand::HoldFollowUp { follow_up, on, outcome, evaluations } => {
                self.hold_and_evaluate(&follow_up, (on, outcome), evaluations, context)?
            }
            PlanCommand::Acknowledge { id, code, items, reason } => {
                self.acknowledge(id, (code, &items), reason, context)?
            }
            PlanCommand::Oppose { id, between, how } => self.oppose(id, &between, how, context)?,
            PlanCommand::Merge { decisions } => self.merge(decisions, context)?,
            PlanCommand::Separate { id, item, reason } => self.separate(id, &item, reason, context)?,
            PlanCommand::TakeIn { from, plan } => self.take_in(from, &plan, context)?,
            PlanCommand::MergeInto { into } => self.merge_into(into, context)?,
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

    fn record_basis(&self, draft: BasisDraft, context: &Context) -> Result<Vec<PlanEvent>, PlanRefusal> {
        if let Some(there) = self.bases.get(&draft.id) {
            return if *there.draft() == draft { Ok(Vec::new()) } else { Err(PlanRefusal::IdInUse) };
        }
        let basis = LegalBasis::record(draft, &self.citizen.cpr, context)?;
        basis.draft().check_family(self, context.today())?;
        basis.draft().check_material(self)?;
        Ok(vec![PlanEvent::BasisRecorded { basis: Box::new(basis) }])
    }
}
