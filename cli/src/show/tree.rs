//! Goals with their parts and the actions that serve them, as a tree.

use std::collections::{BTreeMap, BTreeSet};

use super::item::Item;
use super::layout::Branch;
use super::words::{ItemKind, LinkRole};

/// What stands in the tree, in the order of siblings.
const KINDS: [ItemKind; 5] =
    [ItemKind::Purpose, ItemKind::Goal, ItemKind::SubGoal, ItemKind::Grant, ItemKind::Action];

/// Whether this kind of thing stands in the tree.
pub(super) fn holds(kind: ItemKind) -> bool {
    KINDS.contains(&kind)
}

/// The tree of a plan's items, from top to bottom. What leans on nothing here is a root, and so is one of those that lean on
/// each other in a ring, which a report can hold.
pub(super) fn of(items: &[Item]) -> Vec<Branch> {
    let known: BTreeMap<&str, &Item> = items.iter().map(|item| (item.id.as_str(), item)).collect();
    let mut below: BTreeMap<Option<&str>, Vec<&Item>> = BTreeMap::new();
    for item in items.iter().filter(|item| holds(item.kind)) {
        below.entry(parent(item, &known)).or_default().push(item);
    }
    for siblings in below.values_mut() {
        siblings.sort_by_key(|item| order(item));
    }
    let mut tree = Tree { known, below, shown: BTreeSet::new(), branches: Vec::new() };
    tree.grow(None, 0);
    for item in items.iter().filter(|item| holds(item.kind)) {
        tree.add(item, 0);
    }
    tree.branches
}

struct Tree<'a> {
    known: BTreeMap<&'a str, &'a Item>,
    below: BTreeMap<Option<&'a str>, Vec<&'a Item>>,
    shown: BTreeSet<&'a str>,
    branches: Vec<Branch>,
}

impl<'a> Tree<'a> {
    fn grow(&mut self, parent: Option<&str>, depth: usize) {
        for item in self.below.get(&parent).cloned().unwrap_or_default() {
            self.add(item, depth);
        }
    }

    fn add(&mut self, item: &'a Item, depth: usize) {
        if !self.shown.insert(&item.id) {
            return;
        }
        let mut notes = vec![item.standing()];
        notes.extend(item.links.iter().filter_map(|link| {
            let target = self.known.get(link.item_id.as_str()).filter(|target| !holds(target.kind))?;
            Some(format!("{}: {}", link.role.danish(), target.name()))
        }));
        notes.extend(item.agreed());
        let record = [item.kind.danish().to_owned()].into_iter().chain(item.row()).collect();
        self.branches.push(Branch {
            depth,
            head: format!("{}: {}", one(item.kind), item.title),
            notes,
            record,
        });
        self.grow(Some(&item.id), depth + 1);
    }
}

/// What an item stands under: the grant that it hangs on, or else the goal that it serves or is part of.
fn parent<'a>(item: &Item, known: &BTreeMap<&str, &'a Item>) -> Option<&'a str> {
    let above = |role| item.links_to(role).filter_map(|id| known.get(id)).filter(|above| holds(above.kind));
    above(LinkRole::BasedOn)
        .find(|above| above.kind == ItemKind::Grant)
        .or_else(|| above(LinkRole::Serves).next())
        .or_else(|| above(LinkRole::BasedOn).next())
        .map(|above| above.id.as_str())
}

/// What is in force comes first; actions stand by sector and then by day.
fn order(item: &Item) -> impl Ord + use<> {
    let kind = KINDS.iter().position(|kind| *kind == item.kind);
    (kind, !item.in_force, item.sector(), item.starts_on.clone(), item.title.clone())
}

/// What one of a kind is called.
fn one(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Purpose => "Formål",
        ItemKind::Goal => "Mål",
        ItemKind::SubGoal => "Delmål",
        ItemKind::Grant => "Bevilget indsats",
        ItemKind::Action => "Indsats",
        other => other.danish(),
    }
}

#[cfg(test)]
mod tests {
    use enplan_proto::plan::v1;

    use super::*;

    fn item(kind: v1::ItemKind, id: &str, links: &[(v1::LinkRole, &str)]) -> Item {
        let link = |(role, id): &(v1::LinkRole, &str)| v1::Link {
            role: (*role).into(),
            item_id: (*id).to_owned(),
            rank: 0,
        };
        Item::from(v1::Item {
            kind: kind.into(),
            id: id.to_owned(),
            title: id.to_owned(),
            links: links.iter().map(link).collect(),
            in_force: true,
            ..v1::Item::default()
        })
    }

    fn heads(items: &[Item]) -> Vec<String> {
        of(items).iter().map(|branch| format!("{}{}", "> ".repeat(branch.depth), branch.head)).collect()
    }

    #[test]
    fn goals_stand_under_what_they_are_part_of_and_actions_under_what_they_serve() {
        use v1::{ItemKind as Kind, LinkRole as Role};
        let items = [
            item(Kind::Action, "gå", &[(Role::Serves, "bus")]),
            item(Kind::SubGoal, "bus", &[(Role::BasedOn, "rejse")]),
            item(Kind::Goal, "rejse", &[(Role::BasedOn, "ønske")]),
            item(Kind::Wish, "ønske", &[]),
            item(Kind::Action, "alene", &[(Role::Serves, "ikke sendt med")]),
            item(Kind::Action, "støtte", &[(Role::BasedOn, "bevilling"), (Role::Serves, "rejse")]),
            item(Kind::Grant, "bevilling", &[(Role::Serves, "rejse")]),
        ];
        assert_eq!(
            heads(&items),
            [
                "Mål: rejse",
                "> Delmål: bus",
                "> > Indsats: gå",
                "> Bevilget indsats: bevilling",
                "> > Indsats: støtte",
                "Indsats: alene",
            ]
        );
        assert!(of(&items)[0].notes.contains(&"kommer af: ønske".to_owned()));
    }

    #[test]
    fn what_leans_on_itself_in_a_ring_is_shown_once_and_not_lost() {
        use v1::{ItemKind as Kind, LinkRole as Role};
        let items = [
            item(Kind::Goal, "a", &[(Role::BasedOn, "b")]),
            item(Kind::Goal, "b", &[(Role::BasedOn, "a")]),
            item(Kind::Goal, "c", &[(Role::BasedOn, "c")]),
        ];
        assert_eq!(heads(&items), ["Mål: a", "> Mål: b", "Mål: c"]);
    }
}
