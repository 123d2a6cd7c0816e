//! Several plans become one: what looks like the same in a plan, and one plan of a citizen's laid into another.

use std::collections::BTreeSet;
use std::sync::Arc;

use enplan_domain::access::Action;
use enplan_domain::plan::merging::taken_in;
use enplan_domain::plan::{
    ItemKey, MergeDecision, MergeRefusal, Plan, PlanCommand, PlanEvent, PlanRefusal, decide,
};
use enplan_domain::{CaseId, Context, danish_day};
use enplan_proto::plan::v1 as proto;
use enplan_proto::plan::v1::merging_service_server::MergingService;
use enplan_vault::plans::PlanChange;
use enplan_vault::{AuditEntry, Under, Write, WriteError};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::casework::Case;
use super::field::{case_id, item, narrative};
use super::masking::Masking;
use super::show_merging::Shown;
use super::{Desk, relation, show};
use crate::failure::Failure;
use crate::sessions::Caller;

pub(super) struct Merging(pub(super) Arc<Desk>);

/// What these are called in the audit log.
const SEE_PROPOSALS: &str = "see-merge-proposals";
const PREVIEW_MERGE: &str = "preview-merge";
const MERGE_PLANS: &str = "merge-plans";

#[tonic::async_trait]
impl MergingService for Merging {
    async fn list_merge_proposals(
        &self,
        request: Request<proto::ListMergeProposalsRequest>,
    ) -> Result<Response<proto::ListMergeProposalsResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let id = case_id(&request.get_ref().case_id)?;
        let case = self.0.see_of_case(&caller, SEE_PROPOSALS, id).await?;
        let proposals = self.proposals(&case.plan).await?;
        Ok(Response::new(proto::ListMergeProposalsResponse { proposals, version: case.stored.row.version }))
    }

    async fn decide_merge(
        &self,
        request: Request<proto::DecideMergeRequest>,
    ) -> Result<Response<proto::DecideMergeResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let case = case_id(&request.case_id)?;
        let joins = request.joins.iter().map(join);
        let decisions: Vec<_> =
            joins.chain(request.aparts.iter().map(apart)).collect::<Result<_, Failure>>()?;
        let changed = self
            .0
            .change_case(&caller, Action::EditPlan, case, request.version, |_, _| {
                Ok(PlanCommand::Merge { decisions: decisions.clone() })
            })
            .await?;
        let note_ids = decisions.iter().filter_map(|decision| match decision {
            MergeDecision::Apart { id, .. } => Some(format!("Communication/{id}")),
            MergeDecision::Join { .. } => None,
        });
        let note_ids = note_ids.collect();
        Ok(Response::new(proto::DecideMergeResponse { note_ids, version: changed.version }))
    }

    async fn separate_item(
        &self,
        request: Request<proto::SeparateItemRequest>,
    ) -> Result<Response<proto::SeparateItemResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let case = case_id(&request.case_id)?;
        let (id, item) = (Uuid::new_v4(), named(&request.item_id)?);
        let reason = narrative("reason", &request.reason)?;
        let changed = self
            .0
            .change_case(&caller, Action::EditPlan, case, request.version, |_, _| {
                Ok(PlanCommand::Separate { id, item: item.clone(), reason: reason.clone() })
            })
            .await?;
        Ok(Response::new(proto::SeparateItemResponse { version: changed.version }))
    }

    async fn preview_merge_into(
        &self,
        request: Request<proto::PreviewMergeIntoRequest>,
    ) -> Result<Response<proto::PreviewMergeIntoResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let (from, into) = self.both(&caller, &request.case_id, &request.into_case_id).await?;
        let entry = AuditEntry::done(caller.actor.clone(), PREVIEW_MERGE, vec![id(&from), id(&into)]);
        self.0.vault.write(Write::of(entry)).await.map_err(Failure::from)?;
        self.0.may_show(&from)?;
        self.0.may_show(&into)?;
        Ok(Response::new(self.preview(&caller, &from, &into).await?))
    }

    async fn merge_into(
        &self,
        request: Request<proto::MergeIntoRequest>,
    ) -> Result<Response<proto::MergeIntoResponse>, Status> {
        let caller = self.0.caller(&request).await?;
        let request = request.into_inner();
        let (from, into) = self.both(&caller, &request.case_id, &request.into_case_id).await?;
        for (case, seen) in [(&from, request.version), (&into, request.into_version)] {
            if seen != 0 && seen != case.stored.row.version {
                return Err(self.0.changed_meanwhile(&caller, id(case)).await.into());
            }
            self.0.may_change(case, false)?;
        }
        self.0.handovers.check_none_under_way(id(&from)).await.map_err(Failure::from)?;
        Ok(Response::new(self.merge(&caller, from, into).await?))
    }
}

impl Merging {
    /// The two cases, for somebody who may change both.
    async fn both(&self, caller: &Caller, from: &str, into: &str) -> Result<(Case, Case), Failure> {
        let (from, into) = (case_id(from)?, case_id(into)?);
        if from == into {
            return Err(PlanRefusal::from(MergeRefusal::NothingToMerge).into());
        }
        let from = self.0.open_case(caller, Action::EditPlan, from).await?;
        Ok((from, self.0.open_case(caller, Action::EditPlan, into).await?))
    }

    async fn proposals(&self, plan: &Plan) -> Result<Vec<proto::MergeProposal>, Failure> {
        let words = self.0.code_systems.loaded();
        let protected = relation::protected_among(&self.0, plan).await?;
        let day = danish_day(self.0.clock.now());
        Ok(Shown { plan, day, words: &words, protected }.proposals())
    }

    async fn preview(
        &self,
        caller: &Caller,
        from: &Case,
        into: &Case,
    ) -> Result<proto::PreviewMergeIntoResponse, Failure> {
        let context = self.0.context(caller, Some(&into.stored.row));
        let taken = taken_in(&into.plan, &from.plan, &context)?;
        let (merged, _) = decided(from, into, &context, &self.0.context(caller, Some(&from.stored.row)))?;
        let words = self.0.code_systems.loaded();
        let protected = relation::protected_among(&self.0, &merged).await?;
        let shown = Shown { plan: &merged, day: context.today(), words: &words, protected };
        let text = ToString::to_string;
        let is_hidden = from.hides_destination || into.hides_destination;
        let masking = Masking::of(self.0.municipality, is_hidden);
        Ok(proto::PreviewMergeIntoResponse {
            taken: shown.candidates(&taken.new),
            newer: shown.candidates(&taken.newer),
            kept: shown.candidates(&taken.kept),
            relations: taken.relations.iter().map(text).collect(),
            bases_that_stay: from.plan.bases.values().map(|basis| show::basis(basis, masking)).collect(),
            protects: merged.citizen.protected && !into.plan.citizen.protected,
            came_from: from
                .plan
                .arrivals
                .last()
                .map(|last| masking.municipality(last.from))
                .unwrap_or_default(),
            proposals: shown.proposals(),
            version: from.stored.row.version,
            into_version: into.stored.row.version,
        })
    }

    /// Both plans in one transaction, with one leaf in both citizens' logs, who are one.
    async fn merge(
        &self,
        caller: &Caller,
        from: Case,
        into: Case,
    ) -> Result<proto::MergeIntoResponse, Failure> {
        let context = self.0.context(caller, Some(&into.stored.row));
        let closing = self.0.context(caller, Some(&from.stored.row));
        let taken = taken_in(&into.plan, &from.plan, &context)?;
        let (merged, [taken_in, ended]) = decided(&from, &into, &context, &closing)?;
        let closed = ended.iter().fold(from.plan.clone(), Plan::apply);
        let today = context.today();
        let encode = |change: PlanChange<'_>| change.write().map_err(Failure::from);
        let going_on = PlanChange::of(&into.stored.row, &merged, &taken_in, Under::Caseworker, today);
        let ending = PlanChange::of(&from.stored.row, &closed, &ended, Under::Caseworker, today);
        let entry = AuditEntry::done(caller.actor.clone(), MERGE_PLANS, vec![id(&from), id(&into)]);
        let write =
            Write { case: Some(encode(going_on)?), other_case: Some(encode(ending)?), ..Write::of(entry) };
        let written = match self.0.vault.write(write).await {
            Ok(written) => written,
            Err(WriteError::Conflict { case, .. }) => {
                return Err(self.0.changed_meanwhile(caller, case).await);
            }
            Err(error) => return Err(error.into()),
        };
        Ok(proto::MergeIntoResponse {
            taken: u32::try_from(taken.new.len() + taken.newer.len()).unwrap_or(u32::MAX),
            version: written.other_case.map(|(version, _)| version).unwrap_or_default(),
            into_version: written.version.unwrap_or_default(),
            proposals: self.proposals(&merged).await?,
        })
    }
}

/// The plan that goes on as it is then, and what happens to it and to the one that ends.
fn decided(
    from: &Case,
    into: &Case,
    context: &Context,
    closing: &Context,
) -> Result<(Plan, [Vec<PlanEvent>; 2]), Failure> {
    let command = PlanCommand::TakeIn { from: id(from), plan: Box::new(from.plan.clone()) };
    let taken_in = decide(Some(&into.plan), command, context)?;
    let ended = decide(Some(&from.plan), PlanCommand::MergeInto { into: id(into) }, closing)?;
    Ok((taken_in.iter().fold(into.plan.clone(), Plan::apply), [taken_in, ended]))
}

fn id(case: &Case) -> CaseId {
    case.stored.row.case
}

fn join(join: &proto::Join) -> Result<MergeDecision, Failure> {
    let text = narrative("text", &join.text)?;
    Ok(MergeDecision::Join {
        leading: named(&join.leading_id)?,
        others: all_named(&join.other_ids)?,
        text: (!text.is_empty()).then_some(text),
    })
}

fn apart(apart: &proto::Apart) -> Result<MergeDecision, Failure> {
    let (id, reason) = (Uuid::new_v4(), narrative("reason", &apart.reason)?);
    Ok(MergeDecision::Apart { id, items: all_named(&apart.item_ids)?, reason })
}

fn all_named(ids: &[String]) -> Result<BTreeSet<ItemKey>, Failure> {
    ids.iter().map(|id| named(id)).collect()
}

fn named(id: &str) -> Result<ItemKey, Failure> {
    item(id, PlanRefusal::NoSuchItem)?.ok_or_else(|| PlanRefusal::NoSuchItem.into())
}
