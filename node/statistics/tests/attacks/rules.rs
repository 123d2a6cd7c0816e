//! A1: does what is shown keep to the rules, by the truth?

use enplan_statistics::cube::{Cell, Cube};
use enplan_statistics::reference::Gates;
use enplan_statistics::release::{CellStatus, TableRelease};

use super::naive;
use super::support::{Federation, citizens, next_quarter, rounds};

fn is_shown(status: CellStatus) -> bool {
    matches!(status, CellStatus::Published(_))
}

/// How many cells are shown in which too few people stand, at too few nodes or but for one node's.
fn small_cells(gates: Gates<'_>, shown: &[CellStatus]) -> usize {
    let small = |cell: &usize| is_shown(shown[*cell]) && !gates.level(&[Cell(*cell)]);
    (0..shown.len()).filter(small).count()
}

/// How many margins less their shown parts leave a sum of too few people.
fn small_rests(gates: Gates<'_>, cube: &Cube, shown: &[CellStatus]) -> usize {
    let small = |equation: &&enplan_statistics::cube::Equation| {
        let hidden: Vec<Cell> =
            equation.parts.iter().copied().filter(|part| !is_shown(shown[part.0])).collect();
        is_shown(shown[equation.margin.0]) && !hidden.is_empty() && !gates.level(&hidden)
    };
    cube.equations().iter().filter(small).count()
}

#[test]
fn nothing_shown_breaks_a_rule_and_what_simpler_publishers_show_does() {
    let (mut each, mut sum, mut rests, mut shown) = (0, 0, 0, 0);
    for seed in 0..rounds(6) {
        let mut federation = Federation::new(seed as u64);
        let mut chance = fastrand::Rng::with_seed(seed as u64);
        let mut people = citizens(&federation.manifest, 236, &mut chance);
        for quarter in 0..3 {
            let inputs = federation.inputs(&people);
            let released = federation.publish(&people, &inputs);
            let gates = Gates { manifest: &federation.manifest, nodes: &inputs };
            let cube = &federation.cube;
            each += small_cells(gates, &naive::threshold_at_each_node(cube, &inputs));
            let plain = naive::threshold_of_the_sum(cube, &inputs);
            sum += small_cells(gates, &plain);
            rests += small_rests(gates, cube, &plain);
            for (table, release) in cube.tables().iter().zip(&released) {
                if let TableRelease::Published(cells) = release {
                    let mut anew = vec![CellStatus::Suppressed; cube.len()];
                    anew[table.cells.clone()].copy_from_slice(cells);
                    shown += cells.iter().filter(|cell| is_shown(**cell)).count();
                    assert_eq!(small_cells(gates, &anew), 0, "seed {seed}, quarter {quarter}");
                }
            }
            if quarter == 0 {
                assert_eq!(small_rests(gates, cube, &federation.seen()), 0, "seed {seed}");
            }
            people = next_quarter(&federation.manifest, &people, &mut chance);
        }
    }
    println!(
        "A1 rules: threshold at each node breaks {each}, threshold of the sum {sum} and {rests} rests; ours 0 of {shown} cells"
    );
    assert!(each > 0 && sum > 0 && rests > 0 && shown > 0);
}
