//! What two of the plans that became one both say: written as each has it, and left for somebody to decide.

use enplan_domain::catalogue::Adopted;
use enplan_domain::plan::{Agreement, Bearing, Item, ItemKey, ItemKind, NewItem, Voice, When};
use enplan_domain::{Context, Date, Timestamp};

use super::Resident;
use super::dice::Dice;
use super::pen::{Pen, sector, words};

/// The kinds of the two plans, and the sector of each.
const BOTH: [(&str, &str); 2] = [("min-plan", "employment"), ("rehabilitation", "health")];
const GOAL: [&str; 2] = ["At gå tre kilometer tre gange om ugen", "At gå tre kilometer, tre gange om ugen."];
const ACTION: [&str; 2] =
    ["Genoptræning på hold to gange om ugen", "Genoptræning på et hold, to gange om ugen"];
const BARRIER: [&str; 2] = ["Kan højst sidde en halv time ad gangen", "Kan kun sidde en halv time ad gangen"];

/// Writes it into the plan of somebody whose plans were gathered.
pub(super) fn write(
    resident: &mut Resident,
    now: Timestamp,
    yesterday: Date,
    dice: &mut Dice,
) -> anyhow::Result<()> {
    let context = Context {
        now,
        actor: resident.plan.caseworker.clone(),
        municipality: resident.municipality,
        frozen: false,
        adopted: Adopted::default(),
    };
    let mut pen =
        Pen::resume(resident.plan.clone(), std::mem::take(&mut resident.events), context, yesterday)?;
    for (nth, (kind, of)) in BOTH.into_iter().enumerate() {
        let is_it = |plan: &&Item| plan.plan_kind.as_deref() == Some(kind);
        let gathered = pen.plan().items_of(ItemKind::SourcePlan).find(is_it);
        let taken_from: Option<ItemKey> = gathered.map(|plan| plan.key.clone());
        let goal = NewItem::Goal {
            sector: sector(of)?,
            text: words(GOAL[nth])?,
            part_of: None,
            taken_from: taken_from.clone(),
        };
        let goal = pen.add(goal, dice)?;
        let action = NewItem::Action {
            sector: sector(of)?,
            text: words(ACTION[nth])?,
            starts: Some(When::Day(pen.today())),
            ends: None,
            goal: Some(goal),
            taken_from,
            agreed: Agreement::default(),
        };
        pen.add(action, dice)?;
        let barrier = NewItem::Situation {
            sector: sector(of)?,
            area: "physical-health".to_owned(),
            bearing: Bearing::Barrier,
            text: words(BARRIER[nth])?,
            code: None,
            said_by: Voice::Professional,
        };
        pen.add(barrier, dice)?;
    }
    (resident.plan, resident.events) = pen.finish();
    Ok(())
}
