//! Answering a family that moves here: one answer for several of its plans, and for each what came of it.

use enplan_domain::TransferId;
use enplan_domain::access::Action;
use enplan_domain::handover::Direction;
use enplan_federation::{HandoverError, HandoverRecord};
use enplan_proto::handover::v1 as proto;

use super::family::{self, Followed};
use super::handover::{Exchange, preview_version, rejection, transfer_id};
use crate::failure::Failure;
use crate::sessions::Caller;

/// Accepts each as it was previewed, under one coordinating caseworker. One that has changed since, or was answered, is
/// refused by itself.
pub(super) async fn accept(
    exchange: &Exchange,
    caller: &Caller,
    request: proto::AcceptFamilyRequest,
) -> Result<proto::AcceptFamilyResponse, Failure> {
    let followed = arriving(exchange, caller, (&request.family_id, &request.from)).await?;
    let (caseworker, unit) = exchange.coordinator(caller, &request.caseworker).await?;
    let mut members = Vec::with_capacity(request.seen.len());
    for seen in &request.seen {
        let accepted = async {
            let transfer =
                one_of(exchange, caller, Action::AcceptHandover, &followed, &seen.transfer_id).await?;
            let version = preview_version(&seen.preview_version)?;
            let (handovers, actor) = (&exchange.0.handovers, caller.actor.clone());
            Ok(handovers.accept(transfer, version, &caseworker, unit.clone(), actor).await?)
        };
        members.push(answered(exchange, &seen.transfer_id, accepted.await).await?);
    }
    Ok(proto::AcceptFamilyResponse { members, family: Some(now(exchange, caller, &followed).await?) })
}

/// Says no to each, with one reason.
pub(super) async fn reject(
    exchange: &Exchange,
    caller: &Caller,
    request: proto::RejectFamilyRequest,
) -> Result<proto::RejectFamilyResponse, Failure> {
    let followed = arriving(exchange, caller, (&request.family_id, &request.from)).await?;
    let rejection = rejection(request.reason, &request.comment)?;
    exchange.0.handovers.may_reject(&rejection)?;
    let mut members = Vec::with_capacity(request.transfer_ids.len());
    for id in &request.transfer_ids {
        let rejected = async {
            let transfer = one_of(exchange, caller, Action::RejectHandover, &followed, id).await?;
            let (handovers, actor) = (&exchange.0.handovers, caller.actor.clone());
            Ok(handovers.reject(transfer, rejection.clone(), actor).await?)
        };
        members.push(answered(exchange, id, rejected.await).await?);
    }
    Ok(proto::RejectFamilyResponse { members, family: Some(now(exchange, caller, &followed).await?) })
}

/// A family that comes here, and of which the caller may follow something.
async fn arriving(exchange: &Exchange, caller: &Caller, which: (&str, &str)) -> Result<Followed, Failure> {
    exchange.0.allow_here(caller, Action::ListHandovers).await?;
    let families = exchange.0.handovers.families().await?;
    let mut known = family::known(exchange, caller, &families, which).await?;
    let leaves = known.iter().any(|family| family.key.direction == Direction::Leaving);
    known.retain(|family| family.key.direction == Direction::Arriving);
    if known.is_empty() && leaves {
        return Err(HandoverError::WrongSide.into());
    }
    family::only(known)
}

/// A handover of this family's, for somebody who may answer it.
async fn one_of(
    exchange: &Exchange,
    caller: &Caller,
    action: Action,
    followed: &Followed,
    id: &str,
) -> Result<TransferId, Failure> {
    let transfer = family::one_of(followed, transfer_id(id)?)?;
    Ok(exchange.incoming(caller, action, &transfer.to_string()).await?.0)
}

/// What came of the answer to one.
async fn answered(
    exchange: &Exchange,
    id: &str,
    outcome: Result<HandoverRecord, Failure>,
) -> Result<proto::FamilyMember, Failure> {
    match outcome {
        Ok(record) => family::of_record(exchange, &record).await,
        Err(why) => {
            let handover = proto::Handover { transfer_id: id.to_owned(), ..proto::Handover::default() };
            let mut member =
                proto::FamilyMember { handover: Some(handover), ..proto::FamilyMember::default() };
            family::refuse(&mut member, &why);
            Ok(member)
        }
    }
}

/// The family after the answers.
async fn now(exchange: &Exchange, caller: &Caller, before: &Followed) -> Result<proto::FamilyMove, Failure> {
    let families = exchange.0.handovers.families().await?;
    let followed = family::followed(exchange, caller, &families, before.key).await?;
    followed.as_ref().unwrap_or(before).shown(exchange, &families).await
}
