//! Invented citizens: adults with complex problems, families, and young people, who differ in where they tend to stand.
//!
//! The shares are guesses, made once and not fitted to anything that is measured with them.

use enplan_statistics::cube::Cube;
use enplan_statistics::manifest::Manifest;

use super::NODES;

/// One invented citizen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Citizen {
    pub(crate) id: u64,
    pub(crate) node: usize,
    /// 0 for adults, 1 for families, 2 for young people.
    pub(crate) kind: usize,
    /// The bin in each dimension.
    pub(crate) bins: Vec<usize>,
}

/// How many of a trial's citizens live where: Fredensborg's 23, Gribskov's 15 in families and 15 young, the rest in seven.
const PEOPLE_OF: [usize; 2] = [23, 30];

type Weights = &'static [u32];

/// Of each dimension its name, and how often each bin is drawn by adults, families and young people; or by all alike. And whether it
/// changes while a plan runs.
pub(crate) const DIMENSIONS: &[(&str, &[Weights], bool)] = &[
    ("age-band", &[&[0, 10, 40, 35, 15], &[10, 15, 50, 20, 5], &[0, 100, 0, 0, 0]], false),
    ("target-group", &[&[80, 0, 0, 5, 15], &[10, 75, 0, 5, 10], &[5, 5, 75, 3, 12]], false),
    ("family-or-young", &[&[5, 5, 5, 85], &[80, 0, 20, 0], &[0, 80, 20, 0]], false),
    ("sectors", &[&[8, 30, 34, 28], &[4, 20, 36, 40], &[15, 40, 30, 15]], true),
    ("source-plans", &[&[25, 30, 25, 12, 8], &[15, 30, 30, 20, 5], &[35, 35, 15, 5, 10]], false),
    ("days-to-plan", &[&[20, 35, 25, 8, 12]], false),
    (
        "days-to-first-action",
        &[&[35, 20, 15, 8, 12, 10], &[30, 20, 20, 10, 12, 8], &[45, 20, 10, 5, 12, 8]],
        true,
    ),
    ("goals", &[&[5, 35, 35, 20, 5]], true),
    ("goals-reached", &[&[5, 40, 25, 25, 5], &[5, 30, 35, 25, 5], &[5, 45, 20, 25, 5]], true),
    ("goals-adjusted", &[&[5, 55, 25, 10, 5]], true),
    ("goals-dropped", &[&[5, 60, 20, 10, 5]], true),
    ("outcome", &[&[12, 3, 10, 65, 10], &[8, 4, 18, 62, 8], &[10, 25, 8, 47, 10]], true),
    ("self-assessment", &[&[25, 15, 8, 22, 20, 10], &[35, 12, 6, 22, 17, 8], &[25, 18, 10, 22, 17, 8]], true),
    ("network-meetings", &[&[20, 25, 30, 15, 10], &[8, 20, 35, 27, 10], &[30, 30, 22, 8, 10]], true),
    ("caseworkers", &[&[70, 22, 8]], true),
    ("exemptions", &[&[55, 25, 12, 8], &[45, 30, 17, 8], &[60, 25, 7, 8]], true),
    ("handovers", &[&[92, 3, 5]], true),
    ("handover-days", &[&[4, 4, 90, 2]], true),
];

/// So many citizens of nine municipalities.
pub(crate) fn citizens(manifest: &Manifest, how_many: usize, chance: &mut fastrand::Rng) -> Vec<Citizen> {
    let cube = Cube::of(manifest).unwrap();
    (0..how_many)
        .map(|at| {
            let (node, kind) = place(at, how_many, chance);
            citizen(manifest, &cube, at as u64, node, kind, chance)
        })
        .collect()
}

/// The next quarter's citizens: a tenth of the plans end, somewhat more begin, and a quarter of the others come further.
pub(crate) fn next_quarter(
    manifest: &Manifest,
    citizens: &[Citizen],
    chance: &mut fastrand::Rng,
) -> Vec<Citizen> {
    let cube = Cube::of(manifest).unwrap();
    let mut next: Vec<Citizen> = citizens.iter().filter(|_| chance.u32(..100) >= 10).cloned().collect();
    for citizen in next.iter_mut().filter(|_| chance.u32(..4) == 0).collect::<Vec<_>>() {
        let drawn = self::citizen(manifest, &cube, citizen.id, citizen.node, citizen.kind, chance);
        let moving = manifest
            .dimensions
            .iter()
            .map(|dimension| weights(&dimension.name).is_some_and(|(_, moves)| moves));
        let mut bins = citizen.bins.clone();
        for (at, _) in moving.enumerate().filter(|(_, moves)| *moves).collect::<Vec<_>>() {
            if chance.u32(..3) == 0 {
                bins[at] = drawn.bins[at];
            }
        }
        citizen.bins = bins;
    }
    let first = citizens.iter().map(|citizen| citizen.id + 1).max().unwrap_or(0);
    for at in 0..citizens.len() * 12 / 100 {
        let (node, kind) = place(chance.usize(..citizens.len()), citizens.len(), chance);
        next.push(citizen(manifest, &cube, first + at as u64, node, kind, chance));
    }
    next
}

fn place(at: usize, how_many: usize, chance: &mut fastrand::Rng) -> (usize, usize) {
    let drawn = [0, 0, 0, 1, 2][chance.usize(..5)];
    let scaled = |people: usize| people * how_many.max(236) / 236;
    let [first, second] = PEOPLE_OF.map(scaled);
    if at < first {
        (0, drawn)
    } else if at < first + second {
        (1, 1 + (at - first) % 2)
    } else {
        (2 + (at - first - second) % (NODES - 2), drawn)
    }
}

/// One citizen who stands in no impossible cell.
pub(crate) fn citizen(
    manifest: &Manifest,
    cube: &Cube,
    id: u64,
    node: usize,
    kind: usize,
    chance: &mut fastrand::Rng,
) -> Citizen {
    loop {
        let bins: Vec<usize> = manifest
            .dimensions
            .iter()
            .map(|dimension| bin(&dimension.name, dimension.bins.len(), kind, chance))
            .collect();
        if cube.cells_of(&bins).all(|cell| cell.is_some()) {
            return Citizen { id, node, kind, bins };
        }
    }
}

fn bin(dimension: &str, bins: usize, kind: usize, chance: &mut fastrand::Rng) -> usize {
    let of_kind = weights(dimension).map(|(weights, _)| weights[kind.min(weights.len() - 1)]);
    let weights = of_kind
        .filter(|weights| weights.len() == bins)
        .map_or_else(|| (0..bins).map(|bin| 1 << (2 * (bins - bin).min(12))).collect(), <[u32]>::to_vec);
    let mut drawn = chance.u32(..weights.iter().sum::<u32>());
    for (bin, weight) in weights.iter().enumerate() {
        if drawn < *weight {
            return bin;
        }
        drawn -= weight;
    }
    bins - 1
}

fn weights(dimension: &str) -> Option<(&'static [Weights], bool)> {
    DIMENSIONS.iter().find(|(name, ..)| *name == dimension).map(|(_, weights, moves)| (*weights, *moves))
}
