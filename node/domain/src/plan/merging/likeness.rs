//! Whether two things in a plan look like the same, and by what.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::plan::findings::normalised;
use crate::plan::item::{Item, ItemKind, LinkRole};
use crate::plan::key::ItemKey;
use crate::plan::provenance::Source;
use crate::plan::section::Sector;
use crate::plan::when::When;
use crate::{Kommunekode, Narrative};

/// Shorter words than these are equal or they are not.
const SHORTEST_NEAR: usize = 8;
/// How many characters of two texts are compared where they are not equal.
const COMPARED: usize = 400;
/// Of a hundred pairs of neighbouring letters in two texts, so many are in both where the texts are near (Dice's measure).
const NEAR: usize = 80;
/// Words that turn the meaning of those around them.
const TURNING: [&str; 6] = ["ikke", "ingen", "intet", "aldrig", "uden", "hverken"];

/// By what two things look like the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// They have a code in common.
    SameCode,
    /// They were agreed under the same provision, in one sector or with one provider.
    SameProvision,
    /// They are the same kind of plan in the same sector.
    SamePlanKind,
    /// They are the same person's relation to the citizen.
    SamePerson,
    /// They say the same, letter for letter but for case and signs.
    SameWords,
    /// They say nearly the same.
    NearWords,
    /// They are in force on a day in common. Alone it makes nothing alike.
    SameTime,
}

impl Likeness {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::SameCode,
        Self::SameProvision,
        Self::SamePlanKind,
        Self::SamePerson,
        Self::SameWords,
        Self::NearWords,
        Self::SameTime,
    ];

    /// Its name for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SameCode => "SAME_CODE",
            Self::SameProvision => "SAME_PROVISION",
            Self::SamePlanKind => "SAME_PLAN_KIND",
            Self::SamePerson => "SAME_PERSON",
            Self::SameWords => "SAME_WORDS",
            Self::NearWords => "NEAR_WORDS",
            Self::SameTime => "SAME_TIME",
        }
    }

    /// Its name on the screen.
    pub fn danish(self) -> &'static str {
        match self {
            Self::SameCode => "samme kode",
            Self::SameProvision => "samme bestemmelse",
            Self::SamePlanKind => "samme slags plan",
            Self::SamePerson => "samme person",
            Self::SameWords => "samme ord",
            Self::NearWords => "næsten samme ord",
            Self::SameTime => "samme tid",
        }
    }
}

/// What can be said twice. The rest is of one moment, or somebody's hand, and each is its own.
pub(super) fn can_be_joined(kind: ItemKind) -> bool {
    matches!(
        kind,
        ItemKind::Wish
            | ItemKind::Purpose
            | ItemKind::Goal
            | ItemKind::SubGoal
            | ItemKind::GrantedPlan
            | ItemKind::Intervention
            | ItemKind::Provider
            | ItemKind::TargetGroup
            | ItemKind::Condition
            | ItemKind::FollowUp
            | ItemKind::Barrier
            | ItemKind::Resource
            | ItemKind::SourcePlan
            | ItemKind::Relation
    )
}

/// Whose word something is: two of one origin are two, since whoever writes a plan knows what is in it.
#[derive(Debug, PartialEq, Eq)]
enum Origin<'i> {
    System(Option<&'i str>),
    Gathered(&'i ItemKey),
    Hand(&'i Sector, Kommunekode),
}

/// Something that is compared, with what comparing it needs.
pub(super) struct Compared<'i> {
    pub(super) item: &'i Item,
    origin: Origin<'i>,
    words: String,
    pairs: Vec<[char; 2]>,
    turns: BTreeSet<String>,
}

impl<'i> Compared<'i> {
    pub(super) fn of(item: &'i Item) -> Self {
        let origin = match (&item.provenance.source, item.links_to(LinkRole::TakenFrom).next()) {
            (Source::Report { bundle, organisation }, _) => {
                Origin::System(organisation.as_deref().or(bundle.as_deref()))
            }
            (Source::Staff { .. }, Some(plan)) => Origin::Gathered(plan),
            (Source::Staff { .. }, None) => Origin::Hand(&item.sector, item.provenance.municipality),
        };
        let words = normalised(item.text.reveal());
        let letters: Vec<char> = words.chars().filter(|sign| *sign != ' ').take(COMPARED).collect();
        let mut pairs: Vec<[char; 2]> = letters.windows(2).map(|pair| [pair[0], pair[1]]).collect();
        pairs.sort_unstable();
        let turning = |word: &&str| TURNING.contains(word) || word.chars().any(|sign| sign.is_ascii_digit());
        let turns = words.split(' ').filter(turning).map(str::to_owned).collect();
        Self { item, origin, words, pairs, turns }
    }

    /// By what the two look like the same; nothing where they don't.
    pub(super) fn likeness(&self, other: &Self) -> BTreeSet<Likeness> {
        let none = BTreeSet::new();
        let (one, another) = (self.item, other.item);
        let is_elsewhere = one.area.is_some() && another.area.is_some() && one.area != another.area;
        if one.kind != another.kind || is_elsewhere || !can_be_at_one_time(one, another) {
            return none;
        }
        let words = self.likeness_of_words(other);
        if self.origin == other.origin {
            // Nobody writes the same twice on purpose; what a system has twice are two.
            let twice = words == Some(Likeness::SameWords) && !matches!(self.origin, Origin::System(_));
            return if twice { BTreeSet::from([Likeness::SameWords]) } else { none };
        }
        let is_said = one.starts.is_some() && another.starts.is_some();
        let found: BTreeSet<_> = [
            have_a_code_in_common(one, another).then_some(Likeness::SameCode),
            are_under_one_provision(one, another).then_some(Likeness::SameProvision),
            (one.plan_kind.is_some() && one.plan_kind == another.plan_kind && one.sector == another.sector)
                .then_some(Likeness::SamePlanKind),
            are_one_person(one, another).then_some(Likeness::SamePerson),
            words,
        ]
        .into_iter()
        .flatten()
        .collect();
        let time = (is_said && !found.is_empty()).then_some(Likeness::SameTime);
        found.into_iter().chain(time).collect()
    }

    fn likeness_of_words(&self, other: &Self) -> Option<Likeness> {
        if self.words == other.words {
            return (!self.words.is_empty()).then_some(Likeness::SameWords);
        }
        let (few, many) = if self.pairs.len() < other.pairs.len() { (self, other) } else { (other, self) };
        let both = few.pairs.len() + many.pairs.len();
        // Where all of the fewer are among the many it is not enough.
        let hopeless = few.pairs.len() + 1 < SHORTEST_NEAR || 200 * few.pairs.len() < NEAR * both;
        if hopeless || self.turns != other.turns {
            return None;
        }
        (200 * in_common(&few.pairs, &many.pairs) >= NEAR * both).then_some(Likeness::NearWords)
    }
}

/// How many two sorted lists have in common.
fn in_common(one: &[[char; 2]], other: &[[char; 2]]) -> usize {
    let (mut at, mut found) = (0, 0);
    for pair in one {
        at += other[at..].partition_point(|there| there < pair);
        if other.get(at) == Some(pair) {
            (at, found) = (at + 1, found + 1);
        }
    }
    found
}

/// Whether both are in force on a day in common, as far as both say when. A follow-up is of its day alone.
fn can_be_at_one_time(one: &Item, other: &Item) -> bool {
    let day = |when: Option<When>| when.map(When::day);
    let days = |item: &Item| (day(item.starts).unwrap_or(Date::MIN), day(item.ends).unwrap_or(Date::MAX));
    let ((from, until), (from_there, until_there)) = (days(one), days(other));
    match one.kind {
        ItemKind::FollowUp => day(one.starts) == day(other.starts),
        _ => from <= until_there && from_there <= until,
    }
}

fn have_a_code_in_common(one: &Item, other: &Item) -> bool {
    let same = |code: &crate::plan::Code| {
        let is_it = |there: &crate::plan::Code| (&there.system, &there.code) == (&code.system, &code.code);
        !code.code.is_empty() && other.codes.iter().any(is_it)
    };
    one.codes.iter().any(same)
}

fn are_under_one_provision(one: &Item, other: &Item) -> bool {
    let said = |text: &Narrative| Some(normalised(text.reveal())).filter(|words| !words.is_empty());
    let provider = |item: &Item| said(&item.agreed.provider);
    one.agreed.provision.is_some()
        && one.agreed.provision == other.agreed.provision
        && (one.sector == other.sector || provider(one).is_some() && provider(one) == provider(other))
}

fn are_one_person(one: &Item, other: &Item) -> bool {
    let (Some(one), Some(other)) = (&one.relation, &other.relation) else { return false };
    one.kinship == other.kinship && one.cpr().is_some() && one.cpr() == other.cpr()
}
