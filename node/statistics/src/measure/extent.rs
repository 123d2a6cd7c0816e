//! How much one plan gathers.

use std::collections::BTreeSet;

use enplan_domain::plan::{ItemKind, SectionKind};

use super::{Answer, Course, Measure, UNKNOWN};

/// Where something is put that no sector is named for.
const NO_SECTOR: &str = "unsorted";

pub(super) const SECTORS: Measure = Measure {
    name: "sectors",
    definition_danish: "Antal sektorer med noget i planen, som den er hos kommunen ved kvartalets slutning, også det \
        afsluttede. Det, der ikke er placeret i en sektor, og det fejlregistrerede tæller ikke med.",
    definition_english: "The number of sectors with anything in the plan as the municipality has it at the quarter's end, \
        ended things included. What is placed in no sector, or entered in error, does not count.",
    is_number: true,
    kinds: &[],
    of: |course| {
        let sectors = course.plan.live_items().map(|item| item.sector.as_str());
        number(sectors.filter(|sector| *sector != NO_SECTOR).collect::<BTreeSet<_>>().len())
    },
};

pub(super) const SOURCE_PLANS: Measure = Measure {
    name: "source-plans",
    definition_danish: "Antal tidligere planer, der er samlet i borgerens ene plan ved kvartalets slutning. Ukendt: en \
        overdragelse udelod sådanne.",
    definition_english: "The number of former plans gathered into the citizen's one plan by the quarter's end. Unknown: a \
        handover left some out.",
    is_number: true,
    kinds: &["unknown"],
    of: |course| {
        let gathered = course.items(ItemKind::SourcePlan);
        if course.is_whole(SectionKind::SourcePlans) { number(gathered.count()) } else { UNKNOWN }
    },
};

pub(super) const EXEMPTIONS: Measure = Measure {
    name: "exemptions",
    definition_danish: "Antal forskellige paragraffritagelser, som indsatser i planen, der er begyndt senest ved kvartalets \
        slutning, støtter sig på. Ukendt: en overdragelse udelod indsatser.",
    definition_english: "The number of different exemptions that actions in the plan, begun by the quarter's end, lean on. \
        Unknown: a handover left actions out.",
    is_number: true,
    kinds: &["unknown"],
    of: exemptions,
};

fn exemptions(course: &Course<'_>) -> Answer {
    if !course.is_whole(SectionKind::Interventions) {
        return UNKNOWN;
    }
    let begun = course.items(ItemKind::Intervention).filter(|action| course.begun(action).is_some());
    number(begun.filter_map(|action| action.agreed.exemption.as_deref()).collect::<BTreeSet<_>>().len())
}

/// So many. More than a number has room for lies in the last bin all the same.
pub(super) fn number(of: usize) -> Answer {
    Answer::Number(u32::try_from(of).unwrap_or(u32::MAX))
}
