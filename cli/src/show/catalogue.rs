//! The words that plans are written with.

use enplan_proto::plan::v1;
use serde::Serialize;

use super::layout::{Align, Column, Page};
use super::words::{ProvisionUse, day, or_empty, some};
use crate::terminal::View;

/// The catalogue of a day.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Catalogue {
    on: String,
    version: u32,
    sectors: Vec<Entry>,
    areas_of_life: Vec<Entry>,
    plan_kinds: Vec<Entry>,
    provisions: Vec<Provision>,
    exemptions: Vec<Exemption>,
    target_groups: Vec<TargetGroup>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Entry {
    id: String,
    name: String,
}

#[derive(Debug, PartialEq, Serialize)]
struct Provision {
    id: String,
    citation: String,
    uses: Vec<ProvisionUse>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Exemption {
    id: String,
    name: String,
    valid_from: String,
    valid_until: Option<String>,
    adopted: bool,
}

/// A target group with its criteria.
#[derive(Debug, PartialEq, Serialize)]
struct TargetGroup {
    id: String,
    name: String,
    criteria: Vec<Criterion>,
    valid_from: String,
    valid_until: Option<String>,
    decision: Option<String>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Criterion {
    id: String,
    name: String,
    answered_by_the_number: bool,
}

const CRITERIA: &[Column] = &[
    ("MÅLGRUPPE", Align::Left),
    ("NAVN", Align::Left),
    ("KRITERIUM", Align::Left),
    ("ALT SKAL VÆRE OPFYLDT", Align::Left),
    ("FRA", Align::Left),
    ("TIL", Align::Left),
    ("EFTER", Align::Left),
];
const ENTRIES: &[Column] = &[("ID", Align::Left), ("NAVN", Align::Left)];
const PROVISIONS: &[Column] =
    &[("ID", Align::Left), ("BESTEMMELSE", Align::Left), ("BRUGES TIL", Align::Left)];
const EXEMPTIONS: &[Column] = &[
    ("ID", Align::Left),
    ("FRITAGELSE", Align::Left),
    ("FRA", Align::Left),
    ("TIL", Align::Left),
    ("VEDTAGET", Align::Left),
];

impl From<v1::ListCatalogueResponse> for Catalogue {
    fn from(answer: v1::ListCatalogueResponse) -> Self {
        let entries = |entries: Vec<v1::CatalogueEntry>| {
            entries.into_iter().map(|entry| Entry { id: entry.id, name: entry.name }).collect()
        };
        let provision = |provision: v1::Provision| Provision {
            id: provision.id,
            citation: provision.citation,
            uses: provision.uses.into_iter().map(ProvisionUse::of).collect(),
        };
        let exemption = |exemption: v1::Exemption| Exemption {
            id: exemption.id,
            name: exemption.name,
            valid_from: exemption.valid_from,
            valid_until: some(exemption.valid_until),
            adopted: exemption.adopted,
        };
        let criterion = |criterion: v1::Criterion| Criterion {
            id: criterion.id,
            name: criterion.name,
            answered_by_the_number: criterion.answered_by_the_number,
        };
        let target_group = |group: v1::TargetGroup| TargetGroup {
            id: group.id,
            name: group.name,
            criteria: group.criteria.into_iter().map(criterion).collect(),
            valid_from: group.valid_from,
            valid_until: some(group.valid_until),
            decision: some(group.decision),
        };
        Self {
            on: answer.on,
            version: answer.version,
            sectors: entries(answer.sectors),
            areas_of_life: entries(answer.areas_of_life),
            plan_kinds: entries(answer.plan_kinds),
            provisions: answer.provisions.into_iter().map(provision).collect(),
            exemptions: answer.exemptions.into_iter().map(exemption).collect(),
            target_groups: answer.target_groups.into_iter().map(target_group).collect(),
        }
    }
}

impl TargetGroup {
    /// A row for each criterion.
    fn rows(&self) -> impl Iterator<Item = Vec<String>> {
        self.criteria.iter().map(|criterion| {
            let by_number =
                if criterion.answered_by_the_number { " (regnes ud af CPR-nummeret)" } else { "" };
            vec![
                self.id.clone(),
                self.name.clone(),
                criterion.id.clone(),
                format!("{}{by_number}", criterion.name),
                day(Some(&self.valid_from)),
                day(self.valid_until.as_ref()),
                or_empty(self.decision.as_ref()),
            ]
        })
    }
}

impl View for Catalogue {
    fn page(&self) -> Page {
        let entries = |entries: &[Entry]| {
            entries.iter().map(|entry| vec![entry.id.clone(), entry.name.clone()]).collect()
        };
        let provisions = self.provisions.iter().map(|provision| {
            let uses: Vec<_> = provision.uses.iter().map(|carries| carries.danish()).collect();
            vec![provision.id.clone(), provision.citation.clone(), uses.join(", ")]
        });
        let exemptions = self.exemptions.iter().map(|exemption| {
            vec![
                exemption.id.clone(),
                exemption.name.clone(),
                day(Some(&exemption.valid_from)),
                day(exemption.valid_until.as_ref()),
                if exemption.adopted { "ja" } else { "nej" }.to_owned(),
            ]
        });
        Page::new()
            .fields([("Gælder den", day(Some(&self.on))), ("Version", self.version.to_string())])
            .title("Sektorer")
            .table(ENTRIES, entries(&self.sectors))
            .title("Livsområder")
            .table(ENTRIES, entries(&self.areas_of_life))
            .title("Plantyper")
            .table(ENTRIES, entries(&self.plan_kinds))
            .title("Bestemmelser")
            .table(PROVISIONS, provisions.collect())
            .title("Paragraffritagelser")
            .table(EXEMPTIONS, exemptions.collect())
            .title("Målgrupper")
            .table(CRITERIA, self.target_groups.iter().flat_map(TargetGroup::rows).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn a_catalogue_is_shown_with_what_was_adopted() {
        let catalogue = Catalogue::from(samples::catalogue());
        insta::assert_snapshot!("catalogue_screen", catalogue.page().human(false));
        insta::assert_json_snapshot!("catalogue_json", catalogue);
    }
}
