//! Citizens who do not exist, with bins that hang together as real ones do: for the tests and the benchmarks of what is
//! computed of them. Nobody real was looked at.

use enplan_statistics::manifest::Manifest;
use enplan_statistics::measure::Answer;

/// How many municipalities there are.
pub(crate) const MUNICIPALITIES: usize = 9;

/// So many citizens over nine municipalities: each the number of their municipality, and the position of their bin in each
/// of the manifest's dimensions. At 236 they are spread as the documents say: 23 in one, 15 families and 15 young people
/// in another, the rest over seven. The same seed draws the same people.
pub(crate) fn network(manifest: &Manifest, citizens: usize, seed: u64) -> Vec<(usize, Vec<usize>)> {
    let mut chance = fastrand::Rng::with_seed(seed);
    (0..citizens)
        .map(|nth| {
            // Of every 236: 23, 15 + 15, and 183.
            let (municipality, sort) = match nth % 236 {
                0..23 => (0, Sort::Complex),
                23..38 => (1, Sort::Family),
                38..53 => (1, Sort::Young),
                other => (
                    2 + other % 7,
                    [Sort::Complex, Sort::Complex, Sort::Family, Sort::Young][chance.usize(..4)],
                ),
            };
            (municipality, bins(manifest, &mut drawn(sort, municipality == 1, &mut chance)))
        })
        .collect()
}

/// What a municipality took somebody in for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Complex,
    Family,
    Young,
}

/// What is said of somebody, by dimension.
type Said = Vec<(&'static str, Answer)>;

fn bins(manifest: &Manifest, said: &mut Said) -> Vec<usize> {
    let bin = |dimension: &enplan_statistics::manifest::Dimension| {
        let (_, answer) = said.iter().find(|(name, _)| *name == dimension.name).unwrap();
        dimension.bin_of(*answer).unwrap()
    };
    manifest.dimensions.iter().map(bin).collect()
}

fn drawn(sort: Sort, is_gribskov: bool, chance: &mut fastrand::Rng) -> Said {
    let age = match sort {
        Sort::Complex => chance.u32(22..64),
        Sort::Family if chance.u8(..5) < 2 => chance.u32(4..18),
        Sort::Family => chance.u32(24..52),
        Sort::Young => chance.u32(15..=30),
    };
    let is_young = (15..=30).contains(&age);
    let is_family = sort == Sort::Family || chance.u8(..5) == 0;
    // One that is hard is met by more, takes longer and reaches less; one that is well begun reaches more.
    let hardship = chance.u32(..4);
    let months = chance.u32(1..30);
    let has_come = chance.u8(..16) == 0;
    let moves = |answer| if has_come { Answer::Kind("unknown") } else { answer };
    let meetings = chance.u32(..2 + months / 6);
    let goals = chance.u32(..3 + hardship);
    let progress = months / 6 + meetings + chance.u32(..4);
    let share = |of: u32| match of {
        _ if goals == 0 => "no-goals",
        0 => "none",
        1 => "under-half",
        _ => "half-or-more",
    };
    let reached = progress.saturating_sub(2 + hardship).min(2);
    let outcome = match (reached, chance.u8(..6)) {
        (0, _) => "not-yet",
        (_, 0) if age >= 18 => "employment-goal",
        (_, 1 | 2) if is_young => "education-goal",
        (2, 3) => "finished",
        _ => "not-yet",
    };
    let assessed = match progress.saturating_sub(hardship) {
        0 => ["none", "only-once", "worse"][chance.usize(..3)],
        1 | 2 => ["only-once", "same", "same", "worse", "better"][chance.usize(..5)],
        _ => ["better", "better", "same", "only-once"][chance.usize(..4)],
    };
    let action = match chance.u32(..10) {
        0 => Answer::Kind("not-begun"),
        soon => Answer::Number(soon * soon + hardship * chance.u32(..20)),
    };
    let kind = Answer::Kind;
    vec![
        ("age-band", Answer::Number(age)),
        ("target-group", kind(group(sort, is_gribskov, chance))),
        (
            "family-or-young",
            kind(match (is_family, is_young) {
                (true, true) => "family-and-young",
                (true, false) => "family",
                (false, true) => "young",
                (false, false) => "neither",
            }),
        ),
        ("sectors", Answer::Number(1 + hardship.min(2) + chance.u32(..2))),
        ("source-plans", Answer::Number(chance.u32(..4 + hardship) / 2)),
        ("days-to-plan", moves(Answer::Number(chance.u32(..30) * (1 + hardship) * chance.u32(1..8)))),
        ("days-to-first-action", moves(action)),
        ("goals", Answer::Number(goals)),
        ("goals-reached", kind(share(reached))),
        ("goals-adjusted", moves(kind(share(chance.u32(..3) * u32::from(months > 9))))),
        ("goals-dropped", kind(share(chance.u32(..3 + hardship) / 2))),
        ("outcome", kind(outcome)),
        ("self-assessment", kind(assessed)),
        ("network-meetings", Answer::Number(meetings)),
        ("caseworkers", Answer::Number(1 + chance.u32(..2 + months / 12) + u32::from(has_come))),
        ("exemptions", Answer::Number(if sort == Sort::Complex { chance.u32(..3) } else { 0 })),
        ("handovers", kind(if has_come { ["this-quarter", "earlier"][chance.usize(..2)] } else { "never" })),
        ("handover-days", if has_come { Answer::Number(chance.u32(..30)) } else { kind("never") }),
    ]
}

fn group(sort: Sort, is_gribskov: bool, chance: &mut fastrand::Rng) -> &'static str {
    match (sort, chance.u8(..8)) {
        (_, 0 | 1) => "not-assessed",
        (_, 2) => "none-of-them",
        (Sort::Family, _) if is_gribskov => "families",
        (Sort::Young, _) if is_gribskov => "young-people",
        _ => "complex-problems",
    }
}
