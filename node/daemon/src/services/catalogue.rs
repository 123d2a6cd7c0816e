//! The catalogue of a day, and what this municipality has adopted of it. Nothing of any citizen.

use enplan_domain::Date;
use enplan_domain::catalogue::{self, Criterion, Entry, Use};
use enplan_domain::plan::When;
use enplan_proto::plan::v1 as proto;

use super::Desk;
use super::field::day;
use crate::failure::Failure;

/// What holds on a day; today where none is named.
pub(super) fn on(desk: &Desk, text: &str) -> Result<proto::ListCatalogueResponse, Failure> {
    let today = enplan_domain::danish_day(desk.clock.now());
    let on = day("on", text)?.map_or(today, When::day);
    let provisions = catalogue::PROVISIONS.iter().filter(|provision| provision.validity.holds_on(on));
    let exemptions = catalogue::EXEMPTIONS.iter().map(|exemption| proto::Exemption {
        id: exemption.id.to_owned(),
        name: exemption.danish.to_owned(),
        valid_from: exemption.validity.from.to_string(),
        valid_until: exemption.validity.until.map(|until| until.to_string()).unwrap_or_default(),
        adopted: desk.adopted.check(exemption.id, on).is_ok(),
    });
    Ok(proto::ListCatalogueResponse {
        on: on.to_string(),
        version: catalogue::VERSION,
        sectors: words(catalogue::SECTORS, on),
        areas_of_life: words(catalogue::AREAS_OF_LIFE, on),
        plan_kinds: words(catalogue::PLAN_KINDS, on),
        provisions: provisions
            .map(|provision| proto::Provision {
                id: provision.id.to_owned(),
                citation: provision.citation.to_owned(),
                uses: provision.uses.iter().map(|carries| provision_use(*carries).into()).collect(),
            })
            .collect(),
        exemptions: exemptions.collect(),
        target_groups: target_groups(desk, on),
    })
}

/// Those that this municipality assesses citizens for: the catalogue's and its own.
fn target_groups(desk: &Desk, on: Date) -> Vec<proto::TargetGroup> {
    let criterion = |criterion: &Criterion| proto::Criterion {
        id: criterion.id.to_string(),
        name: criterion.danish.to_string(),
        answered_by_the_number: criterion.ages.is_some(),
    };
    let groups = desk.adopted.target_groups(desk.municipality, on).map(|group| proto::TargetGroup {
        id: group.id.to_string(),
        name: group.danish.to_string(),
        criteria: group.criteria_on(on).map(criterion).collect(),
        valid_from: group.validity.from.to_string(),
        valid_until: group.validity.until.map(|until| until.to_string()).unwrap_or_default(),
        decision: group.decision.to_string(),
    });
    groups.collect()
}

fn words(entries: &[Entry], on: Date) -> Vec<proto::CatalogueEntry> {
    let holding = entries.iter().filter(|entry| entry.validity.holds_on(on));
    holding
        .map(|entry| proto::CatalogueEntry { id: entry.id.to_owned(), name: entry.danish.to_owned() })
        .collect()
}

fn provision_use(carries: Use) -> proto::ProvisionUse {
    match carries {
        Use::Consent => proto::ProvisionUse::Consent,
        Use::Duty => proto::ProvisionUse::Duty,
        Use::Disclosure => proto::ProvisionUse::Disclosure,
        Use::Plan => proto::ProvisionUse::Plan,
        Use::Intervention => proto::ProvisionUse::Intervention,
        Use::ThirdPerson => proto::ProvisionUse::ThirdPerson,
    }
}
