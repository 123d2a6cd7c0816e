//! A family that moves together: who can go, who waits, and how far each has come.

use std::collections::BTreeSet;

use enplan_domain::access::{self, Action};
use enplan_domain::handover::family::Tally;
use enplan_domain::handover::{Direction, FamilyKey};
use enplan_domain::household::leaving::{Asked, Candidate, Standing, UnderWay};
use enplan_domain::plan::Plan;
use enplan_domain::{BasisId, CaseId, FamilyMoveId, Kommunekode, TransferId, danish_day};
use enplan_federation::wire::{from_proto_time, proto_time};
use enplan_federation::{
    Families, FamilyOffer, FamilyOffered, HandoverError, HandoverRecord, KnownMoves, Machine, Offer,
};
use enplan_proto::handover::v1 as proto;
use enplan_vault::{AuditEntry, Write};

use super::casework::{Case, resource};
use super::field::case_id;
use super::handover::{Exchange, bad_deadline, municipality, previewed};
use super::household::{self, who_consents};
use crate::failure::Failure;
use crate::sessions::Caller;

/// What a look at a family that moves is called in the audit log.
const SEE_FAMILY_MOVE: &str = "see-family-move";

/// Somebody of a family, with what the rules need to know of them.
struct Known<'c> {
    case: &'c Case,
    moves: KnownMoves,
    under_way: Option<UnderWay>,
}

impl Known<'_> {
    fn id(&self) -> CaseId {
        self.case.stored.row.case
    }

    fn candidate(&self) -> Candidate<'_> {
        Candidate {
            case: self.id(),
            handle: self.case.stored.row.handle,
            plan: &self.case.plan,
            docket: &self.moves.docket,
            under_way: self.under_way,
        }
    }
}

/// Offers those of a family who can go, or shows what that would be. What can't be meant refuses the whole; what keeps one
/// person keeps nobody else, and is said of that person.
pub(super) async fn offer(
    exchange: &Exchange,
    caller: &Caller,
    request: proto::OfferFamilyRequest,
) -> Result<proto::OfferFamilyResponse, Failure> {
    let desk = &exchange.0;
    let first = case_id(&request.case_id)?;
    let to = municipality(&request.to)?;
    let deadline = request.deadline.map(|at| from_proto_time(at).ok_or_else(bad_deadline)).transpose()?;
    let named = request.basis_ids.iter().map(|id| id.parse().map_err(|_| HandoverError::NoSuchBasis));
    let named: Vec<BasisId> = named.collect::<Result<_, _>>()?;
    let stays = request.staying_case_ids.iter().map(|id| case_id(id)).collect::<Result<BTreeSet<_>, _>>()?;

    let found = household::find(desk, caller, first).await?;
    desk.allow(caller, Action::OfferHandover, &resource(&found.first.stored.row)?, &[first], None).await?;
    desk.may_show(&found.first)?;
    let cases: BTreeSet<_> = found.all().map(|case| case.stored.row.case).collect();
    let entry = AuditEntry::done(caller.actor.clone(), SEE_FAMILY_MOVE, cases.iter().copied().collect());
    desk.vault.write(Write::of(entry)).await?;
    desk.handovers.may_offer_to(to, deadline)?;

    let joined = desk.handovers.families().await?.joinable(to, &cases);
    let order: Vec<CaseId> =
        found.family(danish_day(desk.clock.now())).members.iter().map(|member| member.case).collect();
    let known = know(exchange, ordered(found.all().collect(), &order), joined).await?;
    let candidates: Vec<_> = known.iter().map(Known::candidate).collect();
    let terms = (desk.municipality, to, desk.clock.now());
    let asked = Asked::new(&candidates, terms, &named, stays).map_err(HandoverError::from)?;
    let standings: Vec<_> = candidates.iter().map(|one| asked.standing(one)).collect();

    let all = known.iter().zip(standings);
    let mut answer = proto::OfferFamilyResponse {
        hidden: u32::try_from(found.hidden).unwrap_or(u32::MAX),
        ..proto::OfferFamilyResponse::default()
    };
    if request.preview_only {
        answer.family_id = joined.map(|key| key.id.to_string()).unwrap_or_default();
        for (known, standing) in all {
            let mut member = member(exchange, known.case, standing).await?;
            if let Standing::Goes(basis) = standing {
                let offer = Offer { case: known.id(), to, basis, deadline, family: None };
                match preview(exchange, caller, &offer).await {
                    Ok(shown) => member.handover = Some(shown),
                    Err(why) => refuse(&mut member, &why),
                }
            }
            answer.members.push(member);
        }
        return Ok(answer);
    }

    let mut family = FamilyOffer { to, going: Vec::new(), waiting: BTreeSet::new(), seen: cases, deadline };
    let mut refused = Vec::new();
    for (known, standing) in all.clone() {
        let may = resource(&known.case.stored.row)?;
        match standing {
            Standing::Goes(basis) => {
                match desk.allow(caller, Action::OfferHandover, &may, &[known.id()], None).await {
                    Ok(()) => family.going.push((known.id(), basis)),
                    Err(why) => refused.push((known.id(), why)),
                }
            }
            standing if standing.waits() => {
                family.waiting.insert(known.id());
            }
            _ => {}
        }
    }
    let FamilyOffered { id, offers } = desk.handovers.offer_family(&family, &caller.actor).await?;
    let mut offered = Vec::new();
    for (case, outcome) in offers {
        match outcome {
            Ok(record) => offered.push((case, record)),
            Err(error) => refused.push((case, error.into())),
        }
    }
    answer.family_id = id.map(|id| id.to_string()).unwrap_or_default();
    for (known, standing) in all {
        let record = offered.iter().find(|(case, _)| *case == known.id()).map(|(_, record)| record);
        let standing = record.map_or(standing, |record| Standing::Offered(record.transfer()));
        let mut member = member(exchange, known.case, standing).await?;
        if let Some((_, why)) = refused.iter().find(|(case, _)| *case == known.id()) {
            refuse(&mut member, why);
        }
        answer.members.push(member);
    }
    Ok(answer)
}

/// The cases in this order.
fn ordered<'c>(mut cases: Vec<&'c Case>, order: &[CaseId]) -> Vec<&'c Case> {
    cases.sort_by_key(|case| order.iter().position(|id| *id == case.stored.row.case));
    cases
}

/// What the rules need to know of each, where `joined` is the family move that they are of.
async fn know<'c>(
    exchange: &Exchange,
    cases: Vec<&'c Case>,
    joined: Option<FamilyKey>,
) -> Result<Vec<Known<'c>>, Failure> {
    let open = exchange.0.handovers.list(false).await?;
    let mut known = Vec::with_capacity(cases.len());
    for case in cases {
        let id = case.stored.row.case;
        let is_theirs = |record: &&HandoverRecord| {
            record.case == Some(id) && matches!(record.machine, Machine::Source(_))
        };
        let under_way = open.iter().find(is_theirs).map(|record| UnderWay {
            transfer: record.transfer(),
            together: joined.is_some() && record.family_key() == joined,
        });
        known.push(Known { case, moves: exchange.0.handovers.moves(id).await?, under_way });
    }
    Ok(known)
}

async fn preview(exchange: &Exchange, caller: &Caller, offer: &Offer) -> Result<proto::Handover, Failure> {
    let desk = &exchange.0;
    let (preview, version) = desk.handovers.preview(offer).await?;
    let entry = AuditEntry::done(caller.actor.clone(), "preview-handover", vec![offer.case]);
    desk.vault.write(Write::of(entry)).await?;
    Ok(previewed(offer, &preview, version))
}

/// Somebody whose case is here. Of somebody protected nothing is shown but that they are there.
async fn member(
    exchange: &Exchange,
    case: &Case,
    standing: Standing,
) -> Result<proto::FamilyMember, Failure> {
    let mut member = proto::FamilyMember {
        standing: standing.name().to_owned(),
        message: standing.what_to_do().to_owned(),
        ..named(case.stored.row.case, &case.plan)
    };
    match standing {
        Standing::Goes(basis) => member.basis_id = basis.to_string(),
        Standing::Offered(transfer) | Standing::UnderWayAlone(transfer) => {
            let record = exchange.0.handovers.find(transfer).await?;
            member.handover = Some(exchange.show(&record).await?);
        }
        Standing::NeedsBasis(_) => {
            let today = danish_day(exchange.0.clock.now());
            if let Some((giver, all_holders)) = who_consents(&case.plan, today) {
                giver.clone_into(&mut member.consents);
                member.all_holders_consent = all_holders;
            }
        }
        _ => {}
    }
    Ok(member)
}

fn named(case: CaseId, plan: &Plan) -> proto::FamilyMember {
    let masked = plan.citizen.protected;
    proto::FamilyMember {
        case_id: case.to_string(),
        name: if masked { String::new() } else { plan.citizen.name.reveal().to_owned() },
        masked,
        ..proto::FamilyMember::default()
    }
}

/// Why it was not done for somebody.
pub(super) fn refuse(member: &mut proto::FamilyMember, why: &Failure) {
    why.code().clone_into(&mut member.refusal);
    why.danish().clone_into(&mut member.message);
}

/// What a caller may follow of a family that moves together.
pub(super) struct Followed {
    pub(super) key: FamilyKey,
    pub(super) records: Vec<HandoverRecord>,
    waiting: Vec<Case>,
}

impl Followed {
    /// The family in counts.
    pub(super) async fn shown(
        &self,
        exchange: &Exchange,
        families: &Families,
    ) -> Result<proto::FamilyMove, Failure> {
        let FamilyKey { direction, counterpart, id } = self.key;
        let tally = self.tally();
        let masked = !exchange.0.handovers.protected_among(families, self.key).await?.is_empty();
        Ok(proto::FamilyMove {
            family_id: id.to_string(),
            side: match direction {
                Direction::Leaving => proto::Side::Source,
                Direction::Arriving => proto::Side::Destination,
            }
            .into(),
            counterpart: if masked { String::new() } else { counterpart.to_string() },
            counterpart_masked: masked,
            plans: tally.plans,
            awaiting_answer: tally.awaiting_answer,
            under_way: tally.under_way,
            completed: tally.done,
            came_to_nothing: tally.came_to_nothing,
            // What the sender knows that it has sent is not awaited there.
            not_come: match direction {
                Direction::Arriving => families.tally(self.key).not_come,
                Direction::Leaving => 0,
            },
            waiting: u32::try_from(self.waiting.len()).unwrap_or(u32::MAX),
            deadline: tally.deadline.map(proto_time),
        })
    }

    fn tally(&self) -> Tally {
        Tally::of(&self.records.iter().filter_map(HandoverRecord::part).collect::<Vec<_>>())
    }

    fn is_over(&self) -> bool {
        self.tally().is_over() && self.waiting.is_empty()
    }
}

/// What the caller may follow of a family; nothing where that is nobody.
pub(super) async fn followed(
    exchange: &Exchange,
    caller: &Caller,
    families: &Families,
    key: FamilyKey,
) -> Result<Option<Followed>, Failure> {
    let desk = &exchange.0;
    let mut records = Vec::new();
    for record in families.newest(key) {
        let (action, resource) = exchange.followed_as(record).await?;
        if access::decide(&caller.user, action, &resource).is_ok() {
            records.push(record.clone());
        }
    }
    if records.is_empty() {
        return Ok(None);
    }
    let mut waiting = Vec::new();
    for id in families.waiting(key) {
        let Some(stored) = desk.vault.case_for_protocol(id).await? else { continue };
        if access::decide(&caller.user, Action::SeePlan, &resource(&stored.row)?).is_ok() {
            let case = desk.open_case(caller, Action::SeePlan, id).await?;
            if desk.may_show(&case).is_ok() && !case.plan.is_closed() {
                waiting.push(case);
            }
        }
    }
    Ok(Some(Followed { key, records, waiting }))
}

/// The families that the caller may follow, the newest first; those that are over only where they are asked for.
pub(super) async fn list(
    exchange: &Exchange,
    caller: &Caller,
    ended_too: bool,
) -> Result<Vec<proto::FamilyMove>, Failure> {
    let families = exchange.0.handovers.families().await?;
    let mut listed = Vec::new();
    for key in families.keys() {
        if let Some(family) = followed(exchange, caller, &families, key).await?
            && (ended_too || !family.is_over())
        {
            listed.push(family);
        }
    }
    listed.sort_by_key(|family| std::cmp::Reverse(family.records.iter().map(|record| record.began_at).max()));
    let mut shown = Vec::with_capacity(listed.len());
    for family in &listed {
        shown.push(family.shown(exchange, &families).await?);
    }
    Ok(shown)
}

/// The family moves of this id that a caller may follow. More than one where a sender uses an id that another uses.
pub(super) async fn known(
    exchange: &Exchange,
    caller: &Caller,
    families: &Families,
    (id, from): (&str, &str),
) -> Result<Vec<Followed>, Failure> {
    let id: FamilyMoveId = id.parse().map_err(|_| HandoverError::NoSuchFamily)?;
    let from: Option<Kommunekode> = if from.is_empty() { None } else { Some(municipality(from)?) };
    let mut known = Vec::new();
    for key in families.with_id(id) {
        let is_from = |from| key.direction == Direction::Arriving && key.counterpart == from;
        if from.is_none_or(is_from)
            && let Some(family) = followed(exchange, caller, families, key).await?
        {
            known.push(family);
        }
    }
    Ok(known)
}

/// The one of them; a sender must be named where there are several.
pub(super) fn only(mut known: Vec<Followed>) -> Result<Followed, Failure> {
    match (known.pop(), known.is_empty()) {
        (None, _) => Err(HandoverError::NoSuchFamily.into()),
        (Some(only), true) => Ok(only),
        (Some(_), false) => Err(HandoverError::FamilyAmbiguous.into()),
    }
}

/// A family move, one by one.
pub(super) async fn get(
    exchange: &Exchange,
    caller: &Caller,
    request: &proto::GetFamilyMoveRequest,
) -> Result<proto::GetFamilyMoveResponse, Failure> {
    let desk = &exchange.0;
    desk.allow_here(caller, Action::ListHandovers).await?;
    let families = desk.handovers.families().await?;
    let mut known = known(exchange, caller, &families, (&request.family_id, &request.from)).await?;
    if known.iter().any(|family| family.key.direction == Direction::Leaving) {
        // Of this municipality's own ids nobody else says what they mean here.
        known.retain(|family| family.key.direction == Direction::Leaving);
    }
    let followed = only(known)?;
    let waiting: BTreeSet<_> = followed.waiting.iter().map(|case| case.stored.row.case).collect();
    exchange.record_look(caller, SEE_FAMILY_MOVE, &followed.records, &waiting).await?;
    let mut members = Vec::new();
    for record in &followed.records {
        members.push(of_record(exchange, record).await?);
    }
    let known = know(exchange, followed.waiting.iter().collect(), Some(followed.key)).await?;
    let candidates: Vec<_> = known.iter().map(Known::candidate).collect();
    let terms = (desk.municipality, followed.key.counterpart, desk.clock.now());
    let asked = Asked::new(&candidates, terms, &[], BTreeSet::new()).map_err(HandoverError::from)?;
    for (known, candidate) in known.iter().zip(&candidates) {
        members.push(member(exchange, known.case, asked.standing(candidate)).await?);
    }
    let family = Some(followed.shown(exchange, &families).await?);
    Ok(proto::GetFamilyMoveResponse { family, members })
}

/// Somebody who is offered, or has arrived. Nobody has a name where their plan is not served: at the receiver before it has
/// arrived, at the sender after.
pub(super) async fn of_record(
    exchange: &Exchange,
    record: &HandoverRecord,
) -> Result<proto::FamilyMember, Failure> {
    let mut member = proto::FamilyMember::default();
    if let Some(id) = record.case
        && let Some(stored) = exchange.0.vault.case_for_protocol(id).await?
    {
        let is_served =
            stored.row.hold.is_readable() && exchange.0.handovers.fence().may_read(stored.row.handle).is_ok();
        member = named(id, &stored.plan()?);
        if !is_served {
            member.name.clear();
        }
    }
    let standing = Standing::Offered(record.transfer());
    standing.name().clone_into(&mut member.standing);
    member.handover = Some(exchange.show(record).await?);
    Ok(member)
}

/// The handover, if it is one of this family's.
pub(super) fn one_of(followed: &Followed, transfer: TransferId) -> Result<TransferId, Failure> {
    let is_theirs = followed.records.iter().any(|record| record.transfer() == transfer);
    if is_theirs { Ok(transfer) } else { Err(HandoverError::NotOfFamilyMove.into()) }
}
