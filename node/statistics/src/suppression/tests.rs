use proptest::prelude::*;

use super::*;
use crate::example::manifest;
use crate::input::CellInput;
use crate::manifest::Manifest;
use crate::reference::Gates;

/// A citizen: where they live, and their bin in each dimension.
type Citizen = (usize, [usize; 3]);

fn cube_and_manifest() -> impl Strategy<Value = (Manifest, Cube)> {
    let bins = prop::collection::vec(2..=4_usize, 3);
    let pairs = prop::sample::subsequence(vec![(0, 1), (0, 2), (1, 2)], 1..=3);
    let impossible = prop::collection::vec((0..2_u16, 0..2_u16), 0..=1);
    (bins, pairs, impossible).prop_map(|(bins, pairs, impossible)| {
        let mut manifest = manifest(&bins, &pairs);
        manifest.tables[4].impossible =
            impossible.into_iter().map(|(row, column)| vec![row, column]).collect();
        let cube = Cube::of(&manifest).expect("it has all margins");
        (manifest, cube)
    })
}

fn citizens() -> impl Strategy<Value = Vec<Citizen>> {
    // Small numbers are drawn more often, so that there are large and small cells.
    let bin = || prop_oneof![4 => Just(0_usize), 2 => Just(1), 1 => 0..4_usize];
    prop::collection::vec((0..5_usize, [bin(), bin(), bin()]), 0..150)
}

/// What five nodes bring of these citizens; those in an impossible cell are left out.
fn inputs(manifest: &Manifest, cube: &Cube, citizens: &[Citizen]) -> Vec<Vec<CellInput>> {
    let mut nodes = vec![vec![CellInput::default(); cube.len()]; 5];
    for (node, bins) in citizens {
        let bins: Vec<usize> = bins
            .iter()
            .zip(&manifest.dimensions)
            .map(|(bin, dimension)| bin % dimension.bins.len())
            .collect();
        let cells: Option<Vec<Cell>> = cube.cells_of(&bins).collect();
        for cell in cells.into_iter().flatten() {
            nodes[*node][cell.0].count += 1;
        }
    }
    nodes
}

/// Whether a cell follows from the open ones: by plain elimination modulo a prime, apart from the code under test.
fn follows(cube: &Cube, pattern: &[Shown], cell: Cell) -> bool {
    const PRIME: i64 = 2_147_483_647;
    let inverse = |number: i64| {
        let (mut power, mut result, mut exponent) = (number, 1, PRIME - 2);
        while exponent > 0 {
            if exponent % 2 == 1 {
                result = result * power % PRIME;
            }
            power = power * power % PRIME;
            exponent /= 2;
        }
        result
    };
    let hidden: Vec<usize> = (0..pattern.len()).filter(|cell| pattern[*cell] == Shown::Suppressed).collect();
    let row = |equation: &crate::cube::Equation| -> Vec<i64> {
        let factor = |cell: &usize| {
            i64::from(equation.parts.contains(&Cell(*cell)))
                + (PRIME - 1) * i64::from(equation.margin.0 == *cell)
        };
        hidden.iter().map(factor).collect()
    };
    let mut rows: Vec<Vec<i64>> = cube.equations().iter().map(row).collect();
    let mut wanted: Vec<i64> = hidden.iter().map(|at| i64::from(*at == cell.0)).collect();
    for column in 0..hidden.len() {
        let Some(at) = rows.iter().position(|row| row[column] != 0) else { continue };
        let pivot = rows.swap_remove(at);
        let scale = inverse(pivot[column]);
        for row in rows.iter_mut().chain([&mut wanted]) {
            let factor = row[column] * scale % PRIME;
            for (entry, other) in row.iter_mut().zip(&pivot) {
                *entry = (*entry + (PRIME - factor) * other) % PRIME;
            }
        }
    }
    wanted.iter().all(|entry| *entry == 0)
}

/// Runs to the pattern, and counts the rounds of questions.
fn run(cube: &Cube, level: &[bool], mut answer: impl FnMut(&[Cell]) -> bool) -> (Vec<Shown>, usize) {
    let mut suppression = Suppression::begin(cube, level);
    for rounds in 0..=cube.len() {
        if let Some(pattern) = suppression.pattern() {
            return (pattern, rounds);
        }
        assert!(!suppression.residuals().is_empty());
        let answers: Vec<bool> = suppression.residuals().iter().map(|cells| answer(cells)).collect();
        suppression = suppression.heard(&answers);
    }
    panic!("more rounds than cells");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_cell_of_too_few_people_is_shown_or_follows_from_those_shown(
        (manifest, cube) in cube_and_manifest(),
        citizens in citizens(),
    ) {
        let nodes = inputs(&manifest, &cube, &citizens);
        let gates = Gates { manifest: &manifest, nodes: &nodes };
        let level = gates.levels(&cube);
        let (pattern, _) = run(&cube, &level, |cells| gates.level(cells));
        for cell in (0..cube.len()).map(Cell) {
            prop_assert!(level[cell.0] || pattern[cell.0] != Shown::Open);
            // Neither may one of enough people that is hidden: a sum may need it.
            if pattern[cell.0] == Shown::Suppressed {
                prop_assert!(!follows(&cube, &pattern, cell), "{:?} follows from {:?}", cell, pattern);
            }
        }
    }

    #[test]
    fn what_is_left_of_a_margin_is_a_sum_of_enough_people(
        (manifest, cube) in cube_and_manifest(),
        citizens in citizens(),
    ) {
        let nodes = inputs(&manifest, &cube, &citizens);
        let gates = Gates { manifest: &manifest, nodes: &nodes };
        let pattern = gates.pattern(&cube);
        for equation in cube.equations().iter().filter(|equation| pattern[equation.margin.0] == Shown::Open) {
            let (open, hidden): (Vec<Cell>, Vec<Cell>) =
                equation.parts.iter().partition(|part| pattern[part.0] == Shown::Open);
            prop_assert!(hidden.is_empty() || gates.level(&hidden), "{:?} less {:?}", equation.margin, open);
            // What is published of a hidden part can be subtracted too, by each of its tables.
            for part in &hidden {
                for apart in cube.equations().iter().filter(|equation| equation.margin == *part) {
                    let within = apart.parts.iter().filter(|part| pattern[part.0] != Shown::Open);
                    let sum: Vec<Cell> =
                        hidden.iter().filter(|other| *other != part).chain(within).copied().collect();
                    prop_assert!(gates.level(&sum), "{:?} less parts of {:?}", equation.margin, part);
                }
            }
        }
    }

    #[test]
    fn whatever_the_bits_are_it_ends_and_hides_every_cell_below_the_level(
        (_, cube) in cube_and_manifest(),
        level in prop::collection::vec(prop::bool::weighted(0.6), 60),
        answers in any::<u64>(),
    ) {
        let level: Vec<bool> = (0..cube.len()).map(|cell| level[cell % level.len()]).collect();
        let mut asked = 0;
        let answer = |_: &[Cell]| { asked += 1; answers >> (asked % 64) & 1 == 1 };
        let (pattern, _) = run(&cube, &level, answer);
        let hidden = (0..cube.len()).filter(|cell| !level[*cell]).all(|cell| pattern[cell] != Shown::Open);
        prop_assert!(hidden);
    }
}

#[test]
fn a_cube_with_enough_people_everywhere_is_shown_whole() {
    let cube = Cube::of(&manifest(&[3, 3], &[(0, 1)])).unwrap();
    let (pattern, rounds) = run(&cube, &[true; 16], |_| panic!("nothing to ask"));
    assert!(rounds == 0 && pattern.iter().all(|shown| *shown == Shown::Open));
}

#[test]
fn a_cube_without_people_is_hidden_whole() {
    let cube = Cube::of(&manifest(&[3, 3], &[(0, 1)])).unwrap();
    let (pattern, rounds) = run(&cube, &[false; 16], |_| panic!("nothing to ask"));
    assert!(rounds == 0 && pattern.iter().all(|shown| *shown == Shown::Suppressed));
}

#[test]
fn one_small_cell_is_hidden_with_three_more_at_the_corners_of_a_rectangle() {
    let cube = Cube::of(&manifest(&[3, 3], &[(0, 1)])).unwrap();
    let level: Vec<bool> = (0..16).map(|cell| cell != 7).collect();
    let (pattern, _) = run(&cube, &level, |_| panic!("each sum has a cell of enough people in it"));
    let hidden: Vec<usize> = (0..16).filter(|cell| pattern[*cell] == Shown::Suppressed).collect();
    assert_eq!(hidden.len(), 4, "{hidden:?}");
    assert!(hidden.contains(&7));
}

#[test]
fn two_small_cells_that_hold_too_few_together_are_hidden_with_a_third_in_their_row() {
    let cube = Cube::of(&manifest(&[3, 3], &[(0, 1)])).unwrap();
    let first = cube.tables()[3].cells.start;
    let small: Vec<usize> = [0, 1, 3, 4].iter().map(|cell| first + cell).collect();
    let level: Vec<bool> = (0..16).map(|cell| !small.contains(&cell)).collect();
    let suppression = Suppression::begin(&cube, &level);
    assert_eq!(suppression.residuals().len(), 4, "both rows and both columns are asked of");
    let (pattern, _) = run(&cube, &level, |cells| cells.iter().any(|cell| level[cell.0]));
    for sum in [[0, 1, 2], [3, 4, 5], [0, 3, 6], [1, 4, 7]] {
        let hidden = sum.iter().filter(|cell| pattern[first + **cell] == Shown::Suppressed).count();
        assert_eq!(hidden, 3, "{sum:?}");
    }
}
