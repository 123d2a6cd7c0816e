//! Any history that the domain lets a plan have: steps are drawn, and what the domain refuses does not happen.

use enplan_domain::plan::{
    Agreement, Answer, CloseReason, CriterionFinding, Decided, Evaluation, Held, ItemChange, ItemKey,
    ItemKind, Kinship, NewItem, NewMeeting, Plan, PlanCommand, Reach, Relation, Score, SectionKind, Status,
    TargetGroupAssessment, Voice, When,
};
use jiff::ToSpan;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::pen::{FURESOE, GRIBSKOV, Pen, action, text};

/// Something that may happen to a plan.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Goal(&'static str),
    Action {
        sector: &'static str,
        in_days: Option<i64>,
        waits: bool,
        exemption: Option<&'static str>,
    },
    SourcePlan {
        made: Option<i64>,
    },
    Assess {
        area: &'static str,
        score: u8,
        said_by: Voice,
    },
    TargetGroup {
        group: &'static str,
        finding: CriterionFinding,
        decided: Option<bool>,
    },
    Relate(Kinship),
    Meet {
        is_held: bool,
    },
    FollowUp {
        which: Index,
        reach: Reach,
    },
    Report {
        kind: ItemKind,
        status: Status,
        which: u8,
    },
    HandOn(&'static str),
    Change {
        which: Index,
        change: ItemChange,
    },
    Close(CloseReason),
    /// To another municipality and back, or to stay there.
    Away {
        without: Vec<SectionKind>,
        comes_back: bool,
    },
}

const SECTORS: [&str; 5] = ["social", "employment", "education", "health", "unsorted"];

/// What leaves everything in the plan as it is, and adds to it.
pub(crate) fn added() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => select(&SECTORS[..]).prop_map(Step::Goal),
        4 => (
            select(&SECTORS[..]),
            proptest::option::of(-30_i64..30),
            any::<bool>(),
            select(&[None, Some("frikommune-29"), Some("frikommune-33")][..]),
        )
            .prop_map(|(sector, in_days, waits, exemption)| Step::Action { sector, in_days, waits, exemption }),
        1 => proptest::option::of(-400_i64..0).prop_map(|made| Step::SourcePlan { made }),
        3 => (
            select(&["home", "work"][..]),
            1_u8..=10,
            select(&[Voice::Citizen, Voice::Guardian, Voice::Professional][..]),
        )
            .prop_map(|(area, score, said_by)| Step::Assess { area, score, said_by }),
        2 => (
            select(&["complex-problems", "gribskov-families", "gribskov-young-people"][..]),
            select(&[CriterionFinding::Met, CriterionFinding::NotMet, CriterionFinding::Unclear][..]),
            proptest::option::of(any::<bool>()),
        )
            .prop_map(|(group, finding, decided)| Step::TargetGroup { group, finding, decided }),
        2 => select(&[Kinship::Child, Kinship::Parent, Kinship::Sibling, Kinship::Partner][..])
            .prop_map(Step::Relate),
        1 => any::<bool>().prop_map(|is_held| Step::Meet { is_held }),
    ]
}

fn changed() -> impl Strategy<Value = ItemChange> {
    let on = When::Day("2018-01-01".parse().unwrap());
    select(vec![
        ItemChange::Begin { on },
        ItemChange::Finish { on, outcome: text("Nået") },
        ItemChange::Drop { reason: text("Opgivet") },
        ItemChange::Adjust { text: text("Et mindre mål"), reason: text("Det var for stort") },
        ItemChange::Reword { text: text("Med andre ord") },
    ])
}

/// Whatever adds to a plan, or says what became of something in it.
pub(crate) fn kept() -> impl Strategy<Value = Step> {
    let kinds = [ItemKind::Goal, ItemKind::Intervention, ItemKind::Request, ItemKind::Condition];
    // A report that takes a goal back to a thought takes something out of the plan.
    let statuses = [Status::Planned, Status::Active, Status::OnHold, Status::Ended];
    prop_oneof![
        6 => added(),
        3 => (any::<Index>(), changed()).prop_map(|(which, change)| Step::Change { which, change }),
        2 => (any::<Index>(), select(&[Reach::Reached, Reach::Closer, Reach::FurtherAway][..]))
            .prop_map(|(which, reach)| Step::FollowUp { which, reach }),
        1 => (select(kinds.to_vec()), select(statuses.to_vec()), 0_u8..3)
            .prop_map(|(kind, status, which)| Step::Report { kind, status, which }),
        1 => select(&["anne.jensen", "bo.holm", "carla.lund"][..]).prop_map(Step::HandOn),
    ]
}

/// Anything.
pub(crate) fn any_step() -> impl Strategy<Value = Step> {
    let reasons = [CloseReason::Finished, CloseReason::CitizenDeclined, CloseReason::MovedAway];
    let kinds = proptest::sample::subsequence(SectionKind::ALL.to_vec(), 0..4);
    prop_oneof![
        16 => kept(),
        2 => any::<Index>().prop_map(|which| Step::Change { which, change: ItemChange::Withdraw }),
        1 => select(reasons.to_vec()).prop_map(Step::Close),
        2 => (kinds, prop::bool::weighted(0.8))
            .prop_map(|(without, comes_back)| Step::Away { without, comes_back }),
    ]
}

/// A plan's history from a day in 2018 or 2019 on, each step so many days after the last.
pub(crate) fn history(step: impl Strategy<Value = Step>) -> impl Strategy<Value = Pen> {
    let begun = (0_i64..700, select(&["6101811001", "6101931001", "6101084001", "6108033001"][..]));
    let steps = prop::collection::vec((0_i64..120, step), 0..16);
    (begun, select(&[FURESOE, GRIBSKOV][..]), steps).prop_map(|((after, cpr), municipality, steps)| {
        let begun = crate::pen::day("2018-01-02").checked_add(after.days()).unwrap();
        let mut pen = Pen::begun_by(municipality, cpr, &begun.to_string());
        for (days, step) in steps {
            let on = pen.context.today().checked_add(days.days()).unwrap();
            take(pen.on(&on.to_string()), step);
        }
        pen
    })
}

fn some_item(pen: &Pen, which: Index, fits: impl Fn(ItemKind) -> bool) -> Option<ItemKey> {
    let items = pen.plan.iter().flat_map(Plan::live_items).filter(|item| fits(item.kind));
    let keys: Vec<_> = items.map(|item| item.key.clone()).collect();
    (!keys.is_empty()).then(|| which.get(&keys).clone())
}

/// Lets a step happen, if the domain does.
pub(crate) fn take(pen: &mut Pen, step: Step) {
    let today = pen.context.today();
    let on = When::Day(today);
    let sector = |of: &str| of.parse().unwrap();
    let from_today = |days: i64| today.checked_add(days.days()).unwrap().to_string();
    let item = match step {
        Step::Goal(of) => {
            NewItem::Goal { sector: sector(of), text: text("Et mål"), part_of: None, taken_from: None }
        }
        Step::Action { sector, in_days, waits, exemption } => {
            let ready_when = if waits { text("Når borgeren er klar") } else { text("") };
            let exemption = exemption.map(str::to_owned);
            let agreed = Agreement { ready_when, exemption, ..Agreement::default() };
            action(sector, in_days.map(from_today).as_deref(), agreed)
        }
        Step::SourcePlan { made } => NewItem::SourcePlan {
            sector: sector("employment"),
            plan_kind: "min-plan".to_owned(),
            made: made.map(|days| from_today(days).parse().unwrap()),
            text: text(""),
        },
        Step::Assess { area, score, said_by } => NewItem::SelfAssessment {
            sector: sector("social"),
            area: area.to_owned(),
            score: Score::try_from(score).unwrap(),
            on,
            text: text(""),
            said_by,
        },
        Step::TargetGroup { group, finding, decided } => {
            let answers = match group {
                "complex-problems" => {
                    vec![("complex".to_owned(), Answer { finding, reason: text("Se journalen") })]
                }
                _ => Vec::new(),
            };
            let decided = decided.map(|belongs| Decided { belongs, reason: text("Samlet vurdering") });
            let answers = answers.into_iter().collect();
            let assessment =
                TargetGroupAssessment { group: group.to_owned(), answers, decided, wording: Vec::new() };
            NewItem::TargetGroup { sector: sector("social"), on, assessment, text: text("") }
        }
        Step::Relate(kinship) => NewItem::Relation {
            sector: sector("social"),
            relation: Relation { kinship, custody: None, person: None },
            starts: None,
            ends: None,
        },
        other => return happen(pen, other),
    };
    let id = pen.id();
    pen.tries(PlanCommand::Add { id, item: Box::new(item) });
}

fn happen(pen: &mut Pen, step: Step) {
    let on = When::Day(pen.context.today());
    let (id, other) = (pen.id(), pen.id());
    let sector = "social".parse().unwrap();
    match step {
        Step::Meet { is_held } => {
            let (place, participants) = (text(""), Vec::new());
            let meeting = NewMeeting { sector, on, at: None, place, text: text(""), participants };
            let held = is_held.then(|| Box::new(Held { minutes: text("Talt sammen"), ..Held::default() }));
            pen.tries(PlanCommand::Convene { id, meeting: Box::new(meeting), held });
        }
        Step::FollowUp { which, reach } => {
            let Some(goal) = some_item(pen, which, |kind| kind == ItemKind::Goal) else { return };
            let item = Box::new(NewItem::FollowUp { sector, on, text: text("") });
            pen.tries(PlanCommand::Add { id, item });
            let follow_up = ItemKey::new("Encounter", &id.to_string()).unwrap();
            let evaluations = vec![Evaluation { id: other, goal, reach, text: text("") }];
            let outcome = text("Talt sammen");
            pen.tries(PlanCommand::HoldFollowUp { follow_up, on, outcome, evaluations });
        }
        Step::Report { kind, status, which } => {
            let is_open = pen.plan.as_ref().is_some_and(|plan| !plan.is_closed());
            if is_open && pen.plan.as_ref().is_some_and(|plan| plan.handed_over_to().is_none()) {
                let mut item = pen.reported(&format!("{kind:?}-{which}"), kind, status);
                item.starts = Some(on);
                pen.reports(vec![item]);
            }
        }
        Step::HandOn(caseworker) => {
            let (caseworker, note) = (caseworker.parse().unwrap(), text("Husk mødet"));
            pen.tries(PlanCommand::ChangeCaseworker { caseworker, id, note });
        }
        Step::Change { which, change } => {
            let Some(item) = some_item(pen, which, |_| true) else { return };
            let change = match change {
                ItemChange::Begin { .. } => ItemChange::Begin { on },
                ItemChange::Finish { outcome, .. } => ItemChange::Finish { on, outcome },
                other => other,
            };
            pen.tries(PlanCommand::Change { item, change });
        }
        Step::Close(reason) => {
            pen.tries(PlanCommand::Close { reason, note: text("") });
        }
        Step::Away { without, comes_back } => {
            let is_open = pen.plan.as_ref().is_some_and(|plan| plan.life == enplan_domain::plan::Life::Open);
            if is_open {
                let mut there = Pen::of("0219");
                there.context.now = pen.context.now;
                let package = pen.package(&without);
                pen.hands_over(&there);
                there.receives(pen, package);
                if comes_back {
                    let package = there.package(&[]);
                    pen.receives(&there, package);
                }
            }
        }
        _ => {}
    }
}
