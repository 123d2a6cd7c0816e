//! What is assessed again and again, as a caseworker reads it: the latest first, and the former ones beside it.

use std::collections::BTreeMap;

use enplan_domain::catalogue::AREAS_OF_LIFE;
use enplan_proto::plan::v1;
use serde::Serialize;

use super::item::Item;
use super::layout::{Align, Column, Page};
use super::words::{CriterionFinding, ItemKind, Membership, area, day, or_empty, some};

const OWN: &[Column] = &[
    ("LIVSOMRÅDE", Align::Left),
    ("NU", Align::Left),
    ("FØR", Align::Left),
    ("ORD", Align::Left),
    ("SAGT AF", Align::Left),
    ("ID", Align::Left),
];

const TARGET_GROUPS_FOUND: &[Column] = &[
    ("MÅLGRUPPE", Align::Left),
    ("DAG", Align::Left),
    ("KRITERIERNE", Align::Left),
    ("AFGJORT", Align::Left),
    ("HVORFOR", Align::Left),
    ("ID", Align::Left),
];

const CRITERIA: &[Column] = &[("KRITERIUM", Align::Left), ("FUND", Align::Left), ("HVORFOR", Align::Left)];

/// An assessment of whether a citizen belongs to a target group.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct TargetGroup {
    group: String,
    name: Option<String>,
    answers: Vec<Answer>,
    conclusion: Membership,
    decision: Option<Decision>,
    membership: Membership,
}

#[derive(Debug, PartialEq, Serialize)]
struct Answer {
    criterion: String,
    name: Option<String>,
    finding: CriterionFinding,
    reason: Option<String>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Decision {
    belongs: bool,
    reason: Option<String>,
}

impl From<v1::TargetGroupAssessment> for TargetGroup {
    fn from(shown: v1::TargetGroupAssessment) -> Self {
        let answer = |answer: v1::CriterionAnswer| Answer {
            criterion: answer.criterion,
            name: some(answer.name),
            finding: CriterionFinding::of(answer.finding),
            reason: some(answer.reason),
        };
        Self {
            group: shown.group,
            name: some(shown.name),
            answers: shown.answers.into_iter().map(answer).collect(),
            conclusion: Membership::of(shown.conclusion),
            decision: shown
                .decision
                .map(|decision| Decision { belongs: decision.belongs, reason: some(decision.reason) }),
            membership: Membership::of(shown.membership),
        }
    }
}

impl TargetGroup {
    fn name(&self) -> &str {
        self.name.as_ref().unwrap_or(&self.group)
    }

    /// Its criteria, each with what was found.
    fn criteria(&self) -> Vec<Vec<String>> {
        let row = |answer: &Answer| {
            vec![
                answer.name.as_ref().unwrap_or(&answer.criterion).clone(),
                answer.finding.danish().to_owned(),
                or_empty(answer.reason.as_ref()),
            ]
        };
        self.answers.iter().map(row).collect()
    }
}

/// How the citizen sees each area of life, now and before.
pub(super) fn own(page: Page, items: &[Item]) -> Page {
    let mut series: BTreeMap<Option<usize>, Vec<&Item>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.kind == ItemKind::SelfAssessment) {
        let place = AREAS_OF_LIFE.iter().position(|area| item.area.as_deref() == Some(area.id));
        series.entry(place).or_default().push(item);
    }
    let score =
        |item: &Item| format!("{} ({})", item.score.unwrap_or_default(), day(item.starts_on.as_ref()));
    let row = |mut of_area: Vec<&Item>| {
        of_area.sort_by_key(|item| std::cmp::Reverse((&item.starts_on, item.written_at())));
        let (now, before) = of_area.split_first()?;
        Some(vec![
            now.area.as_deref().map(area).unwrap_or_default(),
            score(now),
            before.iter().map(|item| score(item)).collect::<Vec<_>>().join(", "),
            now.title.clone(),
            now.said_by.map(|voice| voice.danish().to_owned()).unwrap_or_default(),
            now.id.clone(),
        ])
    };
    page.titled_table("Borgerens egen vurdering, 1-10", OWN, series.into_values().filter_map(row).collect())
}

/// Which target groups the citizen was assessed for, the newest first, and what was found of the newest of each.
pub(super) fn target_groups(mut page: Page, items: &[Item]) -> Page {
    let mut found: Vec<_> =
        items.iter().filter_map(|item| Some((item, item.target_group.as_ref()?))).collect();
    found.sort_by_key(|(item, _)| std::cmp::Reverse((&item.starts_on, item.written_at())));
    let row = |(item, assessed): &(&Item, &TargetGroup)| {
        let reason = assessed.decision.as_ref().and_then(|decision| decision.reason.as_ref());
        vec![
            assessed.name().to_owned(),
            day(item.starts_on.as_ref()),
            assessed.conclusion.danish().to_owned(),
            match &assessed.decision {
                Some(Decision { belongs: true, .. }) => Membership::Inside.danish().to_owned(),
                Some(Decision { belongs: false, .. }) => Membership::Outside.danish().to_owned(),
                None => String::new(),
            },
            or_empty(reason.or(Some(&item.title))),
            item.id.clone(),
        ]
    };
    page = page.titled_table("Målgruppevurderinger", TARGET_GROUPS_FOUND, found.iter().map(row).collect());
    let mut shown: Vec<&str> = Vec::new();
    for (item, assessed) in found {
        if !shown.contains(&assessed.group.as_str()) {
            shown.push(&assessed.group);
            let title = format!("{}, {}", assessed.name(), day(item.starts_on.as_ref()));
            page = page.titled_table(&title, CRITERIA, assessed.criteria());
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own_assessment(id: &str, area: &str, score: u32, on: &str) -> Item {
        Item::from(v1::Item {
            kind: v1::ItemKind::SelfAssessment.into(),
            id: id.to_owned(),
            area: area.to_owned(),
            score,
            starts_on: on.to_owned(),
            said_by: v1::Voice::Citizen.into(),
            ..v1::Item::default()
        })
    }

    fn target_group(id: &str, on: &str, decision: Option<v1::TargetGroupDecision>) -> Item {
        let answer = |criterion: &str, finding: v1::CriterionFinding, reason: &str| v1::CriterionAnswer {
            criterion: criterion.to_owned(),
            name: if criterion == "family" { "Er en familie med børn".to_owned() } else { String::new() },
            finding: finding.into(),
            reason: reason.to_owned(),
        };
        let shown = v1::TargetGroupAssessment {
            group: "gribskov-families".to_owned(),
            name: "Familier med sager i flere centre".to_owned(),
            answers: vec![
                answer("family", v1::CriterionFinding::Met, "To børn"),
                answer("several-centres", v1::CriterionFinding::Unclear, ""),
            ],
            conclusion: v1::Membership::Unclear.into(),
            membership: v1::Membership::Inside.into(),
            decision,
        };
        Item::from(v1::Item {
            kind: v1::ItemKind::TargetGroupAssessment.into(),
            id: id.to_owned(),
            starts_on: on.to_owned(),
            target_group: Some(shown),
            ..v1::Item::default()
        })
    }

    #[test]
    fn the_citizens_own_assessments_stand_as_a_series_by_area_of_life() {
        let items = [
            own_assessment("Observation/1", "work", 2, "2026-01-05"),
            own_assessment("Observation/2", "home", 3, "2026-01-05"),
            own_assessment("Observation/3", "home", 6, "2026-06-01"),
            own_assessment("Observation/4", "home", 5, "2026-03-01"),
        ];
        insta::assert_snapshot!("self_assessments_screen", own(Page::new(), &items).human(false));
    }

    #[test]
    fn target_groups_show_the_newest_with_its_criteria_and_the_former_ones() {
        let decision = v1::TargetGroupDecision { belongs: true, reason: "To centre er enige".to_owned() };
        let items = [
            target_group("QuestionnaireResponse/1", "2025-06-01", None),
            target_group("QuestionnaireResponse/2", "2026-06-01", Some(decision)),
        ];
        insta::assert_snapshot!("target_groups_screen", target_groups(Page::new(), &items).human(false));
        insta::assert_json_snapshot!("target_group_json", items[1].target_group);
    }
}
