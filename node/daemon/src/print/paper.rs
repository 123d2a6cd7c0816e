//! What stands on the paper, in its order.

use askama::Template;
use enplan_domain::catalogue::terms::COMPLAINT;
use enplan_domain::catalogue::{self, AREAS_OF_LIFE, PROVISIONS, SECTORS};
use enplan_domain::deadlines::deadlines;
use enplan_domain::plan::{Address, Aspect, Item, ItemKey, ItemKind, LinkRole, Plan, Status, Voice};

use super::Printing;
use super::words::{action_status, day, goal_status, readable, said_by, step};

/// The file.
#[derive(Template)]
#[template(path = "min-plan.html")]
pub(super) struct Paper {
    name: String,
    born: String,
    address: String,
    municipality: String,
    today: String,
    is_test: bool,
    complaint: &'static str,
    wishes: Vec<Wish>,
    situation: Vec<Side>,
    areas: Vec<Area>,
    contacts: Vec<Contact>,
    steps: Vec<Step>,
}

struct Wish {
    text: String,
    said_by: &'static str,
}

struct Side {
    area: &'static str,
    bearing: &'static str,
    text: String,
}

/// What is planned in one sector.
struct Area {
    name: &'static str,
    goals: Vec<Goal>,
    /// Those that serve no goal of this sector's.
    actions: Vec<Action>,
}

struct Goal {
    text: String,
    level: String,
    status: &'static str,
    outcome: String,
    parts: Vec<Part>,
    actions: Vec<Action>,
}

struct Part {
    text: String,
    status: &'static str,
}

struct Action {
    text: String,
    provision: &'static str,
    when: String,
    provider: String,
    status: String,
}

struct Contact {
    name: String,
    place: String,
    phone: String,
    about: String,
}

struct Step {
    day: String,
    what: &'static str,
    about: String,
}

impl Paper {
    /// A plan on paper.
    pub(super) fn of(whole: &Plan, printing: &Printing<'_>) -> Self {
        // What was joined is one thing; only what somebody said is theirs, as often as they said it.
        let plan = &*whole.joined();
        let citizen = &plan.citizen;
        Self {
            name: match readable(citizen.name.reveal()) {
                name if name.is_empty() => "dig".to_owned(),
                name => name,
            },
            born: day(citizen.cpr.birth_date()),
            address: match citizen.address() {
                Address::Known(address) => readable(address.reveal()).replace('\n', ", "),
                Address::Protected | Address::Unknown => String::new(),
            },
            municipality: plan
                .municipality
                .name()
                .map_or_else(|| plan.municipality.to_string(), str::to_owned),
            today: day(printing.today),
            is_test: citizen.cpr.is_replacement(),
            complaint: COMPLAINT.citation.unwrap_or_default(),
            wishes: wishes(whole, printing),
            situation: situation(whole, printing),
            areas: SECTORS
                .iter()
                .map(|sector| area(plan, sector, printing))
                .filter(Area::holds_something)
                .collect(),
            contacts: contacts(plan, printing),
            steps: steps(whole, printing),
        }
    }
}

impl Area {
    fn holds_something(&self) -> bool {
        !(self.goals.is_empty() && self.actions.is_empty())
    }
}

fn title(item: &Item, printing: &Printing<'_>) -> String {
    readable(&printing.terminology.title(item))
}

/// What is not over, of one kind. What was given up is told by the history, to whoever asks.
fn living<'a>(plan: &'a Plan, kind: ItemKind, printing: &Printing<'_>) -> impl Iterator<Item = &'a Item> {
    let today = printing.today;
    plan.items_of(kind)
        .filter(move |item| !matches!(item.status_on(today), Status::Ended | Status::Cancelled))
}

fn wishes(plan: &Plan, printing: &Printing<'_>) -> Vec<Wish> {
    let wish = |item: &Item| Some(Wish { text: title(item, printing), said_by: said_by(item.said_by)? });
    let said = living(plan, ItemKind::Wish, printing).filter(|item| is_said(item, plan, printing));
    said.filter_map(wish).collect()
}

/// Whether what somebody said is printed: what was joined to something is where it is the citizen's and in other words, as
/// long as what leads it holds.
fn is_said(item: &Item, plan: &Plan, printing: &Printing<'_>) -> bool {
    let leading = plan.leading(item);
    let is_theirs = item.said_by == Some(Voice::Citizen) && item.text != leading.text;
    let is_over = matches!(leading.status_on(printing.today), Status::Ended | Status::Cancelled);
    leading.key == item.key || is_theirs && !is_over
}

fn situation(plan: &Plan, printing: &Printing<'_>) -> Vec<Side> {
    let mut sides: Vec<(usize, Side)> = Vec::new();
    for (kind, bearing) in [(ItemKind::Barrier, "Svært"), (ItemKind::Resource, "Godt at bygge på")] {
        for item in plan.items_of(kind).filter(|item| item.status == Status::Active) {
            let at = AREAS_OF_LIFE.iter().position(|area| item.area.as_deref() == Some(area.id));
            if said_by(item.said_by).is_some() && is_said(item, plan, printing) {
                let area = at.and_then(|at| AREAS_OF_LIFE.get(at)).map_or("Andet", |area| area.danish);
                let text = readable(item.text.reveal());
                sides.push((at.unwrap_or(AREAS_OF_LIFE.len()), Side { area, bearing, text }));
            }
        }
    }
    sides.sort_by_key(|(at, _)| *at);
    sides.into_iter().map(|(_, side)| side).collect()
}

fn area(plan: &Plan, sector: &'static catalogue::Entry, printing: &Printing<'_>) -> Area {
    let is_here = |item: &&Item| item.sector.as_str() == sector.id;
    let aims = [ItemKind::Goal, ItemKind::SubGoal, ItemKind::Purpose].into_iter();
    let goals: Vec<&Item> = aims
        .flat_map(|kind| plan.items_of(kind))
        .filter(is_here)
        .filter(|item| stands_under(plan, &item.key, printing).as_ref() == Some(&item.key))
        .collect();
    let actions: Vec<&Item> = living(plan, ItemKind::Intervention, printing).collect();
    // An action stands where its goal stands, whoever does it.
    let of_a_goal =
        |item: &Item| item.links_to(LinkRole::Serves).find_map(|key| stands_under(plan, key, printing));
    let shown = |item: &&Item| action(item, plan, printing);
    Area {
        name: sector.danish,
        goals: goals
            .into_iter()
            .map(|goal| Goal {
                text: title(goal, printing),
                level: level(goal, printing),
                status: goal_status(goal, printing.today),
                outcome: readable(goal.outcome.reveal()),
                parts: parts(plan, goal, printing),
                actions: actions
                    .iter()
                    .filter(|item| of_a_goal(item).as_ref() == Some(&goal.key))
                    .map(shown)
                    .collect(),
            })
            .collect(),
        actions: actions
            .iter()
            .filter(|item| is_here(item) && of_a_goal(item).is_none())
            .map(shown)
            .collect(),
    }
}

/// What the goal aims at, where it is coded and the code has words: a bare code says nothing to the citizen.
fn level(goal: &Item, printing: &Printing<'_>) -> String {
    let words = goal.detail(Aspect::TargetLevel).filter_map(|code| printing.terminology.words(code));
    words.map(readable).collect::<Vec<_>>().join(", ")
}

fn is_printed(plan: &Plan, goal: &ItemKey, printing: &Printing<'_>) -> bool {
    plan.items.get(goal).is_some_and(|goal| goal.status_on(printing.today) != Status::Cancelled)
}

/// The heading that a goal, a part of one or what an effort is for stands under: the goal above it, or itself where no goal
/// above it is printed, so that nothing the citizen works for is left out.
fn stands_under(plan: &Plan, key: &ItemKey, printing: &Printing<'_>) -> Option<ItemKey> {
    let above = goal_above(plan, key, MOST_LEVELS).filter(|goal| is_printed(plan, goal, printing));
    let item = plan.items.get(key).filter(|item| item.status != Status::Withdrawn)?;
    let is_aim = matches!(item.kind, ItemKind::Goal | ItemKind::SubGoal | ItemKind::Purpose);
    above.or_else(|| Some(key.clone()).filter(|_| is_aim && is_printed(plan, key, printing)))
}

/// A plan has no goals so deep; two that are parts of each other end here.
const MOST_LEVELS: usize = 8;

/// The goal that this is, or is a part of.
fn goal_above(plan: &Plan, key: &ItemKey, levels: usize) -> Option<ItemKey> {
    let item = plan.items.get(key).filter(|item| levels > 0 && item.status != Status::Withdrawn)?;
    match item.kind {
        ItemKind::Goal => Some(key.clone()),
        ItemKind::SubGoal => {
            item.links_to(LinkRole::BasedOn).find_map(|above| goal_above(plan, above, levels - 1))
        }
        _ => None,
    }
}

fn parts(plan: &Plan, goal: &Item, printing: &Printing<'_>) -> Vec<Part> {
    let is_part = |item: &&Item| {
        item.key != goal.key && stands_under(plan, &item.key, printing).as_ref() == Some(&goal.key)
    };
    let not_given_up = |item: &&Item| item.status_on(printing.today) != Status::Cancelled;
    let part = |item: &Item| Part { text: title(item, printing), status: goal_status(item, printing.today) };
    plan.items_of(ItemKind::SubGoal).filter(not_given_up).filter(is_part).map(part).collect()
}

fn action(item: &Item, plan: &Plan, printing: &Printing<'_>) -> Action {
    let provision = item.agreed.provision.as_deref();
    let citation =
        PROVISIONS.iter().find(|known| Some(known.id) == provision).map_or("", |known| known.citation);
    let from = item.starts.map(|starts| format!("fra {}", day(starts.day())));
    let until = item.ends.map(|ends| format!("til {}", day(ends.day())));
    let lasting = item.agreed.expected.map(|expected| format!("ventes at vare {}", expected.danish()));
    let linked = item
        .links_to(LinkRole::ProvidedBy)
        .filter_map(|key| plan.items.get(key))
        .map(|item| title(item, printing))
        .next();
    Action {
        text: title(item, printing),
        provision: citation,
        when: [from, until, lasting].into_iter().flatten().collect::<Vec<_>>().join(", "),
        provider: match readable(item.agreed.provider.reveal()) {
            provider if provider.is_empty() => linked.unwrap_or_default(),
            provider => provider,
        },
        status: action_status(item, printing.today),
    }
}

fn contacts(plan: &Plan, printing: &Printing<'_>) -> Vec<Contact> {
    let municipality = plan.municipality.name().map_or_else(String::new, |name| format!("{name} Kommune"));
    let caseworker = Contact {
        name: readable(printing.caseworker),
        place: municipality,
        phone: String::new(),
        about: "Hele planen: din koordinerende sagsbehandler".to_owned(),
    };
    let of_action = living(plan, ItemKind::Intervention, printing).filter_map(|item| {
        let contact = item.agreed.contact.as_ref()?;
        Some(Contact {
            name: readable(contact.name.reveal()),
            place: readable(contact.place.reveal()),
            phone: readable(contact.phone.reveal()),
            about: title(item, printing),
        })
    });
    std::iter::once(caseworker).chain(of_action).collect()
}

/// What is to come, by day. What is overdue is the caseworker's to put right, not the citizen's to read.
fn steps(plan: &Plan, printing: &Printing<'_>) -> Vec<Step> {
    let mut due = deadlines(plan);
    due.retain(|deadline| deadline.due >= printing.today);
    due.sort_by_key(|deadline| deadline.due);
    let shown = due.iter().filter_map(|deadline| {
        let about = deadline.item.as_ref().and_then(|key| plan.items.get(key));
        Some(Step {
            day: day(deadline.due),
            what: step(deadline.kind)?,
            about: about.map(|item| title(item, printing)).unwrap_or_default(),
        })
    });
    shown.collect()
}
