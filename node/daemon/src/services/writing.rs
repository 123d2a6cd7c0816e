//! What caseworkers write into a plan, and what becomes of it: from messages to the plan's commands.

use enplan_domain::CaseId;
use enplan_domain::access::Action;
use enplan_domain::plan::{
    Agreement, Bearing, Contact, Evaluation, Grant, ItemChange, ItemKey, Lasting, NewItem, NotALasting,
    PlanCommand, PlanRefusal, Reach, When,
};
use enplan_proto::plan::v1 as proto;
use uuid::Uuid;

use super::field::{case_id, day, item, missing, narrative, optional, sector};
use super::{Desk, assessing, meeting, relation, voice};
use crate::failure::Failure;
use crate::sessions::Caller;

/// Writes something new.
pub(super) async fn add(
    desk: &Desk,
    caller: &Caller,
    request: proto::AddItemRequest,
) -> Result<proto::AddItemResponse, Failure> {
    let case = case_id(&request.case_id)?;
    let (id, today) = (Uuid::new_v4(), desk.today(caller));
    let new = new_item(desk, request.item.ok_or_else(|| missing("item"))?, today)?;
    if let NewItem::Relation { relation, .. } = &new
        && let Some(cpr) = relation.cpr()
    {
        desk.open_case(caller, Action::EditPlan, case).await?;
        desk.look_up(caller, cpr).await?;
    }
    let changed = desk
        .change_case(caller, Action::EditPlan, case, request.version, |_, _| {
            Ok(PlanCommand::Add { id, item: Box::new(new.clone()) })
        })
        .await?;
    let item_id = format!("{}/{id}", new.resource_type());
    Ok(proto::AddItemResponse { item_id, version: changed.version })
}

/// Says what became of something.
pub(super) async fn change(
    desk: &Desk,
    caller: &Caller,
    request: proto::ChangeItemRequest,
) -> Result<proto::ChangeItemResponse, Failure> {
    let case = case_id(&request.case_id)?;
    let item = item(&request.item_id, PlanRefusal::NoSuchItem)?.ok_or(PlanRefusal::NoSuchItem)?;
    let today = desk.today(caller);
    let change = match request.change.ok_or_else(|| missing("change"))? {
        proto::change_item_request::Change::Hold(hold) if !hold.evaluations.is_empty() => {
            return evaluate(desk, caller, (case, request.version), item, hold, today).await;
        }
        change => item_change(change, today)?,
    };
    let changed = desk
        .change_case(caller, Action::EditPlan, case, request.version, |_, _| {
            Ok(PlanCommand::Change { item: item.clone(), change: change.clone() })
        })
        .await?;
    Ok(proto::ChangeItemResponse { version: changed.version })
}

/// Holds a follow-up that looked at goals.
async fn evaluate(
    desk: &Desk,
    caller: &Caller,
    (case, version): (CaseId, u64),
    follow_up: ItemKey,
    hold: proto::HoldFollowUp,
    today: When,
) -> Result<proto::ChangeItemResponse, Failure> {
    let on = day("on", &hold.on)?.unwrap_or(today);
    let outcome = narrative("outcome", &hold.outcome)?;
    let evaluations: Vec<_> = hold.evaluations.iter().map(evaluation).collect::<Result<_, _>>()?;
    let changed = desk
        .change_case(caller, Action::EditPlan, case, version, |_, _| {
            Ok(PlanCommand::HoldFollowUp {
                follow_up: follow_up.clone(),
                on,
                outcome: outcome.clone(),
                evaluations: evaluations.clone(),
            })
        })
        .await?;
    Ok(proto::ChangeItemResponse { version: changed.version })
}

fn evaluation(evaluation: &proto::GoalEvaluation) -> Result<Evaluation, Failure> {
    let goal = item(&evaluation.goal_id, PlanRefusal::NoSuchGoal)?.ok_or(PlanRefusal::NoSuchGoal)?;
    let reach = match proto::Reach::try_from(evaluation.reach) {
        Ok(proto::Reach::Reached) => Reach::Reached,
        Ok(proto::Reach::Closer) => Reach::Closer,
        Ok(proto::Reach::Unchanged) => Reach::Unchanged,
        Ok(proto::Reach::FurtherAway) => Reach::FurtherAway,
        Ok(proto::Reach::Unspecified) | Err(_) => {
            return Err(Failure::field(
                "reach",
                "REACH_MISSING",
                "say how far the goal is",
                "Angiv, hvor langt målet er: nået, nærmere, uændret eller længere væk.",
            ));
        }
    };
    Ok(Evaluation { id: Uuid::new_v4(), goal, reach, text: narrative("evaluations.text", &evaluation.text)? })
}

pub(super) fn new_item(
    desk: &Desk,
    item: proto::add_item_request::Item,
    today: When,
) -> Result<NewItem, Failure> {
    use proto::add_item_request::Item;
    Ok(match item {
        Item::Wish(wish) => NewItem::Wish {
            sector: sector(&wish.sector)?,
            text: narrative("text", &wish.text)?,
            said_by: voice::read(wish.said_by)?,
        },
        Item::Situation(situation) => NewItem::Situation {
            sector: sector(&situation.sector)?,
            bearing: bearing(situation.bearing)?,
            text: narrative("text", &situation.text)?,
            code: situation.code.map(|code| desk.chosen(&code)).transpose()?,
            said_by: voice::read(situation.said_by)?,
            area: situation.area,
        },
        Item::SourcePlan(plan) => NewItem::SourcePlan {
            sector: sector(&plan.sector)?,
            made: day("made_on", &plan.made_on)?,
            text: narrative("text", &plan.text)?,
            plan_kind: plan.plan_kind,
        },
        Item::Purpose(purpose) => NewItem::Purpose {
            sector: sector(&purpose.sector)?,
            text: narrative("text", &purpose.text)?,
            wish: self::item(&purpose.wish_id, PlanRefusal::NoSuchWish)?,
        },
        Item::Goal(goal) => NewItem::Goal {
            sector: sector(&goal.sector)?,
            text: narrative("text", &goal.text)?,
            part_of: self::item(&goal.part_of, PlanRefusal::NoSuchGoal)?,
            taken_from: self::item(&goal.taken_from, PlanRefusal::NoSuchSourcePlan)?,
        },
        Item::Action(action) => new_action(action)?,
        Item::FollowUp(follow_up) => NewItem::FollowUp {
            sector: sector(&follow_up.sector)?,
            on: day("on", &follow_up.on)?.ok_or_else(|| missing("on"))?,
            text: narrative("text", &follow_up.text)?,
        },
        Item::Note(note) => {
            NewItem::Note { sector: sector(&note.sector)?, text: narrative("text", &note.text)? }
        }
        Item::Relation(new) => relation::read(&new)?,
        Item::Hearing(hearing) => NewItem::Hearing {
            sector: sector(&hearing.sector)?,
            on: day("on", &hearing.on)?.unwrap_or(today),
            text: narrative("text", &hearing.text)?,
        },
        Item::SelfAssessment(assessment) => assessing::self_assessment(assessment, today)?,
        Item::TargetGroup(assessment) => assessing::target_group(assessment, today)?,
    })
}

fn new_action(action: proto::NewAction) -> Result<NewItem, Failure> {
    let contact = action.contact.map(|contact| {
        Ok::<_, Failure>(Contact {
            name: narrative("contact.name", &contact.name)?,
            place: narrative("contact.place", &contact.place)?,
            phone: narrative("contact.phone", &contact.phone)?,
        })
    });
    let agreed = Agreement {
        provision: optional(&action.provision).map(str::to_owned),
        exemption: optional(&action.exemption).map(str::to_owned),
        contact: contact.transpose()?,
        ready_when: narrative("ready_when", &action.ready_when)?,
        provider: narrative("provider", &action.provider)?,
        expected: optional(&action.expected).map(lasting).transpose()?,
        granted: action.granted.as_ref().map(grant).transpose()?,
    };
    Ok(NewItem::Action {
        sector: sector(&action.sector)?,
        text: narrative("text", &action.text)?,
        starts: day("starts_on", &action.starts_on)?,
        ends: day("ends_on", &action.ends_on)?,
        goal: item(&action.goal_id, PlanRefusal::NoSuchGoal)?,
        taken_from: item(&action.taken_from, PlanRefusal::NoSuchSourcePlan)?,
        agreed,
    })
}

pub(super) fn item_change(
    change: proto::change_item_request::Change,
    today: When,
) -> Result<ItemChange, Failure> {
    use proto::change_item_request::Change;
    let on = |text: &str| Ok::<_, Failure>(day("on", text)?.unwrap_or(today));
    Ok(match change {
        Change::Reword(reword) => ItemChange::Reword { text: narrative("text", &reword.text)? },
        Change::Begin(begin) => ItemChange::Begin { on: on(&begin.on)? },
        Change::Finish(finish) => {
            ItemChange::Finish { on: on(&finish.on)?, outcome: narrative("outcome", &finish.outcome)? }
        }
        Change::Hold(hold) => {
            ItemChange::Hold { on: on(&hold.on)?, outcome: narrative("outcome", &hold.outcome)? }
        }
        Change::Grant(decision) => ItemChange::Grant {
            grant: grant(&decision.grant.ok_or_else(|| missing("grant"))?)?,
            provision: optional(&decision.provision).map(str::to_owned),
        },
        Change::Drop(drop) => ItemChange::Drop { reason: narrative("reason", &drop.reason)? },
        Change::Withdraw(proto::WithdrawItem {}) => ItemChange::Withdraw,
        Change::Move(to) => ItemChange::Move {
            on: day("on", &to.on)?.ok_or_else(|| missing("on"))?,
            at: meeting::time(&to.at)?,
            place: narrative("place", &to.place)?,
        },
        Change::Correct(correct) => {
            ItemChange::CorrectMinutes { minutes: narrative("minutes", &correct.minutes)? }
        }
        Change::Adjust(adjust) => ItemChange::Adjust {
            text: narrative("text", &adjust.text)?,
            reason: narrative("reason", &adjust.reason)?,
        },
    })
}

fn grant(grant: &proto::Grant) -> Result<Grant, Failure> {
    let decided = day("decided_on", &grant.decided_on)?.ok_or_else(|| missing("decided_on"))?;
    let binds_until = day("binds_until", &grant.binds_until)?;
    Ok(Grant { decided: decided.day(), binds_until: binds_until.map(When::day) })
}

fn lasting(text: &str) -> Result<Lasting, Failure> {
    text.parse().map_err(|error: NotALasting| {
        let danish =
            "Skriv, hvor længe den ventes at vare, som uger eller måneder: P13W eller P6M, højst ti år.";
        Failure::field("expected", "NOT_A_DURATION", error.to_string(), danish)
    })
}

fn bearing(bearing: i32) -> Result<Bearing, Failure> {
    match proto::Bearing::try_from(bearing) {
        Ok(proto::Bearing::Barrier) => Ok(Bearing::Barrier),
        Ok(proto::Bearing::Resource) => Ok(Bearing::Resource),
        Ok(proto::Bearing::Unspecified) | Err(_) => Err(Failure::field(
            "bearing",
            "BEARING_MISSING",
            "say whether it is a barrier or a resource",
            "Angiv, om det er en barriere eller en ressource.",
        )),
    }
}
