use super::*;
use crate::example::manifest;

/// All, two rows, two columns, and the four cells: a table of two by two with its margins, by cell.
fn two_by_two() -> Cube {
    Cube::of(&manifest(&[2, 2], &[(0, 1)])).unwrap()
}

/// What is shown of its nine cells: nothing for a hidden one.
fn shown(counts: [Option<i32>; 9]) -> Vec<CellStatus> {
    counts.map(|count| count.map_or(CellStatus::Suppressed, CellStatus::Published)).to_vec()
}

const NOTHING: [u16; 9] = [0; 9];

fn range(cube: &Cube, shown: &[CellStatus], reader: Reader<'_>, cell: usize) -> (f64, f64) {
    let bounds = bounds(cube, shown, reader, true).unwrap()[cell].unwrap();
    (bounds.least.round(), bounds.most.round())
}

#[test]
fn exact_sums_pin_down_a_cell_that_was_hidden_alone() {
    let shown = shown([Some(40), Some(22), Some(18), Some(20), Some(20), None, Some(10), Some(8), Some(10)]);
    let reader = Reader { own: &NOTHING, others: 0, noise: 0 };
    assert_eq!(bounds(&two_by_two(), &shown, reader, false).unwrap()[5].unwrap().pinned(), Some(12));
}

#[test]
fn noise_and_a_ring_of_hidden_cells_leave_a_cell_wide_open() {
    let shown = shown([Some(40), Some(22), Some(18), Some(20), Some(20), None, None, None, None]);
    let reader = Reader { own: &NOTHING, others: 0, noise: PRACTICALLY_CERTAIN };
    let (least, most) = range(&two_by_two(), &shown, reader, 5);
    assert!(least <= 0.0 && most >= 22.0, "{least} to {most}");
    assert!(vetoed(&two_by_two(), &shown, &NOTHING, 5).is_empty());
}

#[test]
fn a_node_knows_its_own_people_and_so_more_of_the_others() {
    let shown = shown([Some(40), Some(22), Some(18), Some(20), Some(20), None, None, None, None]);
    let own = [20, 20, 0, 10, 10, 10, 10, 0, 0];
    let reader = Reader { own: &own, others: 5, noise: PRACTICALLY_CERTAIN };
    assert_eq!(range(&two_by_two(), &shown, reader, 1), (5.0, 8.0), "22 less 20 of its own, and 6 of noise");
}

#[test]
fn a_table_is_vetoed_by_the_node_that_can_pin_down_what_it_hides() {
    // The first row shows 10 fewer than its only shown part less all noise, so nobody can stand in its hidden part.
    let shown = shown([Some(40), Some(14), Some(26), Some(20), Some(20), Some(26), None, None, None]);
    assert!(!vetoed(&two_by_two(), &shown, &NOTHING, 5).is_empty());
}

#[test]
fn a_table_is_vetoed_by_the_node_that_is_left_with_one_count_of_the_others() {
    let counts = [Some(40), Some(12), Some(28), Some(20), Some(20), None, None, None, None];
    let own = [13, 13, 0, 7, 6, 7, 6, 0, 0];
    let vetoed_by = |own: &[u16]| vetoed(&two_by_two(), &shown(counts), own, 5);
    assert_eq!(
        vetoed_by(&own),
        BTreeSet::from([1]),
        "12 less 13, and 6 of noise, leaves 5 at most and at least"
    );
    assert!(vetoed_by(&NOTHING).is_empty());
}

#[test]
fn a_release_that_no_noise_explains_is_vetoed_whole() {
    let shown = shown([Some(400), Some(12), Some(28), Some(20), Some(20), None, None, None, None]);
    assert_eq!(vetoed(&two_by_two(), &shown, &NOTHING, 5).len(), 4);
}
