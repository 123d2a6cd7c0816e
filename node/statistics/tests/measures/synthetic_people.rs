//! The synthetic people stand where people can stand.

use enplan_domain::CaseId;
use enplan_statistics::cube::Cube;
use enplan_statistics::manifest::first;
use enplan_statistics::membership::memberships;

use crate::synthetic::{MUNICIPALITIES, network};

#[test]
fn they_stand_in_possible_cells_and_are_spread_as_the_documents_say() {
    let manifest = first();
    let cube = Cube::of(&manifest).unwrap();
    let people = network(&manifest, 236, 1);
    let living_in = |municipality| people.iter().filter(|(there, _)| *there == municipality).count();
    let spread: Vec<_> = (0..MUNICIPALITIES).map(living_in).collect();
    assert_eq!(spread, [23, 30, 26, 26, 26, 26, 27, 26, 26]);
    for citizens in [236, 1_000] {
        let people = network(&manifest, citizens, 1);
        assert_eq!(people, network(&manifest, citizens, 1));
        assert_ne!(people, network(&manifest, citizens, 2));
        let ids = (0_u128..).map(|n| CaseId::from_bytes(n.to_be_bytes()));
        let population = ids.zip(people.into_iter().map(|(_, bins)| bins)).collect();
        assert_eq!(memberships(&cube, &population).unwrap().len(), cube.tables().len());
    }
}

#[test]
fn every_bin_of_every_dimension_has_somebody_in_it_when_there_are_many() {
    let manifest = first();
    let people = network(&manifest, 10_000, 1);
    for (place, dimension) in manifest.dimensions.iter().enumerate() {
        for (at, bin) in dimension.bins.iter().enumerate() {
            // What a handover leaves out of a plan is rare, and not drawn.
            if bin.name != "unknown" {
                assert!(people.iter().any(|(_, bins)| bins[place] == at), "{} {}", dimension.name, bin.name);
            }
        }
    }
}
