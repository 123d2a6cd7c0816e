//! A4: all tables of a quarter together, to fill in what is hidden and to single people out.

use enplan_statistics::cube::Cube;
use enplan_statistics::release::CellStatus;
use enplan_statistics::veto::{Bounds, PRACTICALLY_CERTAIN, Reader, bounds};

use super::naive;
use super::support::{Federation, citizens, real, rounds, totals};

/// The attacker's best guess of every cell: in each table what is hidden is spread so that rows and columns add up to their
/// margins (iterative proportional fitting).
fn fitted(cube: &Cube, shown: &[CellStatus]) -> Vec<f64> {
    let known = |cell: usize| match shown[cell] {
        CellStatus::Published(count) => Some(f64::from(count)),
        CellStatus::Impossible => Some(0.0),
        CellStatus::Suppressed => None,
    };
    let mut guess: Vec<f64> = (0..shown.len()).map(|cell| known(cell).unwrap_or(1.0)).collect();
    for _ in 0..200 {
        for equation in cube.equations() {
            let Some(margin) = known(equation.margin.0) else { continue };
            let (hidden, open): (Vec<usize>, Vec<usize>) =
                equation.parts.iter().map(|part| part.0).partition(|part| known(*part).is_none());
            let rest = (margin - open.iter().map(|cell| guess[*cell]).sum::<f64>()).max(0.0);
            let sum: f64 = hidden.iter().map(|cell| guess[*cell]).sum();
            if sum > 0.0 {
                for cell in hidden {
                    guess[cell] *= rest / sum;
                }
            }
        }
    }
    guess
}

/// Of the hidden cells: how many, how many are guessed exactly, and how many the commonest count alone guesses.
fn guessed(cube: &Cube, shown: &[CellStatus], truth: &[u32]) -> [usize; 3] {
    let guess = fitted(cube, shown);
    let hidden: Vec<usize> = (0..shown.len()).filter(|cell| shown[*cell] == CellStatus::Suppressed).collect();
    let right =
        hidden.iter().filter(|cell| (guess[**cell].round() - f64::from(truth[**cell])).abs() < 0.5).count();
    let commonest = (0..5).map(|count| hidden.iter().filter(|cell| truth[**cell] == count).count()).max();
    [hidden.len(), right, commonest.unwrap_or(0)]
}

/// In how many cells of two dimensions the attacker is certain that exactly one person stands.
fn singled_out(cube: &Cube, shown: &[CellStatus], noise: u32) -> usize {
    let own = vec![0; cube.len()];
    let Ok(bounds) = bounds(cube, shown, Reader { own: &own, others: 0, noise }, false) else { return 0 };
    let pairs = cube.tables().iter().filter(|table| table.dimensions.len() == 2);
    let cells = pairs.flat_map(|table| table.cells.clone());
    cells.filter(|cell| bounds[*cell].and_then(Bounds::pinned) == Some(1)).count()
}

#[test]
fn all_tables_together_single_nobody_out() {
    let (mut plain, mut ours, mut single) = ([0; 3], [0; 3], [0; 2]);
    for seed in 0..rounds(3) {
        let mut federation = Federation::new(seed as u64);
        let people = citizens(&federation.manifest, 236, &mut fastrand::Rng::with_seed(seed as u64));
        let inputs = federation.inputs(&people);
        let truth = totals(&inputs);
        let naive = naive::threshold_of_the_sum(&federation.cube, &inputs);
        let add = |sums: &mut [usize; 3], more: [usize; 3]| {
            for (sum, more) in sums.iter_mut().zip(more) {
                *sum += more;
            }
        };
        add(&mut plain, guessed(&federation.cube, &naive, &truth));
        single[0] += singled_out(&federation.cube, &naive, 0);
        federation.publish(&people, &inputs);
        let seen = federation.seen();
        add(&mut ours, guessed(&federation.cube, &seen, &truth));
        single[1] += singled_out(&federation.cube, &seen, PRACTICALLY_CERTAIN);
    }
    let share = |[hidden, right, commonest]: [usize; 3]| {
        format!("{:.1} % (always the commonest: {:.1} %)", percent(right, hidden), percent(commonest, hidden))
    };
    println!(
        "A4 reconstruction: hidden cells guessed exactly: threshold of the sum {}, ours {}; people singled out for certain: \
         {}, ours {}",
        share(plain),
        share(ours),
        single[0],
        single[1]
    );
    assert!(single[0] > 0 && single[1] == 0);
    assert!(percent(plain[1], plain[0]) > percent(plain[2], plain[0]));
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * real(part) / real(whole.max(1))
}
