//! What could be joined, for a person to decide.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::likeness::{Compared, Likeness, can_be_joined};
use crate::plan::findings::{FindingCode, mark_of};
use crate::plan::item::{Item, ItemKind, LinkRole, Status};
use crate::plan::key::ItemKey;
use crate::plan::provenance::{Source, Voice};
use crate::plan::{Life, Plan};

/// The most of one kind that are compared with each other, by key: a plan of people's own hands has tens.
const MOST: usize = 300;

/// Things that look like the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Which. The first is the one that could lead: the citizen's own words before others', what somebody wrote before what a
    /// system reports, what is of this municipality before what came from another, the older before the newer.
    pub items: Vec<ItemKey>,
    /// By what.
    pub why: BTreeSet<Likeness>,
}

/// What looks like the same in a plan on a day: of one kind, not over, from different sources or written twice. What
/// somebody decided to be two is not proposed again until one of the two says something else.
///
/// In a group each looks like each. Where that is not so there are several, so a thing can be in more than one.
pub fn proposals(plan: &Plan, today: Date) -> Vec<Proposal> {
    if plan.life != Life::Open {
        return Vec::new();
    }
    let apart = Apart::of(plan);
    let mut members: BTreeMap<&ItemKey, Vec<&Item>> = BTreeMap::new();
    for item in plan.live_items().filter(|item| can_be_joined(item.kind)) {
        members.entry(&plan.leading(item).key).or_default().push(item);
    }
    let mut by_kind: BTreeMap<ItemKind, Vec<Cluster<'_>>> = BTreeMap::new();
    for (key, members) in members {
        let Some(leading) = plan.items.get(key).filter(|leading| is_open(leading, today)) else { continue };
        let of_its_kind = by_kind.entry(leading.kind).or_default();
        if of_its_kind.len() < MOST {
            let is_from_elsewhere = leading.provenance.municipality != plan.municipality;
            let members = members.into_iter().map(Compared::of).collect();
            of_its_kind.push(Cluster { leading, members, is_from_elsewhere });
        }
    }
    let mut found: Vec<_> = by_kind.into_values().flat_map(|clusters| groups(&clusters, &apart)).collect();
    found.sort_by(|one, other| one.items.cmp(&other.items));
    found
}

/// Whether something can still become one with something else. A plan that was gathered is over, and is there all the same.
pub(super) fn is_open(item: &Item, today: Date) -> bool {
    item.kind == ItemKind::SourcePlan && item.status != Status::Cancelled
        || !matches!(item.status_on(today), Status::Ended | Status::Cancelled | Status::Withdrawn)
}

/// Something with all that is joined to it: alike is what has a part that is alike.
struct Cluster<'p> {
    leading: &'p Item,
    members: Vec<Compared<'p>>,
    is_from_elsewhere: bool,
}

impl<'p> Cluster<'p> {
    fn likeness(&self, other: &Self, apart: &Apart<'_>) -> BTreeSet<Likeness> {
        let mut why = BTreeSet::new();
        for one in &self.members {
            for another in &other.members {
                if apart.are(&one.item.key, &another.item.key) {
                    return BTreeSet::new();
                }
                why.extend(one.likeness(another));
            }
        }
        why
    }

    fn rank(&self) -> impl Ord + use<'p> {
        let item = self.leading;
        let is_reported = matches!(item.provenance.source, Source::Report { .. });
        let is_others = item.said_by != Some(Voice::Citizen);
        (is_others, is_reported, self.is_from_elsewhere, item.provenance.as_of, &item.key)
    }
}

/// Groups in which each looks like each, and a pair for each likeness that is in none of them.
fn groups(clusters: &[Cluster<'_>], apart: &Apart<'_>) -> Vec<Proposal> {
    let mut alike: BTreeMap<(usize, usize), BTreeSet<Likeness>> = BTreeMap::new();
    for (one, cluster) in clusters.iter().enumerate() {
        for (other, another) in clusters.iter().enumerate().skip(one + 1) {
            let why = cluster.likeness(another, apart);
            if !why.is_empty() {
                alike.insert((one, other), why);
            }
        }
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for next in alike.keys().flat_map(|(one, other)| [*one, *other]).collect::<BTreeSet<_>>() {
        let fits = |group: &&mut Vec<usize>| group.iter().all(|there| alike.contains_key(&(*there, next)));
        match groups.iter_mut().find(fits) {
            Some(group) => group.push(next),
            None => groups.push(vec![next]),
        }
    }
    groups.retain(|group| group.len() > 1);
    let pairs = |group: &[usize]| -> Vec<(usize, usize)> {
        let after = |nth: usize, one: usize| group[nth + 1..].iter().map(move |other| (one, *other));
        group.iter().enumerate().flat_map(|(nth, one)| after(nth, *one)).collect()
    };
    let covered: BTreeSet<_> = groups.iter().flat_map(|group| pairs(group)).collect();
    let left = alike.keys().filter(|pair| !covered.contains(pair)).map(|(one, other)| vec![*one, *other]);
    groups.extend(left.collect::<Vec<_>>());
    let proposal = |group: Vec<usize>| {
        let why = pairs(&group).iter().filter_map(|pair| alike.get(pair)).flatten().copied().collect();
        let mut items: Vec<&Cluster<'_>> = group.iter().map(|nth| &clusters[*nth]).collect();
        items.sort_by(|one, other| one.rank().cmp(&other.rank()));
        Proposal { items: items.into_iter().map(|cluster| cluster.leading.key.clone()).collect(), why }
    };
    groups.into_iter().map(proposal).collect()
}

/// What somebody has decided to be two, as long as both still say what they said then.
struct Apart<'p>(BTreeSet<(&'p ItemKey, &'p ItemKey)>);

impl<'p> Apart<'p> {
    fn of(plan: &'p Plan) -> Self {
        let mut apart = BTreeSet::new();
        for note in plan.items_of(ItemKind::Note) {
            let Some(decided) = note.acknowledges.as_ref().filter(|one| one.code == FindingCode::SameThing)
            else {
                continue;
            };
            let still = |(key, mark): (&'p ItemKey, &str)| {
                plan.items.get(key).filter(|item| mark_of(item) == mark).map(|item| &item.key)
            };
            let about = note.links_to(LinkRole::Addresses).zip(decided.state.split(' '));
            let about: Vec<&ItemKey> = about.filter_map(still).collect();
            apart.extend(about.iter().flat_map(|one| about.iter().map(|other| (*one, *other))));
        }
        Self(apart)
    }

    fn are(&self, one: &ItemKey, other: &ItemKey) -> bool {
        self.0.contains(&(one, other))
    }
}
