//! The first manifest, and manifests that this program does not count by.

use enplan_statistics::cube::Cube;
use enplan_statistics::manifest::{Bin, Manifest, first};
use enplan_statistics::measure::{MEASURES, Measures, NotMeasured};

fn refused(change: impl Fn(&mut Manifest)) -> NotMeasured {
    let mut manifest = first();
    change(&mut manifest);
    Measures::of(&manifest).unwrap_err()
}

#[test]
fn the_first_manifest_reads_as_the_members_sign_it() {
    insta::assert_snapshot!(first());
}

#[test]
fn the_first_manifest_asks_for_every_measure_and_makes_a_cube() {
    let manifest = first();
    Measures::of(&manifest).unwrap();
    let names: Vec<_> = manifest.dimensions.iter().map(|dimension| dimension.name.as_str()).collect();
    assert_eq!(names, MEASURES.map(|measure| measure.name));
    let cube = Cube::of(&manifest).unwrap();
    assert!((250..=350).contains(&cube.len()), "{}", cube.len());
    let impossible: usize = cube.tables().iter().map(|table| table.impossible.len()).sum();
    assert_eq!(impossible, 8);
}

#[test]
fn whether_somebody_is_in_the_trial_is_never_asked() {
    for measure in MEASURES {
        for said in [measure.name, measure.definition_english, measure.definition_danish] {
            let said = said.to_lowercase();
            assert!(!said.contains("trial") && !said.contains("forsøg"), "{}", measure.name);
        }
    }
}

#[test]
fn a_dimension_that_this_program_does_not_know_refuses_the_whole_manifest() {
    let refusal = refused(|manifest| "in-the-trial".clone_into(&mut manifest.dimensions[3].name));
    assert_eq!(refusal, NotMeasured::Unknown("in-the-trial".to_owned()));
}

#[test]
fn a_dimension_defined_otherwise_than_it_is_counted_refuses_the_whole_manifest() {
    for change in [
        |manifest: &mut Manifest| manifest.dimensions[7].definition_danish.push_str(" Delmål tæller med."),
        |manifest: &mut Manifest| manifest.dimensions[7].definition_english.push_str(" Sub-goals count."),
    ] {
        assert_eq!(refused(change), NotMeasured::DefinedOtherwise("goals".to_owned()));
    }
}

#[test]
fn bins_take_all_that_can_be_said_and_nothing_else() {
    let of_goals = |bin: &str| NotMeasured::Bins { dimension: "goals".to_owned(), bin: bin.to_owned() };
    let bin = |name: &str, from| Bin { name: name.to_owned(), danish: name.to_owned(), from };
    assert_eq!(refused(|manifest| drop(manifest.dimensions[7].bins.pop())), of_goals("unknown"));
    assert_eq!(refused(|manifest| drop(manifest.dimensions[7].bins.remove(0))), of_goals("0"));
    assert_eq!(refused(|manifest| manifest.dimensions[7].bins.push(bin("many", None))), of_goals("many"));
    let group = refused(|manifest| manifest.dimensions[1].bins.push(bin("7", Some(0))));
    assert_eq!(group, NotMeasured::Bins { dimension: "target-group".to_owned(), bin: "7".to_owned() });
    // Other numbers than the first manifest's are no other measure.
    let mut manifest = first();
    manifest.dimensions[7].bins.insert(1, bin("1", Some(1)));
    manifest.dimensions[7].bins[2] = bin("2", Some(2));
    Measures::of(&manifest).unwrap();
}
