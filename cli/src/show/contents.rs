//! What is in a plan, as a caseworker reads it: the citizen's own words first, then the situation, the goals with what is
//! done for them, the follow-ups, whatever else there is, and the plans that it was gathered from.

use enplan_domain::catalogue::AREAS_OF_LIFE;

use super::assessing;
use super::item::{Item, Relation};
use super::layout::{Align, Column, Page};
use super::words::{ItemKind, LinkRole, area, day, or_empty};
use super::{meeting, tree};

const ITEMS: &[Column] = &[
    ("TITEL", Align::Left),
    ("STATUS", Align::Left),
    ("FRA", Align::Left),
    ("TIL", Align::Left),
    ("SEKTOR", Align::Left),
    ("GÆLDER", Align::Left),
    ("ID", Align::Left),
    ("OPLYST", Align::Left),
];

const WISHES: &[Column] = &[
    ("ØNSKE", Align::Left),
    ("HVIS ORD", Align::Left),
    ("STATUS", Align::Left),
    ("SEKTOR", Align::Left),
    ("ID", Align::Left),
];

const SITUATION: &[Column] = &[
    ("LIVSOMRÅDE", Align::Left),
    ("ART", Align::Left),
    ("BESKRIVELSE", Align::Left),
    ("KODE", Align::Left),
    ("SAGT AF", Align::Left),
    ("STATUS", Align::Left),
    ("ID", Align::Left),
];

const RELATIONS: &[Column] = &[
    ("RELATION", Align::Left),
    ("NAVN", Align::Left),
    ("CPR", Align::Left),
    ("FORÆLDREMYNDIGHED", Align::Left),
    ("FRA", Align::Left),
    ("TIL", Align::Left),
    ("ID", Align::Left),
];

const FOLLOW_UPS: &[Column] = &[
    ("DAG", Align::Left),
    ("STATUS", Align::Left),
    ("OM", Align::Left),
    ("VISTE", Align::Left),
    ("SEKTOR", Align::Left),
    ("ID", Align::Left),
];

const JOINED: &[Column] = &[
    ("HVAD", Align::Left),
    ("ORD", Align::Left),
    ("SAGT AF", Align::Left),
    ("KOMMER FRA", Align::Left),
    ("ER LAGT SAMMEN MED", Align::Left),
    ("ID", Align::Left),
];

const SOURCE_PLANS: &[Column] = &[
    ("PLAN", Align::Left),
    ("HVOR", Align::Left),
    ("SEKTOR", Align::Left),
    ("HERFRA KOMMER", Align::Left),
    ("ID", Align::Left),
];

/// The page with all of it.
pub(super) fn of(page: Page, items: &[Item]) -> Page {
    let (items, joined) = items.split_at(items.partition_point(|item| item.joined_to().is_none()));
    let mut page = page.titled_table("Borgerens mål og ønsker", WISHES, wishes(items)).titled_table(
        "Borgerens situation",
        SITUATION,
        situation(items),
    );
    page = page.titled_table(ItemKind::Relation.danish(), RELATIONS, relations(items));
    page = assessing::own(page, items);
    let tree = tree::of(items);
    if !tree.is_empty() {
        page = page.title("Mål og indsatser").tree(tree);
    }
    page = meeting::of(page.titled_table("Opfølgninger", FOLLOW_UPS, follow_ups(items)), items);
    for kind in ItemKind::IN_ORDER.into_iter().filter(|kind| !has_its_own_place(*kind)) {
        let title = if kind == ItemKind::Unknown { "Andet" } else { kind.danish() };
        let of_kind: Vec<_> = of_kind(items, kind).filter(|item| item.reach.is_none()).collect();
        let mut rows: Vec<_> = of_kind.iter().map(|item| item.row()).collect();
        let mut columns = ITEMS;
        if let Some((_, all_but_what_is_told)) =
            columns.split_last().filter(|_| of_kind.iter().all(|item| item.told().is_empty()))
        {
            columns = all_but_what_is_told;
            for row in &mut rows {
                row.pop();
            }
        }
        page = page.titled_table(title, columns, rows);
    }
    page = assessing::target_groups(page, items);
    page = page.titled_table("Planer, der er samlet", SOURCE_PLANS, source_plans(items));
    page.titled_table("Lagt sammen", JOINED, parts(items, joined))
}

/// What stands somewhere else than in a table of its kind.
fn has_its_own_place(kind: ItemKind) -> bool {
    let own = [
        ItemKind::Wish,
        ItemKind::Barrier,
        ItemKind::Resource,
        ItemKind::FollowUp,
        ItemKind::NetworkMeeting,
        ItemKind::Decision,
        ItemKind::Relation,
        ItemKind::SelfAssessment,
        ItemKind::TargetGroupAssessment,
        ItemKind::SourcePlan,
    ];
    own.contains(&kind) || tree::holds(kind)
}

fn of_kind(items: &[Item], kind: ItemKind) -> impl Iterator<Item = &Item> {
    items.iter().filter(move |item| item.kind == kind)
}

fn wishes(items: &[Item]) -> Vec<Vec<String>> {
    let row =
        |wish: &Item| vec![wish.title.clone(), voice(wish), wish.status(), wish.sector(), wish.id.clone()];
    of_kind(items, ItemKind::Wish).map(row).collect()
}

/// By area of life: what stands in the way, and then what there is to build on.
fn situation(items: &[Item]) -> Vec<Vec<String>> {
    let mut items: Vec<_> =
        of_kind(items, ItemKind::Barrier).chain(of_kind(items, ItemKind::Resource)).collect();
    items.sort_by_key(|item| AREAS_OF_LIFE.iter().position(|area| item.area.as_deref() == Some(area.id)));
    let row = |item: &Item| {
        let bearing = if item.kind == ItemKind::Barrier { "Barriere" } else { "Ressource" };
        vec![
            item.area.as_deref().map(area).unwrap_or_default(),
            bearing.to_owned(),
            item.title.clone(),
            item.coded(),
            voice(item),
            item.status(),
            item.id.clone(),
        ]
    };
    items.into_iter().map(row).collect()
}

/// What others are to the citizen, and who they are where that is shown.
fn relations(items: &[Item]) -> Vec<Vec<String>> {
    let row = |item: &Item| {
        let relation = item.relation.as_ref();
        vec![
            relation.map(|relation| relation.kinship.danish().to_owned()).unwrap_or_default(),
            relation.map(Relation::who).unwrap_or_default(),
            relation.and_then(|relation| relation.cpr_masked.clone()).unwrap_or_default(),
            relation.map(Relation::custody).unwrap_or_default(),
            day(item.starts_on.as_ref()),
            day(item.ends_on.as_ref()),
            item.id.clone(),
        ]
    };
    of_kind(items, ItemKind::Relation).map(row).collect()
}

fn follow_ups(items: &[Item]) -> Vec<Vec<String>> {
    let mut items: Vec<_> = of_kind(items, ItemKind::FollowUp).collect();
    items.sort_by_key(|item| &item.starts_on);
    let row = |item: &Item| {
        vec![
            day(item.starts_on.as_ref()),
            item.status(),
            item.title.clone(),
            or_empty(item.outcome.as_ref()),
            item.sector(),
            item.id.clone(),
        ]
    };
    items.into_iter().map(row).collect()
}

fn source_plans(items: &[Item]) -> Vec<Vec<String>> {
    let row = |plan: &Item| {
        let from_here = |item: &&Item| item.links_to(LinkRole::TakenFrom).any(|id| id == plan.id);
        let taken: Vec<_> = items.iter().filter(from_here).map(|item| item.title.as_str()).collect();
        vec![plan.name(), plan.title.clone(), plan.sector(), taken.join("; "), plan.id.clone()]
    };
    of_kind(items, ItemKind::SourcePlan).map(row).collect()
}

/// What is joined to something, in the words of its own source.
fn parts(items: &[Item], joined: &[Item]) -> Vec<Vec<String>> {
    let row = |part: &Item| {
        let all = || items.iter().chain(joined);
        let called = |id: &str| all().find(|item| item.id == id).map(Item::name);
        let [by, _] = part.written();
        vec![
            part.kind.danish().to_owned(),
            part.title.clone(),
            voice(part),
            part.links_to(LinkRole::TakenFrom).find_map(called).unwrap_or(by),
            part.joined_to().and_then(called).unwrap_or_default(),
            part.id.clone(),
        ]
    };
    joined.iter().map(row).collect()
}

fn voice(item: &Item) -> String {
    item.said_by.map(|voice| voice.danish().to_owned()).unwrap_or_default()
}
