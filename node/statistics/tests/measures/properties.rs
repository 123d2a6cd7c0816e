//! What holds of every history.

use enplan_domain::CaseId;
use enplan_statistics::Epoch;
use enplan_statistics::cube::Cube;
use enplan_statistics::manifest::first;
use enplan_statistics::measure::{Answer, Course, Measures};
use enplan_statistics::membership::memberships;
use enplan_statistics::population::Population;
use proptest::prelude::*;

use crate::histories::{Step, added, any_step, history, kept, take};
use crate::pen::Pen;

fn epochs() -> impl Iterator<Item = Epoch> {
    std::iter::successors(Some(Epoch::new(2018, 1).unwrap()), |epoch| epoch.next()).take(24)
}

fn bins(pen: &Pen, epoch: Epoch) -> Option<Vec<usize>> {
    let course = Course::of(&pen.events, epoch).unwrap()?;
    Some(Measures::of(&first()).unwrap().bins(&course).unwrap())
}

/// The numbers of things that stay in a plan once they are there.
const GROWING: [&str; 6] =
    ["sectors", "source-plans", "goals", "network-meetings", "caseworkers", "exemptions"];

proptest! {
    #[test]
    fn everybody_stands_in_exactly_one_possible_cell_of_every_table(pen in history(any_step())) {
        let cube = Cube::of(&first()).unwrap();
        for epoch in epochs() {
            let Some(bins) = bins(&pen, epoch) else { continue };
            let person = (CaseId::from_bytes([1; 16]), bins);
            let memberships = memberships(&cube, &Population::from_iter([person])).unwrap();
            for (table, membership) in cube.tables().iter().zip(&memberships) {
                prop_assert_eq!(membership.counts(table).iter().sum::<u16>(), 1);
            }
        }
    }

    #[test]
    fn what_happens_after_an_epoch_changes_nothing_in_it(pen in history(kept()), later in prop::collection::vec(kept(), 0..6)) {
        let epoch = Epoch::of(pen.context.today()).unwrap();
        let before = bins(&pen, epoch);
        let mut longer = pen;
        longer.on(&epoch.last_day().tomorrow().unwrap().to_string());
        for step in later {
            take(&mut longer, step);
        }
        prop_assert_eq!(bins(&longer, epoch), before);
    }

    #[test]
    fn what_was_added_on_one_day_counts_the_same_in_any_order(
        pen in history(kept()), steps in prop::collection::vec(added(), 0..8), turn in any::<prop::sample::Index>()
    ) {
        let epoch = Epoch::of(pen.context.today()).unwrap();
        // A day's assessments of one thing have an order: of these there is one.
        let mut steps = steps;
        let mut seen = Vec::new();
        steps.retain(|step| match step {
            Step::Assess { .. } | Step::TargetGroup { .. } => {
                let is_first = !seen.contains(&std::mem::discriminant(step));
                seen.push(std::mem::discriminant(step));
                is_first
            }
            _ => true,
        });
        let (mut one, mut other) = (pen.clone(), pen);
        for step in steps.clone() {
            take(&mut one, step);
        }
        if !steps.is_empty() {
            let turn = turn.index(steps.len());
            steps.rotate_left(turn);
        }
        for step in steps {
            take(&mut other, step);
        }
        prop_assert_eq!(bins(&one, epoch), bins(&other, epoch));
    }

    #[test]
    fn what_only_grows_is_never_counted_lower_in_a_later_epoch(pen in history(kept())) {
        for measure in GROWING {
            let mut highest = 0;
            for epoch in epochs().filter(|epoch| bins(&pen, *epoch).is_some()) {
                let Answer::Number(number) = pen.says_of(measure, &epoch.to_string()) else {
                    return Err(TestCaseError::fail(format!("{measure} is not known")));
                };
                prop_assert!(highest <= number, "{measure} falls from {highest} to {number} in {epoch}");
                highest = number;
            }
        }
    }
}
