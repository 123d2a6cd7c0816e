//! The synthetic people from one quarter to the next.

use enplan_statistics::manifest::Manifest;

use super::synthetic::network;

/// One citizen who does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Citizen {
    pub(crate) id: u64,
    pub(crate) node: usize,
    /// The bin in each dimension.
    pub(crate) bins: Vec<usize>,
}

/// What is settled when a plan begins.
const SETTLED: [&str; 5] = ["age-band", "target-group", "family-or-young", "source-plans", "days-to-plan"];

/// So many citizens of nine municipalities, numbered from 0.
pub(crate) fn citizens(manifest: &Manifest, how_many: usize, chance: &mut fastrand::Rng) -> Vec<Citizen> {
    let people = network(manifest, how_many, chance.u64(..)).into_iter().zip(0..);
    people.map(|((node, bins), id)| Citizen { id, node, bins }).collect()
}

/// The next quarter's citizens: a tenth of the plans end, somewhat more begin, and a quarter of the others come further in a
/// third of what can change.
pub(crate) fn next_quarter(
    manifest: &Manifest,
    citizens: &[Citizen],
    chance: &mut fastrand::Rng,
) -> Vec<Citizen> {
    let others = self::citizens(manifest, citizens.len(), chance);
    let first = citizens.iter().map(|citizen| citizen.id + 1).max().unwrap_or(0);
    let mut next: Vec<Citizen> = Vec::with_capacity(citizens.len());
    for citizen in citizens {
        if chance.u32(..100) < 10 {
            continue;
        }
        let mut citizen = citizen.clone();
        if chance.u32(..4) == 0 {
            let like = &others[chance.usize(..others.len())];
            for (at, dimension) in manifest.dimensions.iter().enumerate() {
                if !SETTLED.contains(&dimension.name.as_str()) && chance.u32(..3) == 0 {
                    citizen.bins[at] = like.bins[at];
                }
            }
        }
        next.push(citizen);
    }
    for id in first..first + citizens.len() as u64 * 12 / 100 {
        next.push(Citizen { id, ..others[chance.usize(..others.len())].clone() });
    }
    next
}
