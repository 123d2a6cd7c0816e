//! `plan add-..`, and what becomes of what was added.

use enplan_domain::{CaseId, Date};
use enplan_proto::plan::v1::add_item_request::Item;
use enplan_proto::plan::v1::change_item_request::Change;
use enplan_proto::plan::v1::{self, AddItemRequest, ChangeItemRequest};

use super::basis::not_done;
use super::plan::{changed, not_changed};
use super::{household, lines};
use crate::arguments::{
    AddVerb, ChangeVerb, CitizenNumber, Custody, Happened, Kinship, NewAction, NewItem, NewRelation,
    OptionalText, Seen, Voice, Words,
};
use crate::connection::Node;
use crate::failure::Failure;
use crate::input;
use crate::show::ItemAdded;
use crate::terminal::Terminal;

/// Writes something into a plan.
pub(crate) async fn add(verb: AddVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let siblings = siblings_of(&verb);
    let (new, item) = asked(verb, terminal)?;
    if !siblings.is_empty() {
        let cases: Vec<_> = std::iter::once(new.case).chain(siblings).collect();
        return household::share(&cases, item, node, terminal).await;
    }
    send(&new, item, node, terminal).await
}

/// Asks the node to write it, and says what can follow.
pub(super) async fn send(
    new: &NewItem,
    item: Item,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let follows = match &item {
        Item::Wish(_) | Item::Purpose(_) => Some(("add-goal", "part-of")),
        Item::Goal(_) => Some(("add-action", "goal")),
        Item::SourcePlan(_) => Some(("add-goal", "taken-from")),
        Item::Situation(_)
        | Item::Action(_)
        | Item::FollowUp(_)
        | Item::Note(_)
        | Item::Relation(_)
        | Item::Hearing(_)
        | Item::SelfAssessment(_)
        | Item::TargetGroup(_) => None,
    };
    let (case, version) = (new.case, new.seen.version);
    let request = AddItemRequest { case_id: case.to_string(), version, item: Some(item) };
    let answer =
        node.plans().add_item(request).await.map_err(|status| not_changed(status, case))?.into_inner();
    let added = ItemAdded { case_id: case.to_string(), item_id: answer.item_id, version: answer.version };
    terminal.show(&added)?;
    let next = follows.map_or_else(
        || format!("plan show {case}"),
        |(verb, link)| {
            format!("plan {verb} {case} --text @FIL --sector {} --{link} {}", new.sector, added.item_id)
        },
    );
    terminal.suggest(&[next]);
    Ok(())
}

/// The other children that it is for.
fn siblings_of(verb: &AddVerb) -> Vec<CaseId> {
    match verb {
        AddVerb::Goal { siblings, .. } => siblings.cases.clone(),
        AddVerb::Action(action) => action.siblings.cases.clone(),
        _ => Vec::new(),
    }
}

fn asked(verb: AddVerb, terminal: &mut Terminal) -> Result<(NewItem, Item), Failure> {
    Ok(match verb {
        AddVerb::Wish { item, text, said_by } => {
            let said_by = v1::Voice::from(said_by).into();
            let wish = v1::NewWish { sector: item.sector.clone(), text: input::words(&text.words)?, said_by };
            (item, Item::Wish(wish))
        }
        AddVerb::Situation { item, text, area, bearing, code, said_by } => {
            let bearing = if bearing.barrier { v1::Bearing::Barrier } else { v1::Bearing::Resource };
            let situation = v1::NewSituation {
                sector: item.sector.clone(),
                area,
                bearing: bearing.into(),
                text: input::words(&text.words)?,
                said_by: v1::Voice::from(said_by).into(),
                code: code.code.zip(code.code_system).map(|(code, system)| v1::Coding {
                    system,
                    code,
                    display: String::new(),
                }),
            };
            (item, Item::Situation(situation))
        }
        AddVerb::SourcePlan { item, text, kind, made } => {
            let plan = v1::NewSourcePlan {
                sector: item.sector.clone(),
                plan_kind: kind,
                made_on: made.map(|day| day.to_string()).unwrap_or_default(),
                text: optional(&text)?,
            };
            (item, Item::SourcePlan(plan))
        }
        AddVerb::Purpose { item, text, wish } => {
            let purpose = v1::NewPurpose {
                sector: item.sector.clone(),
                text: input::words(&text.words)?,
                wish_id: wish.unwrap_or_default(),
            };
            (item, Item::Purpose(purpose))
        }
        AddVerb::Goal { item, text, part_of, taken_from, siblings: _ } => {
            let goal = v1::NewGoal {
                sector: item.sector.clone(),
                text: input::words(&text.words)?,
                part_of: part_of.unwrap_or_default(),
                taken_from: taken_from.unwrap_or_default(),
            };
            (item, Item::Goal(goal))
        }
        AddVerb::Action(action) => new_action(*action)?,
        AddVerb::FollowUp { item, text, on } => {
            let follow_up =
                v1::NewFollowUp { sector: item.sector.clone(), on: on.to_string(), text: optional(&text)? };
            (item, Item::FollowUp(follow_up))
        }
        AddVerb::Note { item, text } => {
            let note = v1::NewNote { sector: item.sector.clone(), text: input::words(&text.words)? };
            (item, Item::Note(note))
        }
        AddVerb::Relation(relation) => new_relation(*relation, terminal)?,
        AddVerb::Hearing { item, text, day } => {
            let on = day.on.map(|day| day.to_string()).unwrap_or_default();
            let hearing =
                v1::NewHearing { sector: item.sector.clone(), on, text: input::words(&text.words)? };
            (item, Item::Hearing(hearing))
        }
    })
}

fn new_action(action: NewAction) -> Result<(NewItem, Item), Failure> {
    let words = |words: Option<Words>| words.as_ref().map(input::words).transpose();
    let contact = match words(action.contact)? {
        None => None,
        Some(name) => Some(v1::Contact {
            name,
            place: words(action.contact_place)?.unwrap_or_default(),
            phone: words(action.contact_phone)?.unwrap_or_default(),
        }),
    };
    let new = v1::NewAction {
        sector: action.item.sector.clone(),
        text: input::words(&action.text.words)?,
        goal_id: action.goal.unwrap_or_default(),
        starts_on: action.from.map(|day| day.to_string()).unwrap_or_default(),
        ends_on: action.until.map(|day| day.to_string()).unwrap_or_default(),
        provision: action.provision.unwrap_or_default(),
        exemption: action.exemption.unwrap_or_default(),
        contact,
        ready_when: words(action.ready_when)?.unwrap_or_default(),
        taken_from: action.taken_from.unwrap_or_default(),
        provider: words(action.provider)?.unwrap_or_default(),
        expected: action.expected.map(|expected| expected.to_string()).unwrap_or_default(),
        granted: action.granted.map(|decided| granted(decided, action.binds_until)),
    };
    Ok((action.item, Item::Action(new)))
}

fn granted(decided: Date, binds_until: Option<Date>) -> v1::Grant {
    let binds_until = binds_until.map(|until| until.to_string()).unwrap_or_default();
    v1::Grant { decided_on: decided.to_string(), binds_until }
}

fn new_relation(relation: NewRelation, terminal: &mut Terminal) -> Result<(NewItem, Item), Failure> {
    let cpr = match (relation.cpr_file, relation.cpr) {
        (None, None) => String::new(),
        (cpr_file, cpr) => {
            input::citizen_number(&CitizenNumber { cpr_file, cpr }, terminal)?.reveal().to_owned()
        }
    };
    let date = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let new = v1::NewRelation {
        sector: relation.item.sector.clone(),
        kinship: v1::Kinship::from(relation.kinship).into(),
        custody: relation.custody.map_or(v1::Custody::Unspecified, v1::Custody::from).into(),
        cpr,
        name: relation.name.as_ref().map(input::words).transpose()?.unwrap_or_default(),
        provision: relation.provision.unwrap_or_default(),
        consent_given_on: date(relation.consent_given),
        starts_on: date(relation.from),
        ends_on: date(relation.until),
    };
    Ok((relation.item, Item::Relation(new)))
}

impl From<Kinship> for v1::Kinship {
    fn from(kinship: Kinship) -> Self {
        match kinship {
            Kinship::Parent => Self::Parent,
            Kinship::CustodyHolder => Self::CustodyHolder,
            Kinship::Child => Self::Child,
            Kinship::Sibling => Self::Sibling,
            Kinship::Partner => Self::Partner,
            Kinship::Guardian => Self::Guardian,
            Kinship::SharesHome => Self::SharesHome,
        }
    }
}

impl From<Custody> for v1::Custody {
    fn from(custody: Custody) -> Self {
        match custody {
            Custody::Sole => Self::Sole,
            Custody::Shared => Self::Shared,
            Custody::Without => Self::Without,
        }
    }
}

pub(super) fn optional(text: &OptionalText) -> Result<String, Failure> {
    Ok(text.words.as_ref().map(input::words).transpose()?.unwrap_or_default())
}

impl From<Voice> for v1::Voice {
    fn from(voice: Voice) -> Self {
        match voice {
            Voice::Citizen => Self::Citizen,
            Voice::CustodyHolder => Self::CustodyHolder,
            Voice::Guardian => Self::Guardian,
            Voice::Relative => Self::Relative,
            Voice::Professional => Self::Professional,
        }
    }
}

/// Says what became of something in a plan.
pub(crate) async fn change(verb: ChangeVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let on = |day: Happened| day.on.map(|day| day.to_string()).unwrap_or_default();
    let (which, change) = match verb {
        ChangeVerb::Reword { which, text } => {
            (which, Change::Reword(v1::RewordItem { text: input::words(&text.words)? }))
        }
        ChangeVerb::Begin { which, day } => (which, Change::Begin(v1::BeginItem { on: on(day) })),
        ChangeVerb::Finish { which, day, outcome } => {
            let outcome = outcome.as_ref().map(input::words).transpose()?.unwrap_or_default();
            (which, Change::Finish(v1::FinishItem { on: on(day), outcome }))
        }
        ChangeVerb::Hold { which, day, outcome, goal } => {
            let evaluations = lines::of(&goal, lines::evaluation)?;
            let outcome = input::words(&outcome)?;
            (which, Change::Hold(v1::HoldFollowUp { on: on(day), outcome, evaluations }))
        }
        ChangeVerb::Adjust { which, text, reason } => {
            let (text, reason) = (input::words(&text.words)?, input::words(&reason)?);
            (which, Change::Adjust(v1::AdjustItem { text, reason }))
        }
        ChangeVerb::Grant { which, on, binds_until, provision } => {
            let grant = Some(granted(on, binds_until));
            (which, Change::Grant(v1::GrantAction { grant, provision: provision.unwrap_or_default() }))
        }
        ChangeVerb::Drop { which, reason } => {
            (which, Change::Drop(v1::DropItem { reason: input::words(&reason)? }))
        }
        ChangeVerb::Withdraw { which, yes } => {
            if !yes && !confirmed(terminal)? {
                return Err(not_done());
            }
            (which, Change::Withdraw(v1::WithdrawItem {}))
        }
    };
    if which.siblings {
        return household::change(which.case, which.item, change, node, terminal).await;
    }
    tell((which.case, which.item, which.seen), change, node, terminal).await
}

/// Tells the node what became of something.
pub(super) async fn tell(
    (case, item, seen): (CaseId, String, Seen),
    change: Change,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let request = ChangeItemRequest {
        case_id: case.to_string(),
        version: seen.version,
        item_id: item,
        change: Some(change),
    };
    let answer = node.plans().change_item(request).await.map_err(|status| not_changed(status, case))?;
    changed(case, answer.into_inner().version, terminal)
}

fn confirmed(terminal: &mut Terminal) -> Result<bool, Failure> {
    terminal.tell(
        "Det, der tages ud, var aldrig rigtigt: indholdet forsvinder fra planen, og det kan ikke fortrydes.\n\
         Er det slut eller opgivet, så brug plan finish eller plan drop i stedet.",
    );
    terminal.confirm("Tag det ud?", "--yes")
}
