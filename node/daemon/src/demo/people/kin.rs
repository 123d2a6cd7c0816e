//! What the members of a family are to each other, and what two siblings share: written yesterday, when the story is told.

use std::collections::BTreeSet;

use enplan_domain::catalogue::Adopted;
use enplan_domain::plan::{
    Agreement, Custody, Kinship, NewItem, PersonGround, PlanCommand, RelatedPerson, Relation, When,
};
use enplan_domain::{Context, Date, Timestamp};

use super::Resident;
use super::dice::Dice;
use super::pen::{Pen, sector, words};

/// The ground that each is named on in the others' plans.
const GROUND: &str = "databeskyttelsesloven-11";

/// Writes into each plan of a family who the others are: the first so many are the parents, who share custody where there
/// are two. Where the children share a plan, its goal and action stand in each of theirs.
pub(super) fn relate(
    family: &mut [Resident],
    parents: usize,
    shares: bool,
    now: Timestamp,
    yesterday: Date,
    dice: &mut Dice,
) -> anyhow::Result<()> {
    let people: Vec<_> = family
        .iter()
        .map(|resident| RelatedPerson {
            cpr: Some(resident.plan.citizen.cpr.clone()),
            name: resident.plan.citizen.name.clone(),
            ground: PersonGround::Provision { provision: GROUND.to_owned() },
        })
        .collect();
    let children: BTreeSet<_> = family.iter().skip(parents).map(|child| child.case).collect();
    let (goal, action) = (dice.id(), dice.id());
    for (nth, resident) in family.iter_mut().enumerate() {
        if resident.plan.is_closed() {
            continue;
        }
        let context = Context {
            now,
            actor: resident.plan.caseworker.clone(),
            municipality: resident.municipality,
            frozen: false,
            adopted: Adopted::default(),
        };
        let mut pen =
            Pen::resume(resident.plan.clone(), std::mem::take(&mut resident.events), context, yesterday)?;
        for (other, person) in people.iter().enumerate().filter(|(other, _)| *other != nth) {
            let (kinship, custody) = match (nth < parents, other < parents) {
                (true, true) => (Kinship::Partner, None),
                (true, false) => (Kinship::Child, None),
                (false, true) if parents == 2 => (Kinship::Parent, Some(Custody::Shared)),
                (false, true) => (Kinship::Parent, Some(Custody::Sole)),
                (false, false) => (Kinship::Sibling, None),
            };
            let relation = Relation { kinship, custody, person: Some(person.clone()) };
            pen.add(
                NewItem::Relation { sector: sector("children")?, relation, starts: None, ends: None },
                dice,
            )?;
        }
        if shares && nth >= parents {
            let text = words("Børnene har en fast voksen, som de begge kan ringe til")?;
            let common = NewItem::Goal { sector: sector("children")?, text, part_of: None, taken_from: None };
            pen.say(PlanCommand::Share { id: goal, item: Box::new(common), with: children.clone() })?;
            let common = NewItem::Action {
                sector: sector("children")?,
                text: words("Familiekonsulent hver torsdag eftermiddag")?,
                starts: Some(When::Day(pen.today())),
                ends: None,
                goal: Some(format!("Goal/{goal}").parse()?),
                taken_from: None,
                agreed: Agreement::default(),
            };
            pen.say(PlanCommand::Share { id: action, item: Box::new(common), with: children.clone() })?;
            let heard = words("Jeg vil helst, at vi kan blive i det samme hus")?;
            let on = When::Day(pen.today());
            pen.add(NewItem::Hearing { sector: sector("children")?, on, text: heard }, dice)?;
        }
        (resident.plan, resident.events) = pen.finish();
    }
    Ok(())
}
