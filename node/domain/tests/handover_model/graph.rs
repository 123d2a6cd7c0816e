//! The kept graph: every reachable state and every edge between them, for what no single state can show.

use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash, Hasher};

use stateright::Model;

use crate::model::{Action, Handover};
use crate::world::World;

/// What was found of the whole graph.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) states: usize,
    pub(crate) edges: usize,
    pub(crate) settled: usize,
    /// States from which no settled one can be reached, less those that have lost the plan to two faults.
    pub(crate) left_over: usize,
    /// States that two restores have robbed of the committed version.
    pub(crate) lost_to_two_faults: usize,
    /// Edges whose action changed something when it came a second time (I11).
    pub(crate) changed_by_a_repetition: usize,
    /// The shortest way to a state that was left over.
    pub(crate) way_to_left_over: Vec<Action>,
    /// The shortest way to an edge that a repetition changed.
    pub(crate) way_to_repetition: Vec<Action>,
}

/// Which way a state was first reached.
struct Visit {
    from: u32,
    by: Option<Action>,
    is_settled: bool,
    is_lost: bool,
}

fn fingerprint(world: &World) -> u64 {
    let mut hasher = DefaultHasher::new();
    world.hash(&mut hasher);
    hasher.finish()
}

/// Walks the whole graph breadth first, then back from the settled states over the edges that need neither a person
/// nor a fault nor an old message (I9).
pub(crate) fn explore(model: Handover) -> Findings {
    let mut findings = Findings::default();
    let mut numbers: HashMap<u64, u32> = HashMap::new();
    let mut visits: Vec<Visit> = Vec::new();
    let mut unaided: Vec<(u32, u32)> = Vec::new();
    let mut layer: Vec<(u32, World)> = Vec::new();
    for world in model.init_states() {
        numbers.insert(fingerprint(&world), 0);
        visits.push(visit(&world, 0, None));
        layer.push((0, world));
    }
    let mut actions = Vec::new();
    while !layer.is_empty() {
        let mut next_layer = Vec::new();
        for (from, before) in layer {
            actions.clear();
            model.actions(&before, &mut actions);
            for action in actions.drain(..) {
                let Some(after) = model.next_state(&before, action.clone()) else { continue };
                findings.edges += 1;
                if action.may_be_repeated()
                    && let Some(_) = model.next_state(&after, action.clone())
                {
                    findings.changed_by_a_repetition += 1;
                    if findings.way_to_repetition.is_empty() {
                        findings.way_to_repetition = way(&visits, from);
                        findings.way_to_repetition.push(action.clone());
                    }
                }
                let is_unaided = action.is_unaided(model.bounds, &before);
                let fresh = u32::try_from(visits.len()).unwrap_or(u32::MAX);
                let to = match numbers.entry(fingerprint(&after)) {
                    Entry::Occupied(known) => *known.get(),
                    Entry::Vacant(unknown) => {
                        visits.push(visit(&after, from, Some(action)));
                        next_layer.push((fresh, after));
                        *unknown.insert(fresh)
                    }
                };
                if is_unaided {
                    unaided.push((to, from));
                }
            }
        }
        layer = next_layer;
    }
    walk_back(&visits, unaided, &mut findings);
    findings
}

fn visit(world: &World, from: u32, by: Option<Action>) -> Visit {
    let is_lost = world.is_doubly_faulted() && !world.is_recoverable();
    Visit { from, by, is_settled: world.is_settled(), is_lost }
}

fn walk_back(visits: &[Visit], mut unaided: Vec<(u32, u32)>, findings: &mut Findings) {
    unaided.sort_unstable();
    let mut reaches = vec![false; visits.len()];
    let mut open = Vec::new();
    for (index, visit) in visits.iter().enumerate() {
        if visit.is_settled {
            reaches[index] = true;
            open.push(u32::try_from(index).unwrap_or(u32::MAX));
        }
    }
    findings.states = visits.len();
    findings.settled = open.len();
    while let Some(to) = open.pop() {
        let start = unaided.partition_point(|(target, _)| *target < to);
        for (_, from) in unaided[start..].iter().take_while(|(target, _)| *target == to) {
            if !reaches[*from as usize] {
                reaches[*from as usize] = true;
                open.push(*from);
            }
        }
    }
    for (index, visit) in visits.iter().enumerate() {
        findings.lost_to_two_faults += usize::from(visit.is_lost);
        if !reaches[index] && !visit.is_lost {
            findings.left_over += 1;
            if findings.way_to_left_over.is_empty() {
                findings.way_to_left_over = way(visits, u32::try_from(index).unwrap_or(u32::MAX));
            }
        }
    }
}

fn way(visits: &[Visit], mut to: u32) -> Vec<Action> {
    let mut actions = Vec::new();
    while let Some(action) = &visits[to as usize].by {
        actions.push(action.clone());
        to = visits[to as usize].from;
    }
    actions.reverse();
    actions
}
