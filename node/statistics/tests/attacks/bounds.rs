//! A2: from what is shown and from its own citizens, what can a reader say of hidden cells for certain?

use enplan_statistics::cube::Cube;
use enplan_statistics::release::CellStatus;
use enplan_statistics::veto::{PRACTICALLY_CERTAIN, Reader, bounds};

use super::naive;
use super::support::{Federation, citizens, rounds, totals};

/// How many hidden cells the reader is certain of, and of how many rightly. `truth` is what is not the reader's own.
fn certain(cube: &Cube, shown: &[CellStatus], reader: Reader<'_>, truth: &[u32]) -> (usize, usize) {
    let Ok(bounds) = bounds(cube, shown, reader, false) else { return (0, 0) };
    let hidden = (0..cube.len()).filter(|cell| shown[*cell] == CellStatus::Suppressed);
    let pinned = hidden.filter_map(|cell| Some((bounds[cell]?.pinned()?, truth[cell])));
    pinned.fold((0, 0), |(all, right), (found, truth)| {
        (all + 1, right + usize::from(found == i64::from(truth)))
    })
}

#[test]
fn no_reader_is_certain_of_a_hidden_cell_of_ours() {
    let (mut exact, mut exact_right, mut cautious, mut bold, mut bold_right, mut readers) =
        (0, 0, 0, 0, 0, 0);
    for seed in 0..rounds(2) {
        let mut federation = Federation::new(seed as u64);
        let people = citizens(&federation.manifest, 236, &mut fastrand::Rng::with_seed(seed as u64));
        let inputs = federation.inputs(&people);
        let (cube, all) = (federation.cube.clone(), totals(&inputs));
        let nobody = vec![0; cube.len()];
        let plain = naive::threshold_of_the_sum(&cube, &inputs);
        let outsider = Reader { own: &nobody, others: 0, noise: 0 };
        let (found, right) = certain(&cube, &plain, outsider, &all);
        (exact, exact_right) = (exact + found, exact_right + right);

        federation.publish(&people, &inputs);
        let ours = federation.seen();
        let nodes = inputs.iter().map(|inputs| inputs.iter().map(|input| input.count).collect::<Vec<u16>>());
        for own in nodes.chain([nobody]) {
            let others: Vec<u32> = all.iter().zip(&own).map(|(all, own)| all - u32::from(*own)).collect();
            let reader =
                Reader { own: &own, others: federation.manifest.threshold, noise: PRACTICALLY_CERTAIN };
            cautious += certain(&cube, &ours, reader, &others).0;
            let (found, right) = certain(&cube, &ours, Reader { noise: 2, ..reader }, &others);
            (bold, bold_right) = (bold + found, bold_right + right);
            readers += 1;
        }
    }
    println!(
        "A2 bounds: threshold of the sum gives {exact} cells away, {exact_right} rightly; ours {cautious} to {readers} readers; \
         one who takes noise for 2 at most claims {bold}, {bold_right} rightly"
    );
    assert!(exact > 0 && exact == exact_right);
    assert_eq!(cautious, 0);
}
