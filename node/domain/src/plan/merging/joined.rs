//! What was joined, read as one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::plan::Plan;
use crate::plan::agreement::Agreement;
use crate::plan::item::{Item, Link, LinkRole, Status};
use crate::plan::key::ItemKey;

impl Plan {
    /// What leads something: what it is joined to, or else itself. What is joined to something that is gone, or of another
    /// kind by now, stands by itself; and so do all of those that a report has joined in a ring.
    pub fn leading<'p>(&'p self, item: &'p Item) -> &'p Item {
        let Some(first) = self.joined_to(item) else { return item };
        let mut passed = BTreeSet::from([&item.key, &first.key]);
        let mut leading = first;
        while let Some(next) = self.joined_to(leading) {
            if !passed.insert(&next.key) {
                return item;
            }
            leading = next;
        }
        leading
    }

    fn joined_to(&self, item: &Item) -> Option<&Item> {
        let there = |key: &ItemKey| self.items.get(key);
        let leads = |there: &&Item| there.kind == item.kind && there.status != Status::Withdrawn;
        item.links_to(LinkRole::JoinedTo).filter_map(there).find(leads)
    }

    /// Whether something is joined to something else that leads it.
    pub fn is_part(&self, item: &Item) -> bool {
        self.leading(item).key != item.key
    }

    /// What is joined to something, by key.
    pub fn parts_of<'p>(&'p self, leading: &Item) -> impl Iterator<Item = &'p Item> {
        let is_part = |item: &&Item| {
            item.status != Status::Withdrawn && item.kind == leading.kind && item.key != leading.key
        };
        let parts = self.items.values().filter(is_part);
        parts.filter(|item| self.leading(item).key == leading.key).collect::<Vec<_>>().into_iter()
    }

    /// The plan as one reads it: what was joined is one thing, which has what its parts have where it has nothing itself,
    /// and whatever leans on a part leans on what leads it. The words of the parts are theirs, and stand in the plan as it is.
    pub fn joined(&self) -> Cow<'_, Self> {
        let into: BTreeMap<ItemKey, ItemKey> = self
            .live_items()
            .filter(|item| item.links_to(LinkRole::JoinedTo).next().is_some())
            .map(|item| (item.key.clone(), self.leading(item).key.clone()))
            .filter(|(part, leading)| part != leading)
            .collect();
        if into.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut plan = self.clone();
        for (part, leading) in &into {
            if let Some(part) = plan.items.remove(part)
                && let Some(leading) = plan.items.get_mut(leading)
            {
                leading.take_from(part);
            }
        }
        for item in plan.items.values_mut() {
            item.lean_on(&into);
        }
        Cow::Owned(plan)
    }
}

impl Item {
    fn take_from(&mut self, part: Self) {
        let news = part.codes.into_iter().filter(|code| !self.codes.contains(code)).collect::<Vec<_>>();
        self.codes.extend(news);
        self.links.extend(part.links.into_iter().filter(|link| link.role != LinkRole::JoinedTo));
        self.area = self.area.take().or(part.area);
        let (mine, theirs) = (std::mem::take(&mut self.agreed), part.agreed);
        // A decision is of its provision.
        let (provision, granted) = match mine.provision {
            None => (theirs.provision, mine.granted.or(theirs.granted)),
            provision => (provision, mine.granted),
        };
        self.agreed = Agreement {
            provision,
            granted,
            exemption: mine.exemption.or(theirs.exemption),
            contact: mine.contact.or(theirs.contact),
            ready_when: if mine.ready_when.is_empty() { theirs.ready_when } else { mine.ready_when },
            provider: if mine.provider.is_empty() { theirs.provider } else { mine.provider },
            expected: mine.expected.or(theirs.expected),
        };
    }

    fn lean_on(&mut self, into: &BTreeMap<ItemKey, ItemKey>) {
        let leading = |key: &ItemKey| into.get(key).unwrap_or(key).clone();
        let links = std::mem::take(&mut self.links).into_iter();
        self.links = links
            .filter(|link| link.role != LinkRole::JoinedTo)
            .map(|link| Link { target: leading(&link.target), ..link })
            .filter(|link| link.target != self.key)
            .collect();
        if let Some(meeting) = &mut self.meeting {
            for point in &mut meeting.agenda {
                point.items = point.items.iter().map(leading).collect();
            }
        }
    }

    /// The same, as this plan has joined it: what is joined to what is a person's to say, and no report's.
    #[must_use]
    pub fn joined_as(mut self, here: &Self) -> Self {
        self.links.retain(|link| link.role != LinkRole::JoinedTo);
        if self.status != Status::Withdrawn {
            let joined = here.links.iter().filter(|link| link.role == LinkRole::JoinedTo);
            self.links.extend(joined.cloned());
        }
        self
    }

    /// The same, joined to this; to nothing where that is itself.
    #[must_use]
    pub fn joining(mut self, leading: &ItemKey) -> Self {
        self.links.retain(|link| link.role != LinkRole::JoinedTo);
        if self.key != *leading {
            self.links.insert(Link { role: LinkRole::JoinedTo, target: leading.clone(), rank: None });
        }
        self
    }
}
