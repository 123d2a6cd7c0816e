//! The computation in secret, as a node runs it from its frozen counts, comes to what the rules say on counts that everybody
//! sees: quarter after quarter, by the registry's own rules.

#![expect(clippy::unwrap_used, reason = "these are the tests' own helpers, outside test functions")]

#[path = "support/synthetic.rs"]
mod synthetic;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use enplan_domain::handover::Signature;
use enplan_domain::municipality::THE_NINE;
use enplan_domain::{CaseId, Kommunekode};
use enplan_statistics::computation::{Computation, Standing, Terms};
use enplan_statistics::cube::Cube;
use enplan_statistics::frozen::{Former, Frozen};
use enplan_statistics::ledger::{Command, Ledger, Members};
use enplan_statistics::manifest::{self, Manifest};
use enplan_statistics::membership::{Membership, memberships};
use enplan_statistics::population::Population;
use enplan_statistics::protocol::Letter;
use enplan_statistics::reference::{self, Gates};
use enplan_statistics::release::{EpochRelease, TableRelease};
use enplan_statistics::{Epoch, Randomness};

struct Seeded(fastrand::Rng);

impl Randomness for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}

/// Nine members, each of whose signatures is its code and the message.
struct Nine;

impl Members for Nine {
    fn all(&self) -> BTreeSet<Kommunekode> {
        codes().collect()
    }

    fn has_signed(&self, by: Kommunekode, message: &[u8], signature: &Signature) -> bool {
        *signature == sign(by, message)
    }
}

fn codes() -> impl Iterator<Item = Kommunekode> {
    THE_NINE.iter().map(|(code, _)| *code)
}

fn sign(by: Kommunekode, message: &[u8]) -> Signature {
    Signature([by.to_string().as_bytes(), message].concat())
}

/// Nine nodes, what all agree on, and what each has frozen.
struct Federation {
    manifest: Manifest,
    cube: Cube,
    ledger: Ledger,
    frozen: BTreeMap<(Epoch, Kommunekode), Frozen>,
    random: Seeded,
}

impl Federation {
    fn new(seed: u64) -> Self {
        let manifest = manifest::first();
        let mut ledger = Ledger::default();
        let digest = manifest.digest().unwrap();
        for code in codes() {
            ledger.apply(code, Command::Propose(Box::new(manifest.clone())), &Nine).unwrap();
            ledger.apply(code, Command::Approve { version: 1, digest }, &Nine).unwrap();
        }
        let cube = Cube::of(&manifest).unwrap();
        let random = Seeded(fastrand::Rng::with_seed(seed));
        Self { manifest, cube, ledger, frozen: BTreeMap::new(), random }
    }

    /// Everybody freezes where these people stand, and the epoch is started.
    fn freeze(&mut self, epoch: Epoch, people: &[(usize, Vec<usize>)]) {
        assert_eq!(codes().count(), synthetic::MUNICIPALITIES);
        for (at, code) in codes().enumerate() {
            let here = people.iter().enumerate().filter(|(_, (municipality, _))| *municipality == at);
            let id = |nth: usize| CaseId::from(uuid::Uuid::from_u128(nth as u128));
            let population: Population = here.map(|(nth, (_, bins))| (id(nth), bins.clone())).collect();
            let places = memberships(&self.cube, &population).unwrap();
            let former: Vec<Option<Former>> = (0..places.len())
                .map(|table| {
                    let published = self.ledger.published_before(epoch, table, 1)?;
                    let membership: Membership = self.frozen[&(published, code)].membership(table)?.clone();
                    Some(Former { epoch: published, membership })
                })
                .collect();
            let frozen = Frozen::new(epoch, 1, &self.cube, places, &former, &mut self.random);
            let commit = Command::Commit { epoch, manifest: 1, commitment: frozen.commitment() };
            self.ledger.apply(code, commit, &Nine).unwrap();
            self.frozen.insert((epoch, code), frozen);
        }
        self.ledger.apply(codes().next().unwrap(), Command::Start { epoch }, &Nine).unwrap();
    }

    /// Everybody computes. These go away as soon as all have shared.
    fn compute(&mut self, epoch: Epoch, gone: &[usize]) -> EpochRelease {
        let terms = Terms::of(&self.ledger, epoch, &[7; 16]).unwrap();
        let mut under_way: VecDeque<(usize, Letter)> = VecDeque::new();
        let mut nodes = Vec::new();
        for (place, code) in terms.participants().iter().enumerate() {
            let frozen = &self.frozen[&(epoch, *code)];
            let (node, letters) = Computation::begin(terms.clone(), place, frozen, &mut self.random).unwrap();
            under_way.extend(letters.into_iter().map(|letter| (place, letter)));
            nodes.push(node);
        }
        // All shares arrive before anybody goes on.
        for (from, letter) in std::mem::take(&mut under_way) {
            nodes[letter.to].receive(from, letter.round, &letter.bytes).unwrap();
        }
        let left: Vec<usize> = (0..nodes.len()).filter(|node| !gone.contains(node)).collect();
        let mut ended: BTreeMap<usize, EpochRelease> = BTreeMap::new();
        let mut waits: VecDeque<usize> = left.iter().copied().collect();
        let mut restarted = gone.is_empty();
        loop {
            while let Some(node) = waits.pop_front() {
                let (letters, standing) = nodes[node].go_on(&mut self.random).unwrap();
                under_way.extend(letters.into_iter().map(|letter| (node, letter)));
                if let Standing::Ended(release) = standing {
                    ended.insert(node, *release);
                }
            }
            if let Some((from, letter)) = under_way.pop_front() {
                if left.contains(&letter.to) {
                    nodes[letter.to].receive(from, letter.round, &letter.bytes).unwrap();
                    waits.push_back(letter.to);
                }
            } else if restarted {
                break;
            } else {
                // Nothing is under way and somebody is waited for: on without those who are gone.
                restarted = true;
                let phase = left.iter().map(|node| nodes[*node].phase_and_attempt().0).min().unwrap();
                for node in &left {
                    let letters = nodes[*node].restart(phase, 1, &left, &mut self.random).unwrap();
                    under_way.extend(letters.into_iter().map(|letter| (*node, letter)));
                    waits.push_back(*node);
                }
            }
        }
        assert_eq!(ended.len(), left.len(), "all who are left end");
        let mut releases = ended.into_values();
        let release = releases.next().unwrap();
        assert!(releases.all(|other| other == release), "all end with the same");
        release
    }

    fn release(&mut self, release: EpochRelease) {
        let message = release.signed_bytes();
        let signatures = codes().map(|code| (code, sign(code, &message))).collect();
        let command = Command::Release { release: Box::new(release), signatures };
        self.ledger.apply(codes().next().unwrap(), command, &Nine).unwrap();
    }

    /// What the rules say on what everybody froze.
    fn by_the_rules(&self, epoch: Epoch) -> Vec<TableRelease> {
        let participants = &self.ledger.epoch(epoch).unwrap().participants;
        let frozen: Vec<&Frozen> = participants.iter().map(|code| &self.frozen[&(epoch, *code)]).collect();
        let inputs: Vec<_> =
            frozen.iter().map(|frozen| frozen.inputs(&self.cube, participants.len())).collect();
        let gates = Gates { manifest: &self.manifest, nodes: &inputs };
        reference::release(gates, &self.cube, &frozen[0].compared())
    }
}

/// The same people a quarter later: every so many of them has another bin in one dimension, and a few are new.
fn later(people: &[(usize, Vec<usize>)], manifest: &Manifest, seed: u64) -> Vec<(usize, Vec<usize>)> {
    let mut chance = fastrand::Rng::with_seed(seed);
    let others = synthetic::network(manifest, people.len() + 10, seed + 1);
    let mut later = people.to_vec();
    for (person, other) in later.iter_mut().zip(&others) {
        if chance.u8(..) < 60 {
            person.1.clone_from(&other.1);
        }
    }
    later.extend(others.into_iter().skip(people.len()));
    later
}

#[test]
fn quarter_after_quarter_the_computation_in_secret_comes_to_what_the_rules_say() {
    let mut federation = Federation::new(1);
    let first = synthetic::network(&federation.manifest, 400, 2);
    let people = [first.clone(), first.clone(), later(&first, &federation.manifest, 3)];
    let quarters = ["2019-Q2", "2019-Q3", "2019-Q4"];
    let mut seen = BTreeSet::new();
    for (quarter, people) in quarters.into_iter().zip(people) {
        let epoch = quarter.parse().unwrap();
        federation.freeze(epoch, &people);
        // In the second quarter two of the nine go away in the middle.
        let gone: &[usize] = if quarter == "2019-Q3" { &[2, 5] } else { &[] };
        let release = federation.compute(epoch, gone);
        assert_eq!(release.tables, federation.by_the_rules(epoch), "{quarter}");
        let kinds = release.tables.iter().map(|table| match table {
            TableRelease::Published(_) => "published",
            TableRelease::Unchanged(_) => "unchanged",
            TableRelease::Dropped => "dropped",
        });
        seen.extend(kinds.map(|kind| (quarter, kind)));
        federation.release(release);
    }
    // So that the comparison is of more than one kind of outcome.
    assert!(
        seen.contains(&("2019-Q2", "published")) && !seen.contains(&("2019-Q2", "unchanged")),
        "{seen:?}"
    );
    assert!(seen.contains(&("2019-Q4", "published")) && seen.contains(&("2019-Q4", "unchanged")), "{seen:?}");
}

#[test]
fn who_froze_something_else_than_is_computed_takes_no_seat() {
    let mut federation = Federation::new(4);
    let people = synthetic::network(&federation.manifest, 100, 5);
    let [earlier, epoch]: [Epoch; 2] = ["2019-Q2", "2019-Q3"].map(|quarter| quarter.parse().unwrap());
    federation.freeze(earlier, &people);
    let other = federation.frozen.first_key_value().unwrap().1.clone();
    federation.freeze(epoch, &people);
    let terms = Terms::of(&federation.ledger, epoch, &[7; 16]).unwrap();
    assert!(Computation::begin(terms, 0, &other, &mut federation.random).is_err());
}
