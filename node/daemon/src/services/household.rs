//! A family's plans side by side: access is decided and recorded person by person.

use std::collections::BTreeSet;
use std::sync::Arc;

use enplan_domain::access::{self, Action};
use enplan_domain::basis::WhoConsents;
use enplan_domain::household::{self, Household, Member, Overlap, Seen};
use enplan_domain::plan::Plan;
use enplan_domain::{CaseId, Cpr, Date, catalogue};
use enplan_proto::household::v1 as proto;
use enplan_proto::household::v1::household_service_server::HouseholdService;
use enplan_vault::{AuditEntry, Write};
use tonic::{Request, Response, Status};

use super::casework::{Case, resource};
use super::field::case_id;
use super::{Desk, relation, sharing, show};
use crate::failure::Failure;
use crate::sessions::Caller;

/// What a look at a family is called in the audit log.
const SEE_HOUSEHOLD: &str = "see-household";

/// By whose ages it is said who is party to a child's plan, and by whose ages who consents to sending a plan.
const CHILDS_PLAN: &str = "barnets-lov-91";
const SENDING: &str = "retssikkerhedsloven-11-a";

pub(super) struct Households(pub(super) Arc<Desk>);

#[tonic::async_trait]
impl HouseholdService for Households {
    async fn get_household(
        &self,
        request: Request<proto::GetHouseholdRequest>,
    ) -> Result<Response<proto::GetHouseholdResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let id = case_id(&request.get_ref().case_id)?;
        let found = find(&self.0, &caller, id).await?;
        let arrived = self.arrived_together(&caller, &found).await?;
        let seen = found.all().chain(&arrived).map(|case| case.stored.row.case).collect();
        let entry = AuditEntry::done(caller.actor.clone(), SEE_HOUSEHOLD, seen);
        self.0.vault.write(Write::of(entry)).await.map_err(Failure::from)?;
        self.0.may_show(&found.first)?;
        let mut shown = self.shown(&found).await?;
        shown.arrived_together = arrived.iter().map(arrived_with).collect();
        Ok(Response::new(shown))
    }

    async fn add_shared(
        &self,
        request: Request<proto::AddSharedRequest>,
    ) -> Result<Response<proto::AddSharedResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        Ok(Response::new(sharing::add(&self.0, &caller, request.into_inner()).await?))
    }

    async fn change_shared(
        &self,
        request: Request<proto::ChangeSharedRequest>,
    ) -> Result<Response<proto::ChangeSharedResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        Ok(Response::new(sharing::change(&self.0, &caller, request.into_inner()).await?))
    }
}

/// A family's cases that a caller may see, and how many they may not.
pub(super) struct Found {
    pub(super) first: Case,
    pub(super) others: Vec<Case>,
    pub(super) hidden: usize,
}

impl Found {
    /// Whoever it is seen from, and then the others.
    pub(super) fn all(&self) -> impl Iterator<Item = &Case> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The family on a day.
    pub(super) fn family(&self, day: Date) -> Household<'_> {
        let seen = |case: &'_ Case| case.stored.row.case;
        let others: Vec<_> =
            self.others.iter().map(|case| Seen { case: seen(case), plan: &case.plan }).collect();
        household::of(Seen { case: seen(&self.first), plan: &self.first.plan }, &others, self.hidden, day)
    }
}

/// The family of a case's citizen, as far as the caller may see it. A look at each is theirs to record who shows it.
pub(super) async fn find(desk: &Desk, caller: &Caller, id: CaseId) -> Result<Found, Failure> {
    let first = desk.open_case(caller, Action::SeePlan, id).await?;
    let today = desk.context(caller, None).today();
    let numbers: BTreeSet<Cpr> =
        first.plan.relations_on(today).filter_map(|(_, relation)| relation.cpr().cloned()).collect();
    let (mut others, mut hidden, mut known) = (Vec::<Case>::new(), 0, BTreeSet::from([id]));
    for cpr in &numbers {
        for row in desk.vault.cases_of_citizen(cpr).await? {
            if !row.hold.is_readable() || !known.insert(row.case) {
                continue;
            }
            let resource = resource(&row)?;
            if access::decide(&caller.user, Action::SeePlan, &resource).is_err() {
                // The refusal is in that citizen's log, as if somebody had asked for their plan.
                let asked = desk.allow(caller, Action::SeePlan, &resource, &[row.case], None).await;
                hidden += usize::from(asked.is_err());
                continue;
            }
            let case = desk.open_case(caller, Action::SeePlan, row.case).await?;
            match desk.may_show(&case) {
                Ok(()) if case.plan.is_closed() => {}
                Ok(()) => others.push(case),
                Err(_) => hidden += 1,
            }
        }
    }
    Ok(Found { first, others, hidden })
}

impl Households {
    /// Those who came here in one family move with whoever the family is seen from, whom the caller may see and whom no
    /// relation written here leads to. Of anybody else nothing is said.
    async fn arrived_together(&self, caller: &Caller, found: &Found) -> Result<Vec<Case>, Failure> {
        let Some(arrival) = found.first.plan.arrivals.last() else { return Ok(Vec::new()) };
        let known: BTreeSet<_> = found.all().map(|case| case.stored.row.case).collect();
        let mut arrived = Vec::new();
        for id in self.0.handovers.arrived_with(arrival.transfer).await?.difference(&known) {
            let Some(stored) = self.0.vault.case_for_protocol(*id).await? else { continue };
            if access::decide(&caller.user, Action::SeePlan, &resource(&stored.row)?).is_ok() {
                let case = self.0.open_case(caller, Action::SeePlan, *id).await?;
                if self.0.may_show(&case).is_ok() && !case.plan.is_closed() {
                    arrived.push(case);
                }
            }
        }
        Ok(arrived)
    }

    async fn shown(&self, found: &Found) -> Result<proto::GetHouseholdResponse, Failure> {
        let today = enplan_domain::danish_day(self.0.clock.now());
        let family = found.family(today);
        let protected = relation::protected_among(&self.0, &found.first.plan).await?;
        let terminology = self.0.code_systems.loaded();
        let item = |item| show::item(item, today, &terminology, &protected);
        let unit = |case: CaseId| {
            let mut rows = found.all().map(|other| &other.stored.row);
            rows.find(|row| row.case == case).and_then(|row| row.unit.clone())
        };
        Ok(proto::GetHouseholdResponse {
            members: family
                .members
                .iter()
                .map(|member| proto::Member {
                    unit: unit(member.case).unwrap_or_default(),
                    items: member.items.iter().map(|own| item(own)).collect(),
                    ..self::member(member, today)
                })
                .collect(),
            hidden: u32::try_from(family.hidden).unwrap_or(u32::MAX),
            without_plan: family.without_plan.iter().map(|relation| item(relation)).collect(),
            shared: family
                .shared
                .iter()
                .map(|shared| proto::SharedItem {
                    item: Some(item(shared.item)),
                    case_ids: shared.cases.iter().map(ToString::to_string).collect(),
                })
                .collect(),
            overlaps: family.overlaps.iter().map(|overlap| self::overlap(overlap, &family)).collect(),
            arrived_together: Vec::new(),
        })
    }
}

fn member(member: &Member<'_>, today: Date) -> proto::Member {
    let citizen = &member.plan.citizen;
    let common = proto::Member {
        case_id: member.case.to_string(),
        masked: member.is_masked,
        kinship: member.kinship.iter().map(|kinship| relation::shown_kinship(*kinship).into()).collect(),
        caseworker: member.plan.caseworker.to_string(),
        ..proto::Member::default()
    };
    if member.is_masked {
        return common;
    }
    let plan = catalogue::provision(CHILDS_PLAN, today).map(|provision| member.plan.say_on(provision, today));
    let (consents, all_holders_consent) = who_consents(member.plan, today).unwrap_or_default();
    proto::Member {
        name: citizen.name.reveal().to_owned(),
        cpr_masked: citizen.cpr.masked(),
        age: u32::try_from(citizen.cpr.age_on(today)).unwrap_or_default(),
        custody: member
            .custody
            .iter()
            .map(|holder| proto::Holder {
                kinship: relation::shown_kinship(holder.kinship).into(),
                custody: relation::shown_custody(holder.custody).into(),
                case_id: holder.case.map(|case| case.to_string()).unwrap_or_default(),
            })
            .collect(),
        consents: consents.to_owned(),
        all_holders_consent,
        to_be_heard: plan.is_some_and(|say| say.to_be_heard),
        heard_on: plan.and_then(|say| say.heard_on).map(|day| day.to_string()).unwrap_or_default(),
        ..common
    }
}

/// Who consents to sending a plan by age, as the command line names givers, and whether all who share custody do together.
pub(super) fn who_consents(plan: &Plan, today: Date) -> Option<(&'static str, bool)> {
    let say = plan.say_on(catalogue::provision(SENDING, today)?, today);
    let giver = match say.who {
        WhoConsents::CitizenOrGuardian => "citizen",
        WhoConsents::YoungPersonOrCustodyHolder => "young-person",
        WhoConsents::CustodyHolder => "custody-holder",
    };
    Some((giver, say.all_holders))
}

fn arrived_with(case: &Case) -> proto::ArrivedTogether {
    let citizen = &case.plan.citizen;
    let masked = citizen.protected;
    proto::ArrivedTogether {
        case_id: case.stored.row.case.to_string(),
        name: if masked { String::new() } else { citizen.name.reveal().to_owned() },
        masked,
    }
}

fn overlap(overlap: &Overlap, family: &Household<'_>) -> proto::Overlap {
    let (text, items) = match overlap {
        Overlap::Caseworkers(names) => {
            let names: Vec<_> = names.iter().map(ToString::to_string).collect();
            (format!("Familien har flere koordinerende sagsbehandlere: {}", names.join(", ")), Vec::new())
        }
        Overlap::SameAction(items) => {
            let first = items.first().and_then(|(case, key)| {
                let member = family.members.iter().find(|member| member.case == *case)?;
                member.plan.items.get(key).map(|item| item.text.reveal())
            });
            (format!("Samme indsats hos flere: {}", first.unwrap_or_default()), items.clone())
        }
    };
    proto::Overlap {
        code: overlap.code().to_owned(),
        text,
        case_ids: items.iter().map(|(case, _)| case.to_string()).collect(),
        item_ids: items.iter().map(|(_, key)| key.to_string()).collect(),
    }
}
